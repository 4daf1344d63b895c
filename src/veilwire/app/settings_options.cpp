#include "veilwire/app/settings_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <utility>
#include <variant>

#include "veilwire/app/choices.h"
#include "veilwire/app/number_between.h"

namespace veilwire::app {
namespace {

using proxy::Done;
using proxy::Flag;
using proxy::Number;
using proxy::Numbers;
using proxy::Rules;
using proxy::Setting;
using proxy::Settings;
using proxy::Text;
using proxy::Texts;

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

// What a flag says when it is given: "--no-passthrough" says false.
bool said_by(const Setting& row) { return !row.option.starts_with("--no-"); }

}  // namespace

void SettingsOptions::declare(CLI::App& command) {
  for (const Setting& row : proxy::settings_table()) {
    if (!row.option.empty()) given_.push_back({.row = &row});
  }
  for (Given& given : given_) {
    const Setting& row = *given.row;
    const std::string name(row.option);
    const std::string help(row.help);
    CLI::Option* option = std::visit(
        Overloaded{[&](const Flag&) { return command.add_flag(name, given.flag, help); },
                   [&](const Number& number) {
                     return command.add_option(name, given.text, help)
                         ->check(number_between(number.least, number.most));
                   },
                   [&](const Text&) { return command.add_option(name, given.text, help); },
                   // One value for each time that it is given: what follows is not its own.
                   [&](const auto&) {
                     return command.add_option(name, given.texts, help)->allow_extra_args(false);
                   }},
        row.form);
    option->group(std::string(row.group));
    if (!row.value.empty()) option->type_name(std::string(row.value));
    if (!row.choices.empty()) option->check(such_as(row.choices));
  }
}

std::vector<std::string> SettingsOptions::take(Settings& settings) const {
  std::vector<std::string> mistakes;
  for (const Given& given : given_) {
    const auto note = [&](const std::string& mistake) {
      mistakes.push_back(fmt::format("{}: {}", given.row->option, mistake));
    };
    const auto note_of = [&](const Done& done) {
      if (!done) note(done.error());
    };
    std::visit(Overloaded{[&](const Flag& flag) {
                            if (given.flag) flag.set(settings, said_by(*given.row));
                          },
                          [&](const Number& number) {
                            if (!given.text.empty()) number.set(settings, std::stoll(given.text));
                          },
                          [&](const Text& text) {
                            if (!given.text.empty()) note_of(text.set(settings, given.text));
                          },
                          [&](const Texts& texts) {
                            if (!given.texts.empty()) texts.clear(settings);
                            for (const std::string& one : given.texts)
                              note_of(texts.add(settings, one));
                          },
                          [&](const Rules& rules) {
                            for (const auto& mistake : rules.overlay(settings, given.texts))
                              note(mistake);
                          },
                          [](const Numbers&) {}},
               given.row->form);
  }
  return mistakes;
}

}  // namespace veilwire::app
