#include "veilwire/app/choices.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <sstream>
#include <utility>

#include "veilwire/base/escape.h"

namespace veilwire::app {
namespace {

// CLI11 puts it behind the name of the value, after a colon.
std::string as_set(const std::vector<std::string_view>& names) {
  return fmt::format("{{{}}}", fmt::join(names, ","));
}

// Where the set stands in `text`: "NAME[:{a,b}]". An empty one at the end where there is none.
std::string_view set_in(std::string_view text) {
  const std::size_t begin = text.find(":{");
  if (begin == text.npos) return text.substr(text.size());
  return text.substr(begin, text.find('}', begin) + 1 - begin);
}

}  // namespace

std::string either_of(std::vector<std::string_view> names) {
  const std::string_view last = names.back();
  names.pop_back();
  return names.empty() ? std::string(last) : fmt::format("{} or {}", fmt::join(names, ", "), last);
}

CLI::Validator one_of(std::vector<std::string_view> names) {
  const std::string set = as_set(names);
  const auto check = [names = std::move(names)](const std::string& value) -> std::string {
    if (std::ranges::find(names, value) != names.end()) return {};
    return fmt::format("{} is not known: write {}", quote_foreign(value), either_of(names));
  };
  return {[check](std::string& value) { return check(value); }, set};
}

CLI::Validator such_as(const std::vector<std::string_view>& names) {
  return {[](std::string&) { return std::string(); }, as_set(names)};
}

ValueName value_name(const CLI::Option& option) {
  ValueName value{.name = option.get_type_name()};
  std::string_view set = set_in(value.name);
  if (set.empty()) return value;
  std::istringstream in{std::string(set.substr(2, set.size() - 3))};
  for (std::string one; std::getline(in, one, ',');) value.choices.push_back(one);
  value.name.resize(value.name.size() - set.size());
  return value;
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string text = Formatter::make_option_opts(option);
  const std::string_view set = set_in(text);
  const auto begin = static_cast<std::size_t>(set.data() - text.data());
  return text.substr(0, begin) + text.substr(begin + set.size());
}

}  // namespace veilwire::app
