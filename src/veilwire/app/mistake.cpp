#include "veilwire/app/mistake.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>

#include "veilwire/app/choices.h"
#include "veilwire/base/escape.h"

namespace veilwire::app {
namespace {

// Nobody slips on a longer word, and the time to compare grows with it.
constexpr std::size_t kMaxTypedChars = 32;

// How CLI11's text goes on after the flag's name.
constexpr std::string_view kFlagWithValue = " was given a disallowed flag override";

std::string_view without_dashes(std::string_view word) {
  return word.substr(std::min(word.find_first_not_of('-'), word.size()));
}

// How many slips make the one word the other: a character put in, taken out or changed, or two
// neighbours swapped (optimal string alignment).
std::size_t slips_between(std::string_view from, std::string_view to) {
  std::vector table(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = table[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      std::size_t& here = table[i][j];
      here = std::min({changed, table[i - 1][j] + 1, table[i][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) here = std::min(here, table[i - 2][j - 2] + 1);
    }
  }
  return table[from.size()][to.size()];
}

const CLI::App& chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// And what somebody may mean who types "veilwire help".
std::vector<std::string> subcommands_of(const CLI::App& app) {
  std::vector<std::string> names = options_of(app);
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!one->get_group().empty()) names.push_back(one->get_name());
  }
  return names;
}

std::string not_a(std::string_view typed, std::string_view what,
                  const std::vector<std::string>& known) {
  const std::string text = fmt::format("{} is not {}", quote_foreign(typed), what);
  const auto meant = closest(typed, known);
  return meant ? fmt::format("{} (did you mean '{}'?)", text, *meant) : text;
}

std::string not_understood(const CLI::App& app, std::string_view typed) {
  const CLI::App& command = chosen_command(app);
  if (typed.starts_with('-')) {
    return not_a(typed.substr(0, typed.find('=')), "an option", options_of(command));
  }
  if (&command == &app) return not_a(typed, "a subcommand", subcommands_of(app));
  return quote_foreign(typed) + " is not understood";
}

// CLI11 says which option it is at the beginning of its text only: "--hold: 1 required ...".
const CLI::Option* option_named_in(const CLI::App& app, std::string_view text) {
  return chosen_command(app).get_option_no_throw(std::string(text.substr(0, text.find(':'))));
}

std::string wrong_count(const CLI::Option& option) {
  const std::string name = option.get_name();
  if (option.count() > 1) return name + " was given more than once";
  return fmt::format("{} needs a value: {}", name, value_name(option).name);
}

}  // namespace

std::string mistake_sentence(const CLI::App& app, const CLI::ParseError& error) {
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    if (const auto extra = app.remaining(true); !extra.empty()) {
      return not_understood(app, extra.front());
    }
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    if (const CLI::Option* option = option_named_in(app, text)) return wrong_count(*option);
    if (const auto end = text.find(kFlagWithValue); end != std::string::npos) {
      return fmt::format("--{} takes no value", without_dashes(text.substr(0, end)));
    }
  }
  return without_full_stop(text);
}

std::string without_full_stop(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

std::optional<std::string> closest(std::string_view typed, const std::vector<std::string>& known) {
  const std::string_view word = without_dashes(typed);
  if (word.empty() || word.size() > kMaxTypedChars) return std::nullopt;
  const auto slips = [word](const std::string& one) {
    return slips_between(word, without_dashes(one));
  };
  const auto nearest = std::ranges::min_element(known, {}, slips);
  // One in three letters: "prob" is a slip for "probe", "dance" is not one for "demo".
  if (nearest == known.end() || slips(*nearest) > std::max<std::size_t>(1, word.size() / 3)) {
    return std::nullopt;
  }
  return *nearest;
}

}  // namespace veilwire::app
