// A check of an option whose value is a number: what is wrong with a value is told in a sentence,
// and a word is not called a number out of range, as CLI11's own check does.
#pragma once

#include <fmt/format.h>

#include <CLI/Validators.hpp>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

namespace veilwire::app {

template <typename T>
CLI::Validator number_between(T least, T most) {
  const auto check = [least, most](const std::string& text) -> std::string {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [read_to, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc::invalid_argument || read_to != end || std::isnan(double(value))) {
      return fmt::format("'{}' is not a {}number", text, std::is_integral_v<T> ? "whole " : "");
    }
    if (error != std::errc() || value < least || value > most) {
      return fmt::format("{} is not between {} and {}", text, least, most);
    }
    return {};
  };
  return {[check](std::string& text) { return check(text); }, ""};
}

}  // namespace veilwire::app
