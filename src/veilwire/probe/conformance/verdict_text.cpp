#include "veilwire/probe/conformance/verdict_text.h"

#include <boost/json.hpp>
#include <chrono>

namespace veilwire::probe::conformance {
namespace {

// Columns of to_text(): the longest outcome and demand, and a space.
constexpr std::size_t kOutcomeColumn = 8;
constexpr std::size_t kDemandColumn = 7;

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.resize(width, ' ');
  return out;
}

// A MAY that is not done is no fault, and shall not look like one.
std::string_view shown_outcome(const Verdict& verdict) {
  const bool may = verdict.demand == Demand::kMay && verdict.outcome == Outcome::kFail;
  return may ? "no" : outcome_name(verdict.outcome);
}

}  // namespace

std::string_view demand_name(Demand demand) {
  switch (demand) {
    case Demand::kMust:
      return "MUST";
    case Demand::kMay:
      return "MAY";
    case Demand::kPolicy:
      return "POLICY";
  }
  return "";
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "pass";
    case Outcome::kFail:
      return "fail";
    case Outcome::kUnclear:
      return "unclear";
    case Outcome::kSkipped:
      return "skipped";
  }
  return "";
}

std::string to_text(const Verdict& verdict) {
  std::string line = padded(shown_outcome(verdict), kOutcomeColumn) +
                     padded(demand_name(verdict.demand), kDemandColumn) +
                     std::string(verdict.rule) + ": " + std::string(verdict.sentence);
  if (!verdict.seen.empty()) line += " (" + verdict.seen + ")";
  return line;
}

std::string to_json(const Verdict& verdict) {
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(verdict.took);
  return boost::json::serialize(boost::json::object{
      {"rule", verdict.rule},
      {"demand", demand_name(verdict.demand)},
      {"clause", verdict.clause},
      {"sentence", verdict.sentence},
      {"outcome", outcome_name(verdict.outcome)},
      {"seen", verdict.seen},
      {"took_ms", took.count()},
  });
}

std::string to_text(const Summary& summary) {
  const int rules = summary.pass + summary.fail + summary.unclear + summary.skipped;
  std::string text = std::to_string(rules) + (rules == 1 ? " rule: " : " rules: ") +
                     std::to_string(summary.pass) + " passed, " + std::to_string(summary.fail) +
                     " failed, " + std::to_string(summary.unclear) + " unclear, " +
                     std::to_string(summary.skipped) +
                     " skipped. MUST rules: " + std::to_string(summary.must_fail) + " failed, " +
                     std::to_string(summary.must_unclear) + " unclear.";
  if (summary.stopped) text += " Stopped: " + *summary.stopped;
  return text;
}

std::string to_json(const Summary& summary) {
  boost::json::object object{
      {"summary", true},
      {"passed", summary.passed()},
      {"pass", summary.pass},
      {"fail", summary.fail},
      {"unclear", summary.unclear},
      {"skipped", summary.skipped},
      {"must_fail", summary.must_fail},
      {"must_unclear", summary.must_unclear},
  };
  if (summary.stopped) object["stopped"] = *summary.stopped;
  return boost::json::serialize(object);
}

}  // namespace veilwire::probe::conformance
