#include "veilwire/consensus/deployments.h"

#include <algorithm>
#include <array>

namespace veilwire::consensus {
namespace {

using protocol::Height;

constexpr unsigned kVoteBits = 29;
constexpr unsigned kTestdummyBit = 28;
constexpr unsigned kTaprootBit = 2;

// Taproot's speedy trial: from 24 April to 11 August 2021.
constexpr std::int64_t kTaprootStart = 1'619'222'400;
constexpr std::int64_t kTaprootTimeout = 1'628'640'000;

constexpr std::array kMainDeployments{
    Deployment{.name = "testdummy", .bit = kTestdummyBit},
    Deployment{.name = "taproot",
               .bit = kTaprootBit,
               .start = kTaprootStart,
               .timeout = kTaprootTimeout,
               .min_activation_height = 709'632},
};
constexpr std::array kTestnet3Deployments{
    Deployment{.name = "testdummy", .bit = kTestdummyBit, .threshold = 1512},
    Deployment{.name = "taproot",
               .bit = kTaprootBit,
               .start = kTaprootStart,
               .timeout = kTaprootTimeout,
               .threshold = 1512},
};
constexpr std::array kLaterDeployments{
    Deployment{.name = "testdummy", .bit = kTestdummyBit, .threshold = 1512},
    Deployment{.name = "taproot",
               .bit = kTaprootBit,
               .start = Deployment::kAlwaysActive,
               .threshold = 1512},
};
constexpr std::array kRegtestDeployments{
    Deployment{
        .name = "testdummy", .bit = kTestdummyBit, .start = 0, .period = 144, .threshold = 108},
    Deployment{.name = "taproot",
               .bit = kTaprootBit,
               .start = Deployment::kAlwaysActive,
               .period = 144,
               .threshold = 108},
};

// The height of the last block of the last whole period; nothing where there is none.
std::optional<Height> end_of_last_period(const Ancestors& ancestors, std::uint32_t period) {
  const std::uint32_t whole = (ancestors.last().value() + 1) / period;
  if (whole == 0) return std::nullopt;
  return Height::of(whole * period - 1);
}

std::uint32_t votes_in(const Ancestors& ancestors, Height last, std::uint32_t blocks,
                       unsigned bit) {
  std::uint32_t votes = 0;
  for (std::uint32_t i = 0; i < blocks; ++i) {
    if (votes_for(ancestors.at(last.before(i)).version, bit)) ++votes;
  }
  return votes;
}

PeriodEnd period_end(const Deployment& deployment, const Ancestors& ancestors, Height last) {
  return {.median_time = to_unix_seconds(median_time_past(ancestors, last)),
          .votes = votes_in(ancestors, last, deployment.period, deployment.bit),
          .next = last.next()};
}

}  // namespace

std::string_view deployment_state_name(DeploymentState state) {
  constexpr std::array<std::string_view, 5> kNames = {"defined", "started", "locked_in", "active",
                                                      "failed"};
  return kNames[static_cast<std::size_t>(state)];
}

DeploymentState state_after(DeploymentState state, const Deployment& deployment,
                            const PeriodEnd& end) {
  switch (state) {
    case DeploymentState::kDefined:
      return end.median_time >= deployment.start ? DeploymentState::kStarted : state;
    case DeploymentState::kStarted:
      if (end.votes >= deployment.threshold) return DeploymentState::kLockedIn;
      return end.median_time >= deployment.timeout ? DeploymentState::kFailed : state;
    case DeploymentState::kLockedIn:
      return end.next >= deployment.min_activation_height ? DeploymentState::kActive : state;
    case DeploymentState::kActive:
    case DeploymentState::kFailed:
      break;
  }
  return state;
}

DeploymentState deployment_state(const Deployment& deployment, const Ancestors& ancestors) {
  if (deployment.start == Deployment::kAlwaysActive) return DeploymentState::kActive;
  if (deployment.start == Deployment::kNeverActive) return DeploymentState::kFailed;
  DeploymentState state = DeploymentState::kDefined;
  const auto end = end_of_last_period(ancestors, deployment.period);
  if (!end) return state;
  for (std::uint32_t last = deployment.period - 1; last <= end->value();
       last += deployment.period) {
    const Height height = Height::of(last);
    // Counting votes is the work: before the start there is nothing to count.
    const bool is_before = state == DeploymentState::kDefined &&
                           to_unix_seconds(median_time_past(ancestors, height)) < deployment.start;
    if (!is_before)
      state = state_after(state, deployment, period_end(deployment, ancestors, height));
    if (state == DeploymentState::kActive || state == DeploymentState::kFailed) break;
  }
  return state;
}

VoteCount vote_count(const Deployment& deployment, const Ancestors& ancestors) {
  const std::uint32_t elapsed = ancestors.last().value() % deployment.period + 1;
  const std::uint32_t votes = votes_in(ancestors, ancestors.last(), elapsed, deployment.bit);
  const std::uint32_t left = deployment.period - elapsed;
  return {.elapsed = elapsed, .votes = votes, .can_succeed = votes + left >= deployment.threshold};
}

std::span<const Deployment> deployments_of(const protocol::Network& network) {
  if (network.name == "main") return kMainDeployments;
  if (network.name == "testnet3") return kTestnet3Deployments;
  if (network.name == "regtest") return kRegtestDeployments;
  return kLaterDeployments;
}

std::vector<unsigned> unknown_bits_locked_in(const protocol::Network& network,
                                             const Ancestors& ancestors) {
  const std::span known = deployments_of(network);
  const Deployment& usual = known.front();
  std::vector<unsigned> bits;
  const auto end = end_of_last_period(ancestors, usual.period);
  if (!end) return bits;
  for (unsigned bit = 0; bit < kVoteBits; ++bit) {
    if (std::ranges::find(known, bit, &Deployment::bit) != known.end()) continue;
    if (votes_in(ancestors, *end, usual.period, bit) >= usual.threshold) bits.push_back(bit);
  }
  return bits;
}

}  // namespace veilwire::consensus
