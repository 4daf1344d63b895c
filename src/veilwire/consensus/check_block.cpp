#include "veilwire/consensus/check_block.h"

#include "veilwire/consensus/block_scripts.h"
#include "veilwire/consensus/block_structure.h"
#include "veilwire/consensus/header_check.h"
#include "veilwire/consensus/signet.h"

namespace veilwire::consensus {
namespace {

std::optional<Failure> check_whole_header(const ParsedBlock& block, const BlockContext& context,
                                          const CheckScope& scope) {
  if (scope.work == CheckScope::Work::kRequired &&
      !has_work(*context.network, block.header(), block.hash())) {
    return Failure{Reason::kHighHash};
  }
  const auto reason = check_header(block.header(), context);
  return reason ? std::optional(Failure{*reason}) : std::nullopt;
}

bool is_signed_for(const ParsedBlock& block, const BlockContext& context, const CheckScope& scope) {
  const ByteView challenge = context.network->signet_challenge;
  // The signature is part of the work: what is proposed has neither.
  return challenge.empty() || scope.work == CheckScope::Work::kLeftOut ||
         has_signet_solution(block, challenge);
}

std::optional<Failure> check_without_coins(const ParsedBlock& block, const BlockContext& context,
                                           const CheckScope& scope,
                                           std::span<const std::uint32_t> own_sigops) {
  if (auto failure = check_whole_header(block, context, scope)) return failure;
  if (auto failure = check_structure(block, own_sigops)) return failure;
  if (!is_signed_for(block, context, scope)) return Failure{Reason::kBadSignetSignature};
  return check_place(block, context);
}

}  // namespace

Verdict check_block(std::shared_ptr<const ParsedBlock> block, const BlockContext& context,
                    std::shared_ptr<const OutsideCoins> coins, Executor& executor,
                    const CheckScope& scope) {
  const std::vector<std::uint32_t> sigops = own_sigops(block->transactions());
  if (const auto failure = check_without_coins(*block, context, scope, sigops)) {
    return std::unexpected(*failure);
  }
  auto connected = connect_block(std::move(block), context, std::move(coins), sigops);
  if (!connected || scope.scripts == CheckScope::Scripts::kLeftOut) return connected;
  if (const auto failure = check_scripts(*connected, executor)) return std::unexpected(*failure);
  return connected;
}

std::optional<Failure> check_without_coins(const ParsedBlock& block, const BlockContext& context,
                                           const CheckScope& scope) {
  return check_without_coins(block, context, scope, own_sigops(block.transactions()));
}

}  // namespace veilwire::consensus
