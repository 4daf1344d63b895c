// The subcommands of `veilwire`: one row for each. The program's help, the man pages and the
// completion are made from these rows; to add a subcommand, write its cmd_<name>.cpp and its row.
#pragma once

#include <CLI/App.hpp>
#include <array>
#include <cstdint>
#include <string_view>

#include "veilwire/app/commands.h"

namespace veilwire::app {

// Each declares its options and, as the callback, what runs when it is given; that throws
// CommandFailure where it cannot do what was asked.
void declare_completion(CLI::App& command);
void declare_demo(CLI::App& command);
void declare_kernels(CLI::App& command);
void declare_man(CLI::App& command);
void declare_probe(CLI::App& command);
void declare_proxy(CLI::App& command);
void declare_speed(CLI::App& command);

// A command line for the program's help, and what it does. An empty one is left out.
struct Example {
  std::string_view command{};
  std::string_view remark{};
};

enum class Audience : std::uint8_t {
  kEverybody,
  kPackagers,  // hidden from help and completion
};

// Without a full stop. An empty one is left out.
struct StatusMeaning {
  ExitStatus status{};
  std::string_view meaning{};
};
using StatusMeanings = std::array<StatusMeaning, 4>;

// Of what prints something and can do little else.
inline constexpr StatusMeanings kPrintingStatuses{
    {{ExitStatus::kDone, "Success"},
     {ExitStatus::kFailed, "Failure, such as output that could not be written"},
     {ExitStatus::kUsageMistake, "A mistake on the command line"}}};

// Of the program, whatever the subcommand.
inline constexpr StatusMeanings kProgramStatuses{
    {{ExitStatus::kDone, "Success"},
     {ExitStatus::kFailed, "Failure; each subcommand's page says what counts as one"},
     {ExitStatus::kUsageMistake, "A mistake on the command line or in a file that it names"},
     {ExitStatus::kInterrupted, "Interrupted with Ctrl-C, where the subcommand's page has it"}}};

struct Subcommand {
  std::string_view name;
  std::string_view summary;  // without a full stop
  void (*declare)(CLI::App& command);
  std::array<Example, 2> examples{};
  StatusMeanings statuses = kPrintingStatuses;
  Audience audience = Audience::kEverybody;
};

// In the order in which help lists them.
inline constexpr std::array kSubcommands{
    Subcommand{.name = "demo",
               .summary = "Hold an encrypted conversation between two transports and show it",
               .declare = declare_demo,
               .examples = {{{"veilwire demo", "watch an encrypted conversation in one process"},
                             {"veilwire demo --seed 7", "the same conversation every time"}}}},
    Subcommand{
        .name = "probe",
        .summary = "Dial peers and report what they are and what they speak",
        .declare = declare_probe,
        .examples = {{{"veilwire probe HOST", "ask a peer what it is and what it speaks"}}},
        .statuses = {{{ExitStatus::kDone,
                       "Every address answered; with --conformance, every MUST that was "
                       "played passed"},
                      {ExitStatus::kFailed,
                       "Some did not answer, a MUST did not pass, or the output could not be "
                       "written"},
                      {ExitStatus::kUsageMistake,
                       "A mistake on the command line or in a file of targets; nothing was "
                       "dialled"},
                      {ExitStatus::kInterrupted,
                       "Interrupted with Ctrl-C; what was finished has been reported"}}}},
    Subcommand{.name = "proxy",
               .summary = "Give programs that speak only version 1 encrypted connections",
               .declare = declare_proxy,
               .examples = {{{"veilwire proxy", "give v1-only programs encrypted connections"}}},
               .statuses = {{{ExitStatus::kDone, "Stopped by a signal"},
                             {ExitStatus::kFailed,
                              "Could not start: an address in use, a file that cannot be opened, a "
                              "missing privilege"},
                             {ExitStatus::kUsageMistake,
                              "A mistake on the command line or in the file of settings"}}}},
    Subcommand{.name = "speed",
               .summary = "Measure ciphers, hashes, handshakes and script checks on this machine",
               .declare = declare_speed,
               .examples = {{{"veilwire speed", "measure this machine against OpenSSL"},
                             {"veilwire speed --json", "the same, as one JSON object per line"}}},
               .statuses = {{{ExitStatus::kDone, "Everything was measured"},
                             {ExitStatus::kFailed,
                              "Something was not, or came out wrong, which ends the run"},
                             {ExitStatus::kUsageMistake, "A mistake on the command line"}}}},
    Subcommand{.name = "kernels",
               .summary = "List the cipher and hash kernels that this machine can run",
               .declare = declare_kernels,
               .examples = {{{"veilwire kernels", "list the kernels and the one in use"}}}},
    Subcommand{.name = "man",
               .summary = "Print a manual page",
               .declare = declare_man,
               .audience = Audience::kPackagers},
    Subcommand{.name = "completion",
               .summary = "Print a shell's completion script",
               .declare = declare_completion,
               .audience = Audience::kPackagers},
};

}  // namespace veilwire::app
