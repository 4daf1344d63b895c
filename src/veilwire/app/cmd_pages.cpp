// `veilwire man` and `veilwire completion`, for who installs the program: hidden from its help.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "veilwire/app/command_pages.h"
#include "veilwire/app/commands.h"
#include "veilwire/app/completion.h"
#include "veilwire/app/man_page.h"

namespace veilwire::app {
namespace {

void print_man_page(const CLI::App& app, const std::string& subcommand) {
  const CommandPage program = command_page(app);
  if (subcommand.empty()) {
    fmt::print("{}", man_page(program));
    return;
  }
  const auto named =
      std::ranges::find(program.subcommands, program.name + " " + subcommand, &CommandPage::name);
  if (named == program.subcommands.end()) {
    throw CLI::ValidationError(fmt::format("'{}' is no command", subcommand));
  }
  fmt::print("{}", man_page(*named));
}

void add_man_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("man", "Print a manual page")->group("");
  auto subcommand = std::make_shared<std::string>();
  command->add_option("COMMAND", *subcommand, "Whose; without it, the program's own");
  command->callback([&app, subcommand] { print_man_page(app, *subcommand); });
}

const std::map<std::string, Shell>& shells() {
  static const std::map<std::string, Shell> all{
      {"bash", Shell::kBash}, {"fish", Shell::kFish}, {"zsh", Shell::kZsh}};
  return all;
}

void add_completion_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("completion", "Print what a shell completes")->group("");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, fish or zsh")
      ->required()
      ->check(CLI::IsMember(shells()));
  command->callback(
      [&app, shell] { fmt::print("{}", completion(command_page(app), shells().at(*shell))); });
}

}  // namespace

void add_page_commands(CLI::App& app) {
  add_man_command(app);
  add_completion_command(app);
}

}  // namespace veilwire::app
