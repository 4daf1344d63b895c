#include "chain.h"

#include <stdexcept>

#include "veilwire/consensus/header_check.h"
#include "veilwire/consensus/subsidy.h"

namespace veilwire::oracle {
namespace {

using consensus::Reason;

constexpr std::chrono::seconds kClockAfterTip{600};

// The differences that count are the node's and ours, not those between threads.
struct Inline final : Executor {
  void post(std::function<void()> work) override { work(); }
};

std::string reason_text(const consensus::Failure& failure) {
  std::string text(reason_name(failure.reason));
  if (failure.reason == Reason::kScriptFailed) {
    text += " (" + std::string(script_error_name(failure.script_error)) + ")";
  }
  return text;
}

}  // namespace

Chain::Chain(const Instance& instance) : instance_(&instance), network_(instance.network()) {
  const protocol::Genesis& genesis = network_.genesis;
  ancestors_.list.push_back({genesis.hash, genesis.version, genesis.time, genesis.bits});
}

UnixTime Chain::median_time() const { return median_time_past(ancestors_, ancestors_.last()); }
consensus::Amount Chain::subsidy() const { return consensus::subsidy(network_, next_height()); }
UnixTime Chain::now() const { return tip().time + kClockAfterTip; }

consensus::Verdict Chain::check(std::shared_ptr<const consensus::ParsedBlock> block,
                                consensus::CheckScope::Work work) const {
  Inline executor;
  const auto context = consensus::BlockContext::of(network_, ancestors_, block->header());
  auto coins = coins_.gather(*block);
  if (!bip30_is_checked(context, block->hash())) {
    auto unasked = std::make_shared<consensus::OutsideCoins>(*coins);
    unasked->repeated_transaction.reset();
    coins = std::move(unasked);
  }
  return check_block(std::move(block), context, coins, executor, {.work = work});
}

OurVerdict Chain::judge(const Bytes& bytes) const {
  const auto block = consensus::ParsedBlock::parse(bytes);
  if (!block) return OurVerdict::refused("undecodable");
  const wire::BlockHeader& header = (*block)->header();
  if (header.previous != tip().hash) return OurVerdict::refused("not after the tip");
  const auto verdict = check(*block, consensus::CheckScope::Work::kLeftOut);
  if (!verdict) return OurVerdict::refused(reason_text(verdict.error()));
  if (consensus::is_too_new(header, now())) {
    return OurVerdict::refused(std::string(reason_name(Reason::kTimeTooNew)));
  }
  return {true, "valid"};
}

Taken Chain::taken_by(const Bytes& bytes) const {
  const auto block = consensus::ParsedBlock::parse(bytes);
  if (!block) return {};
  return {*block, coins_.gather(**block)};
}

void Chain::add(const Bytes& bytes) {
  const auto block = consensus::ParsedBlock::parse(bytes);
  if (!block) throw std::runtime_error("a block of the chain cannot be parsed");
  const auto verdict = check(*block, consensus::CheckScope::Work::kRequired);
  if (!verdict) {
    throw std::runtime_error("a block of the chain is not valid: " + reason_text(verdict.error()));
  }
  coins_.connect(**verdict);
  ancestors_.add((*block)->header());
  blocks_.push_back(bytes);
}

}  // namespace veilwire::oracle
