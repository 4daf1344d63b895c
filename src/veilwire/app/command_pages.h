// What the command line is, as data: the one source of the man pages and of the shells' completion.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace veilwire::app {

struct OptionPage {
  std::vector<std::string> names{};    // "-h", "--help"; none for a positional argument
  std::string value{};                 // "ADDR:PORT"; empty for a flag
  std::vector<std::string> choices{};  // what completion offers as the value
  std::string text{};                  // one sentence without its full stop
  bool repeats = false;                // takes several values
};

struct StatusPage {
  std::string status{};  // "130"
  std::string text{};    // a sentence without its full stop
};

// What begins the parts of a footer.
inline constexpr std::string_view kExamplesHeading = "Examples:";
inline constexpr std::string_view kExitStatusHeading = "Exit status:";

struct CommandPage {
  std::string name{};                   // "veilwire", "veilwire proxy"
  std::string description{};            // one sentence, with or without its full stop
  std::vector<OptionPage> options{};    // positional arguments first
  std::vector<std::string> notes{};     // sentences
  std::vector<std::string> examples{};  // command lines, some with a remark behind two spaces
  std::vector<StatusPage> statuses{};
  std::vector<CommandPage> subcommands{};
};

// Of `app` and its subcommands, as its help tells them: what is hidden there is hidden here.
CommandPage command_page(const CLI::App& app);

}  // namespace veilwire::app
