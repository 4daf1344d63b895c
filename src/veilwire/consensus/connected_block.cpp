#include "veilwire/consensus/connected_block.h"

#include "veilwire/consensus/block_flags.h"
#include "veilwire/consensus/sequence_lock.h"
#include "veilwire/consensus/sigop_cost.h"
#include "veilwire/consensus/spend_check.h"
#include "veilwire/consensus/subsidy.h"
#include "veilwire/consensus/transaction_check.h"

namespace veilwire::consensus {
namespace {

class Connecting {
 public:
  Connecting(std::shared_ptr<const ParsedBlock> block, const BlockContext& context,
             std::shared_ptr<const OutsideCoins> coins)
      : context_(context), result_(std::make_shared<ConnectedBlock>()) {
    result_->height = context.height;
    result_->flags = block_script_flags(*context.network, context.height, block->hash());
    result_->spent.reserve(block->sources().of_inputs.size());
    result_->first_spent.reserve(block->transactions().size() + 1);
    result_->block = std::move(block);
    result_->taken = std::move(coins);
  }

  std::optional<Failure> add(std::uint32_t transaction, std::uint32_t own_sigops);
  std::optional<Failure> check_coinbase_amount() const;
  std::shared_ptr<const ConnectedBlock> finish() &&;

 private:
  const ParsedBlock& block() const { return *result_->block; }
  std::optional<Failure> take_coins(std::uint32_t transaction);
  std::optional<Failure> check_coins(std::uint32_t transaction);
  std::optional<Coin> coin_of(const InputSource& source) const;
  Coin coin_made_here(std::uint32_t transaction, std::uint32_t output) const;
  void list_created();

  const BlockContext& context_;
  std::shared_ptr<ConnectedBlock> result_;
};

Coin Connecting::coin_made_here(std::uint32_t transaction, std::uint32_t output) const {
  const wire::Output& made = block().sources().outputs[output];
  // check_structure() has seen that it is an amount.
  return Coin(Amount::of(made.value).value_or(Amount()), made.script, context_.height,
              transaction == 0 ? CoinOrigin::kCoinbase : CoinOrigin::kTransaction);
}

std::optional<Coin> Connecting::coin_of(const InputSource& source) const {
  if (source.is_nowhere()) return std::nullopt;
  if (source.is_outside()) return result_->taken->at(source.ordinal());
  return coin_made_here(source.transaction(), source.output());
}

std::optional<Failure> Connecting::take_coins(std::uint32_t transaction) {
  const auto first = static_cast<std::uint32_t>(result_->spent.size());
  result_->first_spent.push_back(first);
  if (transaction == 0) return std::nullopt;
  const std::size_t count = block().transactions()[transaction].inputs().size();
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::optional<Coin> coin = coin_of(block().sources().of_inputs[first + i]);
    if (!coin) {
      return Failure{
          .reason = Reason::kInputsMissingOrSpent, .transaction = transaction, .input = i};
    }
    result_->spent.push_back(*coin);
  }
  return std::nullopt;
}

// REQUIRES: `transaction` is no coinbase.
std::optional<Failure> Connecting::check_coins(std::uint32_t transaction) {
  const wire::Transaction& spender = block().transactions()[transaction];
  const std::span spent = std::span(result_->spent).subspan(result_->first_spent[transaction]);
  const auto fee = check_spend(spender, spent, context_.height);
  if (!fee) {
    Failure failure = fee.error();
    failure.transaction = transaction;
    return failure;
  }
  const std::optional<Amount> fees = sum(result_->fees, *fee);
  if (!fees)
    return Failure{.reason = Reason::kAccumulatedFeeOutOfRange, .transaction = transaction};
  result_->fees = *fees;
  if (context_.csv_holds() && !sequence_locks_hold(spender, spent, context_)) {
    return Failure{.reason = Reason::kNonFinal, .transaction = transaction};
  }
  return std::nullopt;
}

std::optional<Failure> Connecting::add(std::uint32_t transaction, std::uint32_t own_sigops) {
  if (auto failure = take_coins(transaction)) return failure;
  if (transaction != 0) {
    if (auto failure = check_coins(transaction)) return failure;
  }
  const std::span spent = std::span(result_->spent).subspan(result_->first_spent[transaction]);
  result_->sigop_cost +=
      consensus::sigop_cost(block().transactions()[transaction], own_sigops, spent, result_->flags);
  if (result_->sigop_cost <= kMaxBlockSigopCost) return std::nullopt;
  return Failure{.reason = Reason::kBadSigops, .transaction = transaction};
}

std::optional<Failure> Connecting::check_coinbase_amount() const {
  const Amount made = output_total(block().transactions().front());
  const auto allowed = sum(result_->fees, subsidy(*context_.network, context_.height));
  // Fees beyond all money are none that a coinbase could take.
  if (made <= allowed.value_or(Amount::max())) return std::nullopt;
  return Failure{.reason = Reason::kBadCoinbaseAmount, .transaction = 0};
}

void Connecting::list_created() {
  const InputSources& sources = block().sources();
  result_->created.reserve(sources.outputs.size());
  for (std::uint32_t i = 0; i < block().transactions().size(); ++i) {
    const std::uint32_t first = sources.first_output[i];
    for (std::uint32_t output = first; output < sources.first_output[i + 1]; ++output) {
      if (sources.is_spent_inside[output] != 0) continue;
      if (!is_spendable(sources.outputs[output].script)) continue;
      result_->created.push_back({i, output - first, coin_made_here(i, output)});
    }
  }
}

std::shared_ptr<const ConnectedBlock> Connecting::finish() && {
  result_->first_spent.push_back(static_cast<std::uint32_t>(result_->spent.size()));
  list_created();
  return std::move(result_);
}

}  // namespace

std::expected<std::shared_ptr<const ConnectedBlock>, Failure> connect_block(
    std::shared_ptr<const ParsedBlock> block, const BlockContext& context,
    std::shared_ptr<const OutsideCoins> coins, std::span<const std::uint32_t> own_sigops) {
  if (coins->repeated_transaction && bip30_is_checked(context, block->hash())) {
    return std::unexpected(
        Failure{.reason = Reason::kBip30, .transaction = *coins->repeated_transaction});
  }
  const auto count = static_cast<std::uint32_t>(block->transactions().size());
  Connecting connecting(std::move(block), context, std::move(coins));
  for (std::uint32_t i = 0; i < count; ++i) {
    if (auto failure = connecting.add(i, own_sigops[i])) return std::unexpected(*failure);
  }
  if (auto failure = connecting.check_coinbase_amount()) return std::unexpected(*failure);
  return std::move(connecting).finish();
}

}  // namespace veilwire::consensus
