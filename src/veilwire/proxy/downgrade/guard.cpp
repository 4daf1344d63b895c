#include "veilwire/proxy/downgrade/guard.h"

namespace veilwire::proxy {

using transport::DialPolicy;
using transport::Version;
using transport::VersionReason;
using Keep = Lesson::Keep;

namespace {

constexpr std::string_view kOnceV2 =
    "the peer has spoken version 2 before, and so version 1 is not tried";
constexpr std::string_view kOnceUnknown =
    "whether the peer has spoken version 2 before cannot be read, and so version 1 is not tried";
constexpr std::string_view kNowV1 =
    "the peer has spoken version 2 before and now answers in version 1";
constexpr std::string_view kNowV1Unknown =
    "the peer answers in version 1, and whether it has spoken version 2 before cannot be read";

// As a peer of version 1 does.
bool is_like_v1(TryEnd end) { return end != TryEnd::kOther; }

}  // namespace

TryEnd try_end_of(const net::DialFailure& failure) {
  if (failure.phase != net::DialPhase::kHandshake || failure.version != Version::kV2) {
    return TryEnd::kOther;
  }
  if (failure.fault && failure.fault->rule == transport::Rule::kV1Answered) {
    return TryEnd::kAnsweredV1;
  }
  if (failure.bytes_received != 0) return TryEnd::kOther;
  if (failure.error == net::DialError::kPeerClosed) return TryEnd::kHungUp;
  return failure.error == net::DialError::kTimedOut ? TryEnd::kSilent : TryEnd::kOther;
}

TryEnd try_end_of(const net::DialProgress& progress, Duration telling_silence) {
  const bool is_unanswered = progress.in_handshake && progress.version == Version::kV2 &&
                             progress.bytes_sent >= transport::kFallbackSentBytes &&
                             progress.bytes_received == 0;
  const bool is_telling = is_unanswered && progress.handshake_duration >= telling_silence;
  return is_telling ? TryEnd::kSilent : TryEnd::kOther;
}

bool DowngradeGuard::is_strict() const { return in_clear(facts_.policy) != InClear::kEverything; }

bool DowngradeGuard::prefers_v2() const {
  return dial_policy(facts_.policy) == DialPolicy::kPreferV2;
}

// -- What to dial ---------------------------------------------------------------------------------

// Where a downgrade is to be refused version 1 must not be tried: by the time the peer's `version`
// tells of it, the program's own has gone out in the clear, and whoever listens need not answer.
// Where it is warned of, version 2 is offered each time: who has cut one attempt has one connection
// in the clear for it, not those of ten minutes.
DialPlan DowngradeGuard::plan() const {
  if (!prefers_v2()) return {.dial = dial_policy(facts_.policy)};
  if (facts_.spoke_v2 != SpokeV2::kNo) {
    return {.dial = refuses_downgrades() ? DialPolicy::kV2Only : DialPolicy::kPreferV2};
  }
  if (facts_.recent == RecentAnswer::kNothing) return {.dial = DialPolicy::kPreferV2};
  return {.dial = DialPolicy::kV1Only, .because = facts_.recent};
}

// -- What is carried untouched --------------------------------------------------------------------

// Whoever stands between can make any target speak first, and any connection silent: where clear
// text is limited it is the program's own bytes that count, and those of a version 1 program then
// meet version 2 or nothing.
Carry DowngradeGuard::judge(PassthroughReason reason) const {
  if (facts_.passthrough == Passthrough::kRefuse) return Carry::kRefuse;
  const bool is_limited = is_strict() || (facts_.has_memory && refuses_downgrades());
  switch (reason) {
    case PassthroughReason::kProgramNotV1:
      return is_strict() && !facts_.pass_v2 ? Carry::kRefuse : Carry::kPass;
    case PassthroughReason::kTargetSpokeFirst:
      if (prefers_v2() && !is_strict() && facts_.spoke_v2 == SpokeV2::kYes) {
        return refuses_downgrades() ? Carry::kRefuseDowngrade : Carry::kPassWarned;
      }
      return is_limited ? Carry::kWait : Carry::kPass;
    case PassthroughReason::kNobodySpoke:
      return is_limited ? Carry::kRefuse : Carry::kPass;
  }
  return Carry::kRefuse;
}

// -- What a try has taught ------------------------------------------------------------------------

Lesson DowngradeGuard::after_failure(TryEnd end) const {
  // Version 1 would have come next.
  if (prefers_v2() && !may_dial_v1() && is_like_v1(end)) {
    if (facts_.spoke_v2 == SpokeV2::kUnknown) {
      return {.refusal = Refusal::kVersion1Refused, .text = kOnceUnknown};
    }
    return {.downgrade = OnDowngrade::kRefuse, .refusal = Refusal::kDowngraded, .text = kOnceV2};
  }
  const bool speaks_v1 = end == TryEnd::kHungUp || end == TryEnd::kAnsweredV1;
  const bool wants_v2 = dial_policy(facts_.policy) == DialPolicy::kV2Only;
  return {.refusal = wants_v2 && speaks_v1 ? Refusal::kVersion1Refused : Refusal::kHandshakeFailed};
}

Lesson DowngradeGuard::after_leaving(TryEnd end) const {
  const bool may_learn = plan().dial == DialPolicy::kPreferV2 && facts_.spoke_v2 == SpokeV2::kNo;
  if (!may_learn || !is_like_v1(end)) return {};
  return {.keep = end == TryEnd::kSilent ? Keep::kIgnored : Keep::kHungUp};
}

// Only now is it certain how the peer speaks: a connection in version 1 that says nothing, or
// anything else first, is no answer.
Lesson DowngradeGuard::after_version(Version spoken, VersionReason reason) const {
  if (spoken != Version::kV1) return {.keep = Keep::kSpokeV2};
  // The operator's own wish: nothing to be warned of.
  if (dial_policy(facts_.policy) == DialPolicy::kV1Only) return {};
  if (facts_.spoke_v2 == SpokeV2::kNo) {
    return {.keep = reason == VersionReason::kV1ByPolicy ? Keep::kAsItIs : Keep::kSpokeV1};
  }
  Lesson lesson{.keep = Keep::kNoAnswer};
  if (facts_.spoke_v2 == SpokeV2::kYes) lesson.downgrade = facts_.on_downgrade;
  if (!refuses_downgrades()) return lesson;
  // As a connection is that was made before this was asked for.
  const bool is_certain = facts_.spoke_v2 == SpokeV2::kYes;
  lesson.refusal = is_certain ? Refusal::kDowngraded : Refusal::kVersion1Refused;
  lesson.text = is_certain ? kNowV1 : kNowV1Unknown;
  return lesson;
}

// What was only supposed of it was wrong, or it is not there: the next dial finds out.
Lesson DowngradeGuard::after_no_version(RecentAnswer because) {
  const bool was_supposed = because == RecentAnswer::kHungUp || because == RecentAnswer::kIgnored;
  return {.keep = was_supposed ? Keep::kNoAnswer : Keep::kAsItIs};
}

}  // namespace veilwire::proxy
