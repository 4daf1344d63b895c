// What is wrong with a command line, in our words instead of CLI11's.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veilwire::app {

// A sentence without its full stop. `app` is the program, as far as it has been parsed.
std::string mistake_sentence(const CLI::App& app, const CLI::ParseError& error);

// What CLI11 says ends in one or in none; ours is set by say().
std::string without_full_stop(std::string text);

// The one of `known` for which `typed` is a slip of the fingers. Leading dashes do not count.
std::optional<std::string> closest(std::string_view typed, const std::vector<std::string>& known);

}  // namespace veilwire::app
