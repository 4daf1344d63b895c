#include "veilwire/app/conformance_run.h"

#include <fmt/format.h>

#include <cstdio>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/probe/conformance/verdict_text.h"

namespace veilwire::app {
namespace {

using probe::conformance::to_json;
using probe::conformance::to_text;

template <typename Said>
void print(const Said& said, Form form) {
  fmt::print("{}\n", form == Form::kJson ? to_json(said) : to_text(said));
  std::fflush(stdout);
}

}  // namespace

void run_conformance(const probe::conformance::Options& options, Form form) {
  crypto::SystemEntropy entropy;
  const auto summary = probe::conformance::run(
      options, entropy,
      [form](const probe::conformance::Verdict& verdict) { print(verdict, form); });
  print(summary, form);
  if (summary.passed()) return;
  // What was reached and behaves wrongly fails the baseline, or more.
  if (summary.stopped && summary.must_fail == 0) {
    throw CommandFailure(fmt::format("{} could not be reached", to_string(options.target)));
  }
  throw CommandFailure(
      fmt::format("{} does not conform, or could not be judged", to_string(options.target)));
}

}  // namespace veilwire::app
