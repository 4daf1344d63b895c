#include <algorithm>
#include <utility>

#include "veilwire/base/endian.h"
#include "veilwire/probe/conformance/conformance.h"
#include "veilwire/probe/conformance/stage.h"

namespace veilwire::probe::conformance {
namespace {

// All rules but those about time-outs, in the order in which they are played: the first is the
// baseline, and those over all records come last.
std::vector<Requirement> all_rules() {
  std::vector<Requirement> rules;
  for (const auto group :
       {handshake_rules(), refusal_rules(), packet_rules(), message_rules(), own_traffic_rules()}) {
    rules.insert(rules.end(), group.begin(), group.end());
  }
  return rules;
}

void count(Summary& summary, const Verdict& verdict) {
  const bool must = verdict.demand == Demand::kMust;
  switch (verdict.outcome) {
    case Outcome::kPass:
      ++summary.pass;
      break;
    case Outcome::kFail:
      ++summary.fail;
      summary.must_fail += must ? 1 : 0;
      break;
    case Outcome::kUnclear:
      ++summary.unclear;
      summary.must_unclear += must ? 1 : 0;
      break;
    case Outcome::kSkipped:
      ++summary.skipped;
      break;
  }
}

class Run {
 public:
  Run(Stage& stage, const std::function<void(const Verdict&)>& verdict)
      : stage_(stage), verdict_(verdict) {}

  Summary play_all() {
    const std::vector<Requirement> rules = all_rules();
    const Finding baseline = play(rules.front());
    if (baseline.outcome != Outcome::kPass) {
      summary_.stopped = "the baseline handshake failed. " + baseline.seen;
    } else {
      play_rest(std::span(rules).subspan(1));
    }
    if (stage_.options().stopping()) summary_.stopped = "it was interrupted.";
    return summary_;
  }

 private:
  void play_rest(std::span<const Requirement> rules) {
    for (const Requirement& rule : rules) {
      if (wanted(rule.info)) play(rule);
      if (stage_.options().stopping()) return;
    }
    play_or_skip_timeouts();
  }

  bool wanted(const RequirementInfo& info) const {
    const auto& only = stage_.options().only;
    return only.empty() || std::ranges::find(only, info.name) != only.end();
  }

  Finding play(const Requirement& rule) {
    const Deadline start = Clock::now();
    stage_.take_dropped();
    Finding finding = rule.play(stage_);
    if (finding.outcome != Outcome::kPass && stage_.take_dropped()) {
      stage_.pause();
      finding = rule.play(stage_);
    }
    tell(rule.info, finding, Clock::now() - start);
    return finding;
  }

  void play_or_skip_timeouts() {
    const auto rules = timeout_rules();
    if (std::ranges::none_of(rules, [&](const RequirementInfo& info) { return wanted(info); }))
      return;
    const Deadline start = Clock::now();
    const bool quick = stage_.options().thoroughness == Thoroughness::kQuick;
    const std::vector<Finding> findings =
        quick ? std::vector<Finding>(rules.size(), {Outcome::kSkipped, "It takes over a minute."})
              : play_timeouts(stage_);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (wanted(rules[i])) tell(rules[i], findings[i], Clock::now() - start);
    }
  }

  void tell(const RequirementInfo& info, const Finding& finding, Clock::duration took) {
    if (stage_.options().stopping()) return;  // it was not played to its end
    const Verdict verdict{info.name,       info.demand,  info.clause, info.sentence,
                          finding.outcome, finding.seen, took};
    count(summary_, verdict);
    verdict_(verdict);
  }

  Stage& stage_;
  const std::function<void(const Verdict&)>& verdict_;
  Summary summary_;
};

Summary stopped(std::string why) {
  Summary summary;
  summary.stopped = std::move(why);
  return summary;
}

}  // namespace

std::vector<RequirementInfo> rule_list() {
  std::vector<RequirementInfo> infos;
  for (const Requirement& rule : all_rules()) infos.push_back(rule.info);
  for (const RequirementInfo& info : timeout_rules()) infos.push_back(info);
  return infos;
}

Summary run(const Options& options, Entropy& entropy,
            const std::function<void(const Verdict&)>& verdict) {
  auto addresses = resolve(options.target);
  if (!addresses) return stopped(addresses.error() + ".");
  Bytes seed(8);
  if (!entropy.fill(seed)) return stopped("the system gave no randomness.");
  Stage stage(options, std::move(*addresses), load_le<std::uint64_t>(seed.data()));
  return Run(stage, verdict).play_all();
}

}  // namespace veilwire::probe::conformance
