// The `veilwire` program: what its subcommands share, and how it is run. The subcommands themselves
// are in subcommands.h.
#pragma once

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

// Text for people, or one JSON object per line for programs.
enum class Form : bool { kText, kJson };

// "veilwire: SENTENCE." on standard error; what is not printable is escaped, but for new lines.
void say(std::string_view sentence);
// "cannot write to standard output: ...", for an errno.
std::string cannot_write_output(int error);
// On standard output, flushed, with its newline. Throws CommandFailure where that cannot be;
// without a word where nobody reads any more, as behind `| head`. REQUIRES: SIGPIPE is ignored.
void print_line(std::string_view line);

// Runs the whole program: parses, runs the command, says what went wrong in one sentence on
// standard error.
ExitStatus run_command_line(int argc, const char* const* argv);

}  // namespace veilwire::app
