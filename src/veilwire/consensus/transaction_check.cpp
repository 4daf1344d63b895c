#include "veilwire/consensus/transaction_check.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>

namespace veilwire::consensus {
namespace {

constexpr std::uint32_t kFinalSequence = 0xffff'ffff;
constexpr wire::Outpoint kNothing{.txid = {}, .index = 0xffff'ffff};

std::optional<Reason> check_outputs(const wire::Transaction& transaction) {
  Amount total;
  for (const wire::Output& output : transaction.outputs()) {
    if (output.value < 0) return Reason::kOutputNegative;
    const std::optional<Amount> value = Amount::of(output.value);
    if (!value) return Reason::kOutputTooLarge;
    const std::optional<Amount> with_it = sum(total, *value);
    if (!with_it) return Reason::kOutputTotalTooLarge;
    total = *with_it;
  }
  return std::nullopt;
}

bool has_repeated_input(const wire::Transaction& transaction) {
  boost::container::small_vector<wire::Outpoint, 16> spent;
  spent.reserve(transaction.inputs().size());
  for (const wire::Input& input : transaction.inputs()) spent.push_back(input.previous);
  std::ranges::sort(spent);
  return std::ranges::adjacent_find(spent) != spent.end();
}

std::optional<Reason> check_coinbase(const wire::Transaction& coinbase) {
  const std::size_t size = (*coinbase.inputs().begin()).script.size();
  const bool fits = size >= kMinCoinbaseScriptBytes && size <= kMaxCoinbaseScriptBytes;
  return fits ? std::nullopt : std::optional(Reason::kBadCoinbaseLength);
}

}  // namespace

std::optional<Reason> check_transaction(const wire::Transaction& transaction) {
  if (transaction.inputs().empty()) return Reason::kNoInputs;
  if (transaction.outputs().empty()) return Reason::kNoOutputs;
  if (Weight(kWitnessScale * transaction.base_size()) > kMaxBlockWeight) return Reason::kOversize;
  if (const auto reason = check_outputs(transaction)) return reason;
  if (transaction.is_coinbase()) return check_coinbase(transaction);
  // Alone it is not repeated, and had it no coin it would be a coinbase's.
  if (transaction.inputs().size() == 1) return std::nullopt;
  if (has_repeated_input(transaction)) return Reason::kInputsDuplicate;
  for (const wire::Input& input : transaction.inputs()) {
    if (input.previous == kNothing) return Reason::kPrevoutNull;
  }
  return std::nullopt;
}

Amount output_total(const wire::Transaction& transaction) {
  std::int64_t total = 0;
  for (const wire::Output& output : transaction.outputs()) total += output.value;
  return Amount::of(total).value_or(Amount::max());
}

bool is_final(const wire::Transaction& transaction, protocol::Height height, UnixTime time) {
  // Below it a lock time is a height, from it on a time.
  constexpr std::uint32_t kFirstTime = 500'000'000;
  const std::uint32_t lock = transaction.lock_time();
  if (lock == 0) return true;
  const std::int64_t now = lock < kFirstTime ? height.value() : to_unix_seconds(time);
  if (lock < now) return true;
  return std::ranges::all_of(transaction.inputs(), [](const wire::Input& input) {
    return input.sequence == kFinalSequence;
  });
}

}  // namespace veilwire::consensus
