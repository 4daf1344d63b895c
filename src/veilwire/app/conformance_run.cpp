#include "veilwire/app/conformance_run.h"

#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/probe/conformance/verdict_text.h"

namespace veilwire::app {
namespace {

using probe::conformance::to_json;
using probe::conformance::to_text;

// Set by Ctrl-C. A second one ends the program at once.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may use nothing else");

void note_interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

template <typename Said>
void print(const Said& said, Form form) {
  print_line(form == Form::kJson ? to_json(said) : to_text(said));
}

}  // namespace

void run_conformance(probe::conformance::Options options, Form form) {
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, note_interrupt);
  options.stop = &interrupted;
  crypto::SystemEntropy entropy;
  const auto summary = probe::conformance::run(
      options, entropy,
      [form](const probe::conformance::Verdict& verdict) { print(verdict, form); });
  print(summary, form);
  if (summary.passed()) return;
  if (options.stopping()) {
    throw CommandFailure("interrupted: checks not yet run have no verdict",
                         ExitStatus::kInterrupted);
  }
  // What was reached and behaves wrongly fails the baseline, or more.
  if (summary.stopped && summary.must_fail == 0) {
    throw CommandFailure(fmt::format("{} could not be reached", to_string(options.target)));
  }
  throw CommandFailure(
      fmt::format("{} does not conform, or could not be judged", to_string(options.target)));
}

}  // namespace veilwire::app
