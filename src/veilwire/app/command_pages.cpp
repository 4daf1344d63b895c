#include "veilwire/app/command_pages.h"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <sstream>
#include <string_view>
#include <utility>

namespace veilwire::app {
namespace {

constexpr std::string_view kExamples = "Examples:";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in{std::string(text)};
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

// CLI11 appends what each check says of itself, "NAME:{main,signet}": a set names all choices.
void take_value(const CLI::Option& option, OptionPage& page) {
  page.value = option.get_type_name();
  if (const std::size_t set = page.value.find(":{"); set != std::string::npos) {
    const std::size_t end = page.value.find('}', set);
    page.choices = split(page.value.substr(set + 2, end - set - 2), ',');
    page.value.resize(set);
  }
}

OptionPage option_page(const CLI::Option& option) {
  OptionPage page{.text = option.get_description()};
  for (const std::string& name : option.get_snames()) page.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) page.names.push_back("--" + name);
  if (option.get_type_size() != 0) take_value(option, page);
  if (page.names.empty()) page.value = option.get_name(true);
  page.repeats = option.get_expected_max() > 1;
  return page;
}

void take_options(const CLI::App& app, CommandPage& page) {
  const auto options =
      app.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
  std::ptrdiff_t positional = 0;
  for (const CLI::Option* option : options) {
    OptionPage one = option_page(*option);
    const auto at = one.names.empty() ? page.options.begin() + positional++ : page.options.end();
    page.options.insert(at, std::move(one));
  }
}

// A footer is sentences, and then examples with an indent.
void take_footer(std::string_view footer, CommandPage& page) {
  bool in_examples = false;
  for (const std::string& line : split(footer, '\n')) {
    if (line.empty()) continue;
    if (line.starts_with(kExamples) || line == "Example:") {
      in_examples = true;
    } else if (in_examples) {
      page.examples.push_back(line.substr(line.find_first_not_of(' ')));
    } else {
      page.notes.push_back(line);
    }
  }
}

}  // namespace

CommandPage command_page(const CLI::App& app) {
  CommandPage page{.name = app.get_name(), .description = app.get_description()};
  if (const CLI::App* parent = app.get_parent()) page.name = parent->get_name() + " " + page.name;
  take_options(app, page);
  take_footer(app.get_footer(), page);
  const auto shown = [](const CLI::App* one) { return !one->get_group().empty(); };
  for (const CLI::App* one : app.get_subcommands(shown)) {
    page.subcommands.push_back(command_page(*one));
  }
  return page;
}

}  // namespace veilwire::app
