#include "veilwire/consensus/spend_check.h"

#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/transaction_check.h"

namespace veilwire::consensus {
namespace {

bool is_mature(const Coin& coin, Height height) {
  return coin.origin() != CoinOrigin::kCoinbase ||
         height.value() >= std::uint64_t{coin.height().value()} + kCoinbaseMaturity;
}

}  // namespace

std::expected<Amount, Failure> check_spend(const wire::Transaction& transaction,
                                           std::span<const Coin> spent, protocol::Height height) {
  Amount in;
  for (std::uint32_t i = 0; i < spent.size(); ++i) {
    if (!is_mature(spent[i], height)) {
      return std::unexpected(Failure{.reason = Reason::kPrematureSpendOfCoinbase, .input = i});
    }
    const std::optional<Amount> with_it = sum(in, spent[i].value());
    if (!with_it) {
      return std::unexpected(Failure{.reason = Reason::kInputValuesOutOfRange, .input = i});
    }
    in = *with_it;
  }
  const std::optional<Amount> fee = difference(in, output_total(transaction));
  if (!fee) return std::unexpected(Failure{Reason::kInputsBelowOutputs});
  return *fee;
}

}  // namespace veilwire::consensus
