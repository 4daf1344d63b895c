#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veilwire/app/choices.h"
#include "veilwire/app/command_pages.h"
#include "veilwire/app/commands.h"
#include "veilwire/app/mistake.h"
#include "veilwire/app/subcommands.h"

namespace veilwire::app {
namespace {

constexpr const char* kDescription =
    "Veilwire: Bitcoin's peer-to-peer network over the encrypted transport of BIP 324.";

// The column at which remarks on examples begin.
constexpr std::size_t kRemarkColumn = 26;

std::string examples() {
  std::string text = fmt::format("{}\n", kExamplesHeading);
  for (const Subcommand& row : kSubcommands) {
    for (const Example& example : row.examples) {
      if (example.command.empty()) continue;
      text += fmt::format("  {:<{}}{}\n", example.command, kRemarkColumn, example.remark);
    }
  }
  return text;
}

std::string exit_statuses(const StatusMeanings& statuses) {
  std::string text = fmt::format("\n{}\n", kExitStatusHeading);
  for (const StatusMeaning& one : statuses) {
    if (one.meaning.empty()) continue;
    text += fmt::format("  {:<5}{}\n", static_cast<int>(one.status), one.meaning);
  }
  return text;
}

// "demo, probe, proxy, speed or kernels".
std::string subcommand_names() {
  std::vector<std::string_view> names;
  for (const Subcommand& row : kSubcommands) {
    if (row.audience == Audience::kEverybody) names.push_back(row.name);
  }
  return either_of(std::move(names));
}

void declare(CLI::App& app) {
  app.set_version_flag("--version", "veilwire " VEILWIRE_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(examples() + exit_statuses(kProgramStatuses));
  app.require_subcommand(0, 1);
  for (const Subcommand& row : kSubcommands) {
    CLI::App* command = app.add_subcommand(std::string(row.name), std::string(row.summary));
    if (row.audience == Audience::kPackagers) command->group("");
    row.declare(*command);
    command->footer(command->get_footer() + exit_statuses(row.statuses));
    for (CLI::Option* option : command->get_options()) {
      if (option->get_items_expected_max() == 0) option->disable_flag_override();
    }
  }
}

// Which subcommand's help to point at.
std::string help_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "veilwire --help"
                        : fmt::format("veilwire {} --help", chosen[0]->get_name());
}

// A sentence may cite what was given to us, a file's name for example: nothing of it reaches the
// terminal as anything but printable ASCII. A backslash stays, since some of it is escaped already,
// and so do new lines: several mistakes have one each.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const bool plain = (c >= ' ' && c <= '~') || c == '\n';
    shown += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return shown;
}

ExitStatus complain(std::string_view sentence) {
  say(sentence);
  return ExitStatus::kUsageMistake;
}

// Output that did not reach its file is a failure, not a success.
ExitStatus finish_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return ExitStatus::kDone;
  if (errno != EPIPE) say(cannot_write_output(errno));
  return ExitStatus::kFailed;
}

ExitStatus parse_and_run(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) {
      return complain(fmt::format("{}; see {}", mistake_sentence(app, error), help_command(app)));
    }
    app.exit(error);  // prints the help or the version
    return finish_output();
  }
  if (app.get_subcommands().empty()) {
    return complain(fmt::format("give a subcommand: {}; see veilwire --help", subcommand_names()));
  }
  return finish_output();
}

ExitStatus fail(const std::exception& failure, ExitStatus status) {
  std::fflush(stdout);
  if (const std::string sentence = without_full_stop(failure.what()); !sentence.empty()) {
    say(sentence);
  }
  return status;
}

}  // namespace

void say(std::string_view sentence) { fmt::print(stderr, "veilwire: {}.\n", printable(sentence)); }

std::string cannot_write_output(int error) {
  return fmt::format("cannot write to standard output: {}", std::strerror(error));
}

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  if (std::fflush(stdout) == 0) return;
  throw CommandFailure(errno == EPIPE ? std::string() : cannot_write_output(errno));
}

ExitStatus run_command_line(int argc, const char* const* argv) {
  CLI::App app(kDescription, "veilwire");
  try {
    declare(app);
    return parse_and_run(app, argc, argv);
  } catch (const CommandFailure& failure) {
    return fail(failure, failure.status());
  } catch (const std::exception& failure) {
    return fail(failure, ExitStatus::kFailed);
  }
}

}  // namespace veilwire::app
