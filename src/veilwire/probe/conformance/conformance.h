// The conformance suite for BIP 324 responders: plays each edge of the specification as an
// initiator that misbehaves on purpose, and gives a verdict for each rule. See docs/conformance.md.
//
// It blocks, on sockets of its own and on the system's clock; it sends nothing but to its target.
// One run at a time against one target: what admission limits refuse would look like a fault.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/entropy.h"
#include "veilwire/probe/conformance/verdict.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::probe::conformance {

using std::chrono::milliseconds;

enum class Thoroughness : std::uint8_t {
  kWhole,  // with the rules about time-outs, which take over a minute
  kQuick,  // without them
};

struct Options {
  Endpoint target;
  protocol::Magic magic = protocol::kMainMagic;
  Thoroughness thoroughness = Thoroughness::kWhole;
  // Between the starts of two connections. Where empty: 600 ms, which stays below two a second; to
  // a loopback address 60 ms.
  std::optional<milliseconds> pace{};
  milliseconds connect_timeout{5000};
  // How long the target has to answer, or to end a connection that it must end.
  milliseconds answer_timeout{3000};
  // How long it is watched where it must stay silent.
  milliseconds quiet_time{300};
  // How long it may keep a silent connection: the 60 s of behaviour in the field, and some.
  milliseconds silence_timeout{75'000};
  // Only these rules, by their names; all where empty. The baseline is always played.
  std::vector<std::string> only{};
  // Where it is set to true, from a signal handler perhaps, the run ends as soon as what it waits
  // for allows, 5 s at most; the rule that was being played has no verdict. May be null; must live
  // as long as the run.
  const std::atomic<bool>* stop = nullptr;

  bool stopping() const { return stop != nullptr && stop->load(); }
};

struct Summary {
  int pass = 0;
  int fail = 0;
  int unclear = 0;
  int skipped = 0;
  // Of those, the ones that the BIP prescribes.
  int must_fail = 0;
  int must_unclear = 0;
  // The baseline, an ordinary handshake, failed, or the target's name has no address, or the run
  // was told to stop: nothing more was played. One sentence.
  std::optional<std::string> stopped{};

  // Every MUST that was played passed. The command's exit status is 0 for this, else 1.
  bool passed() const { return !stopped && must_fail == 0 && must_unclear == 0; }
};

// Plays all rules in the order of rule_list() and calls `verdict` with each as it is known.
Summary run(const Options& options, Entropy& entropy,
            const std::function<void(const Verdict&)>& verdict);

struct RequirementInfo {
  std::string_view name;
  Demand demand;
  std::string_view clause;
  std::string_view sentence;
};
// Every rule of the suite, the baseline first.
std::vector<RequirementInfo> rule_list();

}  // namespace veilwire::probe::conformance
