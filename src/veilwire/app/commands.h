// The subcommands of `veilwire`. Each add_..._command() declares one with its options and what is
// run when it is given; that throws CommandFailure where it cannot do what was asked.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace veilwire::app {

enum class ExitStatus : std::uint8_t {
  kDone = 0,
  kFailed = 1,         // what was asked could not be done
  kUsageMistake = 2,   // the command line is wrong
  kInterrupted = 130,  // by Ctrl-C, as shells have it
};

// A failure that ends the command: one sentence for the person who gave it, without its full stop.
// An empty one: there is nobody to say it to, or nothing to say.
class CommandFailure : public std::runtime_error {
 public:
  explicit CommandFailure(const std::string& sentence, ExitStatus status = ExitStatus::kFailed)
      : std::runtime_error(sentence), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

// Text for people, or one JSON object a line for programs.
enum class Form : bool { kText, kJson };

void add_demo_command(CLI::App& app);
void add_kernels_command(CLI::App& app);
// To be added last: `man` and `completion`, hidden, tell of all commands of `app`.
void add_page_commands(CLI::App& app);
void add_probe_command(CLI::App& app);
void add_proxy_command(CLI::App& app);
void add_speed_command(CLI::App& app);

// "veilwire: SENTENCE." on standard error; what is not printable is escaped, but for new lines.
void say(std::string_view sentence);
// "standard output cannot be written: ...", for an errno.
std::string cannot_write_output(int error);
// On standard output, flushed, with its newline. Throws CommandFailure where that cannot be;
// without a word where nobody reads any more, as behind `| head`. REQUIRES: SIGPIPE is ignored.
void print_line(std::string_view line);

// Runs the whole program: parses, runs the command, says what went wrong in one sentence on
// standard error.
ExitStatus run_command_line(int argc, const char* const* argv);

}  // namespace veilwire::app
