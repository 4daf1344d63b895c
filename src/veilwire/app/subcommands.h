// The subcommands of `veilwire`: one row for each. The program's help, the man pages and the
// completion are made from these rows; to add a subcommand, write its cmd_<name>.cpp and its row.
#pragma once

#include <CLI/App.hpp>
#include <array>
#include <cstdint>
#include <string_view>

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

struct Subcommand {
  std::string_view name;
  std::string_view summary;  // without a full stop
  void (*declare)(CLI::App& command);
  std::array<Example, 2> examples{};
  Audience audience = Audience::kEverybody;
};

// In the order in which help lists them.
inline constexpr std::array kSubcommands{
    Subcommand{.name = "demo",
               .summary = "Hold an encrypted conversation between two transports and show it",
               .declare = declare_demo,
               .examples = {{{"veilwire demo", "watch an encrypted conversation in one process"},
                             {"veilwire demo --seed 7", "the same conversation every time"}}}},
    Subcommand{.name = "probe",
               .summary = "Dial peers and report what they are and what they speak",
               .declare = declare_probe,
               .examples = {{{"veilwire probe HOST", "ask a peer what it is and what it speaks"}}}},
    Subcommand{.name = "proxy",
               .summary = "Give programs that speak only version 1 encrypted connections",
               .declare = declare_proxy,
               .examples = {{{"veilwire proxy", "serve them as their SOCKS5 proxy"}}}},
    Subcommand{.name = "speed",
               .summary = "Measure ciphers, handshakes and memory on this machine, beside OpenSSL",
               .declare = declare_speed,
               .examples = {{{"veilwire speed", "measure this machine against OpenSSL"},
                             {"veilwire speed --json", "the same, as one JSON object per line"}}}},
    Subcommand{.name = "kernels",
               .summary = "List the cipher and hash kernels that this machine can run",
               .declare = declare_kernels,
               .examples = {{{"veilwire kernels", "see which one is in use"}}}},
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
