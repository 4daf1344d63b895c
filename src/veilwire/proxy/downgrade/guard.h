// What may follow where a target does not speak version 2: all that is decided about version 1
// after version 2, in one place. A pure function of what is known of the target: no clock, no
// memory, no socket; Service asks the memories and keeps what a verdict says is to be kept. Of a
// policy it knows what its row says (settings/policy.h), and none by name.
//
//   plan()         which versions to dial, from the policy and both memories
//   may_dial_v1()  asked again when version 2 has failed as with a peer of version 1
//   judge()        whether bytes that are not translated may be carried
//   after_...()    what a try has taught: what to remember, warn of, count or refuse
//
//   policy                        on_downgrade   spoke version 2?   recent answer   plan
//   v1-only                       any            any                any             version 1
//   v2-only                       any            any                any             version 2
//   prefer-v2, v1-blocks-only     refuse         yes, unknown       any             version 2
//                                 warn           yes, unknown       any             2, then 1
//                                 any            no                 nothing         2, then 1
//                                 any            no                 any other       version 1
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "veilwire/base/time.h"
#include "veilwire/net/dial.h"
#include "veilwire/proxy/downgrade/memory.h"
#include "veilwire/proxy/downgrade/recent_v1.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/settings/policy.h"
#include "veilwire/proxy/settings/settings.h"
#include "veilwire/transport/dial_choice.h"

namespace veilwire::proxy {

// A target that has taken our key and been silent for this long when its program leaves is dialled
// with version 1 next time: a peer of version 2 answers within a round trip, and the most impatient
// programs wait 5 s. Whoever can hold up a connection for so long has the next one in the clear.
inline constexpr Duration kTellingSilence = std::chrono::seconds(3);

// What is known of a target when it is asked for.
struct TargetFacts {
  Policy policy = Policy::kPreferV2;
  OnDowngrade on_downgrade = OnDowngrade::kWarn;
  bool has_memory = false;  // there is a downgrade memory
  SpokeV2 spoke_v2 = SpokeV2::kNo;
  RecentAnswer recent = RecentAnswer::kNothing;
  Passthrough passthrough = Passthrough::kAllow;
  bool pass_v2 = false;
};

struct DialPlan {
  transport::DialPolicy dial = transport::DialPolicy::kPreferV2;
  // Why version 1 comes first though the policy would have version 2; kNothing otherwise.
  RecentAnswer because = RecentAnswer::kNothing;

  friend bool operator==(const DialPlan&, const DialPlan&) = default;
};

// How a version 2 attempt ended, or stood when its program left.
enum class TryEnd : std::uint8_t {
  kHungUp,      // the target took our key and ended the connection without a byte
  kSilent,      // it took our key and said nothing for long enough
  kAnsweredV1,  // it spoke version 1
  kOther,       // it said something else, or was not reached, or there was no time for it
};
TryEnd try_end_of(const net::DialFailure& failure);
// Of an attempt under way.
TryEnd try_end_of(const net::DialProgress& progress, Duration telling_silence = kTellingSilence);

// Whether bytes are carried untouched.
enum class Carry : std::uint8_t {
  kPass,
  kPassWarned,      // warned of and counted as a downgrade
  kWait,            // nothing is decided before the program has spoken, or kNobodySpoke
  kRefuse,          // Refusal::kPassthroughRefused
  kRefuseDowngrade  // counted as a downgrade: Refusal::kDowngraded
};

// What a try has taught.
struct Lesson {
  enum class Keep : std::uint8_t {
    kAsItIs,
    kSpokeV2,  // in the downgrade memory, and no recent answer
    kSpokeV1,  // as its recent answer, as are the next two
    kHungUp,
    kIgnored,
    kNoAnswer,  // no recent answer
  };
  Keep keep = Keep::kAsItIs;
  std::optional<OnDowngrade> downgrade{};  // to be warned of and counted
  std::optional<Refusal> refusal{};
  // With a refusal: a sentence without its full stop, or empty where the failure says it all.
  std::string_view text{};

  friend bool operator==(const Lesson&, const Lesson&) = default;
};

class DowngradeGuard {
 public:
  explicit DowngradeGuard(const TargetFacts& facts) : facts_(facts) {}

  const TargetFacts& facts() const { return facts_; }

  DialPlan plan() const;
  bool may_dial_v1() const { return plan().dial != transport::DialPolicy::kV2Only; }

  Carry judge(PassthroughReason reason) const;

  // A dial by plan() has failed in the handshake. The lesson has a refusal.
  Lesson after_failure(TryEnd end) const;
  // The program went away during a dial by plan().
  Lesson after_leaving(TryEnd end) const;
  // The target's `version` has come, in version 2 or in 1, the dial having been by plan() of facts
  // that may have changed since.
  Lesson after_version(transport::Version spoken, transport::VersionReason reason) const;
  // A connection in version 1 has ended without the target's `version`; `because` as planned.
  static Lesson after_no_version(RecentAnswer because);
  // The program's own version 2, carried untouched, was answered.
  static Lesson after_passing_v2() { return {.keep = Lesson::Keep::kSpokeV2}; }

 private:
  bool is_strict() const;
  bool prefers_v2() const;
  bool refuses_downgrades() const { return facts_.on_downgrade == OnDowngrade::kRefuse; }

  TargetFacts facts_;
};

}  // namespace veilwire::proxy
