#include "veilwire/app/command_pages.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <utility>

#include "veilwire/app/choices.h"

namespace veilwire::app {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

OptionPage option_page(const CLI::Option& option) {
  OptionPage page{.text = option.get_description()};
  for (const std::string& name : option.get_snames()) page.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) page.names.push_back("--" + name);
  if (option.get_type_size() != 0) {
    ValueName value = value_name(option);
    page.value = std::move(value.name);
    page.choices = std::move(value.choices);
  }
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

// "130  Interrupted with Ctrl-C".
StatusPage status_page(std::string_view line) {
  const std::size_t end = line.find(' ');
  const std::size_t text = std::min(line.find_first_not_of(' ', end), line.size());
  return {std::string(line.substr(0, end)), std::string(line.substr(text))};
}

// A footer is sentences, and then examples and exit statuses with an indent.
void take_footer(const std::string& footer, CommandPage& page) {
  enum class Part : std::uint8_t { kNotes, kExamples, kStatuses } part{};
  for (const std::string& line : lines_of(footer)) {
    const std::string entry = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    if (line == kExamplesHeading) {
      part = Part::kExamples;
    } else if (line == kExitStatusHeading) {
      part = Part::kStatuses;
    } else if (part == Part::kExamples) {
      page.examples.push_back(entry);
    } else if (part == Part::kStatuses) {
      page.statuses.push_back(status_page(entry));
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
