#include "veilwire/transport/dial_choice.h"

#include <algorithm>
#include <array>
#include <utility>

#include "veilwire/base/deadline.h"

namespace veilwire::transport {
namespace {

constexpr std::array kPolicyNames = std::to_array<std::pair<DialPolicy, std::string_view>>({
    {DialPolicy::kPreferV2, "prefer-v2"},
    {DialPolicy::kV2Only, "v2-only"},
    {DialPolicy::kV1Only, "v1-only"},
});

}  // namespace

std::string_view dial_policy_name(DialPolicy policy) {
  return std::ranges::find(kPolicyNames, policy, &decltype(kPolicyNames)::value_type::first)
      ->second;
}

std::optional<DialPolicy> dial_policy_from_name(std::string_view name) {
  for (const auto& [policy, policy_name] : kPolicyNames) {
    if (policy_name == name) return policy;
  }
  return std::nullopt;
}

std::string_view version_reason_text(VersionReason reason) {
  switch (reason) {
    case VersionReason::kV2:
      return "v2";
    case VersionReason::kV1ByPolicy:
      return "v1: by policy";
    case VersionReason::kV1PeerEnded:
      return "v1: the peer dropped v2";
    case VersionReason::kV1Silence:
      return "v1: the peer did not answer v2";
    case VersionReason::kV1Answered:
      break;
  }
  return "v1: the peer answered in v1";
}

DialChoice::DialChoice(DialPolicy policy, Duration silence)
    : policy_(policy),
      silence_(silence),
      reason_(policy == DialPolicy::kV1Only ? VersionReason::kV1ByPolicy : VersionReason::kV2) {}

Version DialChoice::version() const {
  return reason_ == VersionReason::kV2 ? Version::kV2 : Version::kV1;
}

VersionReason DialChoice::reason() const { return reason_; }

void DialChoice::connected(TimePoint now) {
  connected_at_ = now;
  sent_bytes_ = 0;
  received_bytes_ = 0;
}

void DialChoice::sent(std::uint64_t bytes) { sent_bytes_ += bytes; }

void DialChoice::received(std::uint64_t bytes) { received_bytes_ += bytes; }

bool DialChoice::may_fall_back() const {
  return policy_ == DialPolicy::kPreferV2 && reason_ == VersionReason::kV2 && connected_at_;
}

bool DialChoice::is_unanswered() const {
  return sent_bytes_ >= kFallbackSentBytes && received_bytes_ == 0;
}

std::optional<TimePoint> DialChoice::next_deadline() const {
  if (!may_fall_back() || !is_unanswered()) return std::nullopt;
  return deadline_after(*connected_at_, silence_);
}

bool DialChoice::on_deadline(TimePoint now) const {
  const std::optional<TimePoint> silent_at = next_deadline();
  return silent_at && now >= *silent_at;
}

// What it answered in version 1 says enough, whatever it has taken of ours by then.
std::optional<VersionReason> DialChoice::reason_after(AttemptEnd end) const {
  if (!may_fall_back()) return std::nullopt;
  if (end == AttemptEnd::kAnsweredV1) return VersionReason::kV1Answered;
  if (!is_unanswered()) return std::nullopt;
  if (end == AttemptEnd::kPeerEnded) return VersionReason::kV1PeerEnded;
  if (end == AttemptEnd::kSilence) return VersionReason::kV1Silence;
  return std::nullopt;
}

DialStep DialChoice::ended(AttemptEnd end) {
  const auto reason = reason_after(end);
  connected_at_.reset();
  if (!reason) return DialStep::kStop;
  reason_ = *reason;
  return DialStep::kDialAgainWithV1;
}

}  // namespace veilwire::transport
