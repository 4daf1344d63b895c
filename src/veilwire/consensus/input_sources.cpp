#include "veilwire/consensus/input_sources.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "veilwire/base/endian.h"
#include "veilwire/consensus/coin.h"

namespace veilwire::consensus {
namespace {

// A hash's own first bytes under a salt: the table mixes them further.
struct SaltedHash {
  std::uint64_t salt = 0;

  std::size_t operator()(const Hash256& id) const {
    return static_cast<std::size_t>(load_le<std::uint64_t>(id.data()) ^ salt);
  }
  std::size_t operator()(const wire::Outpoint& outpoint) const {
    constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
    return (*this)(outpoint.txid) + static_cast<std::size_t>(kOdd * outpoint.index);
  }
};

class Matching {
 public:
  Matching(std::span<const wire::Transaction> transactions, SaltedHash hash)
      : ids_(transactions.size(), hash), taken_(0, hash) {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    for (const wire::Transaction& transaction : transactions) {
      inputs += transaction.inputs().size();
      outputs += transaction.outputs().size();
    }
    taken_.reserve(inputs);
    result_.of_inputs.reserve(inputs);
    result_.outside.reserve(inputs);
    result_.outputs.reserve(outputs);
    result_.first_output.reserve(transactions.size() + 1);
    result_.is_spent_inside.resize(outputs);
  }

  void add_inputs(const wire::Transaction& transaction) {
    for (const wire::Input& input : transaction.inputs()) {
      result_.of_inputs.push_back(source_of(input.previous));
    }
  }
  // After its inputs: it cannot spend itself.
  void add_outputs(const wire::Transaction& transaction, const Hash256& txid) {
    ids_.emplace(txid, static_cast<std::uint32_t>(result_.first_output.size()));
    mark_end_of_outputs();
    for (const wire::Output& output : transaction.outputs()) result_.outputs.push_back(output);
  }
  InputSources finish() && {
    mark_end_of_outputs();
    return std::move(result_);
  }

 private:
  void mark_end_of_outputs() {
    result_.first_output.push_back(static_cast<std::uint32_t>(result_.outputs.size()));
  }

  InputSource source_of(const wire::Outpoint& outpoint) {
    if (const auto made = ids_.find(outpoint.txid); made != ids_.end()) {
      return inside(made->second, outpoint.index);
    }
    if (!taken_.insert(outpoint).second) return InputSource::nowhere();
    result_.outside.push_back(outpoint);
    return InputSource::outside(static_cast<std::uint32_t>(result_.outside.size() - 1));
  }

  InputSource inside(std::uint32_t transaction, std::uint32_t index) {
    const std::size_t begin = result_.first_output[transaction];
    const bool is_last = transaction + 1 == result_.first_output.size();
    const std::size_t end =
        is_last ? result_.outputs.size() : result_.first_output[transaction + 1];
    const std::size_t output = begin + index;
    if (output >= end || result_.is_spent_inside[output] != 0 ||
        !is_spendable(result_.outputs[output].script)) {
      return InputSource::nowhere();
    }
    result_.is_spent_inside[output] = 1;
    return InputSource::inside(transaction, static_cast<std::uint32_t>(output));
  }

  boost::unordered_flat_map<Hash256, std::uint32_t, SaltedHash> ids_;
  boost::unordered_flat_set<wire::Outpoint, SaltedHash> taken_;
  InputSources result_;
};

}  // namespace

InputSources find_input_sources(std::span<const wire::Transaction> transactions,
                                std::span<const wire::TransactionIds> ids, const Hash256& salt) {
  Matching matching(transactions, SaltedHash{load_le<std::uint64_t>(salt.data())});
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    if (i > 0) matching.add_inputs(transactions[i]);
    matching.add_outputs(transactions[i], ids[i].txid);
  }
  return std::move(matching).finish();
}

}  // namespace veilwire::consensus
