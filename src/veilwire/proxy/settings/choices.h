// Values that have names: rows with a `name` of their own.
#pragma once

#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace veilwire::proxy {

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

template <std::ranges::range Rows>
std::vector<std::string_view> names_of(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

// "a, b or c", for a sentence.
template <std::ranges::range Rows>
std::string list_of_names(const Rows& rows) {
  const auto names = names_of(rows);
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) list += i + 1 == names.size() ? " or " : ", ";
    list += names[i];
  }
  return list;
}

}  // namespace veilwire::proxy
