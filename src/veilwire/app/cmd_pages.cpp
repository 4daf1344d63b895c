// `veilwire man` and `veilwire completion`, for those who package the program: hidden from its
// help.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/app/choices.h"
#include "veilwire/app/command_pages.h"
#include "veilwire/app/commands.h"
#include "veilwire/app/completion.h"
#include "veilwire/app/man_page.h"
#include "veilwire/app/subcommands.h"

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
    throw CLI::ValidationError(fmt::format("'{}' is not a subcommand", subcommand));
  }
  fmt::print("{}", man_page(*named));
}

const std::map<std::string, Shell>& shells() {
  static const std::map<std::string, Shell> all{
      {"bash", Shell::kBash}, {"fish", Shell::kFish}, {"zsh", Shell::kZsh}};
  return all;
}

std::vector<std::string_view> shell_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, shell] : shells()) names.push_back(name);
  return names;
}

}  // namespace

void declare_man(CLI::App& command) {
  auto subcommand = std::make_shared<std::string>();
  command.add_option("COMMAND", *subcommand, "The subcommand; by default the program itself");
  command.callback([&command, subcommand] { print_man_page(*command.get_parent(), *subcommand); });
}

void declare_completion(CLI::App& command) {
  auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "bash, fish or zsh")
      ->required()
      ->check(one_of(shell_names()));
  command.callback([&command, shell] {
    fmt::print("{}", completion(command_page(*command.get_parent()), shells().at(*shell)));
  });
}

}  // namespace veilwire::app
