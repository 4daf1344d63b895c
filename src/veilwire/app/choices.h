// Options whose values have names. CLI11 would tell the names a second time in the help, as
// "NAME:{main,signet}", and refuse others in words of its own.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace veilwire::app {

// "a, b or c". REQUIRES: there is one at least.
std::string either_of(std::vector<std::string_view> names);

// A check that refuses every other value in a sentence. What `names` point to must outlive it.
CLI::Validator one_of(std::vector<std::string_view> names);
// What completion offers. It is no check: more is possible, such as a pattern before a policy.
CLI::Validator such_as(const std::vector<std::string_view>& names);

// What help calls an option's value, and the names that one_of() or such_as() gave it.
struct ValueName {
  std::string name{};
  std::vector<std::string> choices{};
};
ValueName value_name(const CLI::Option& option);

// Leaves the names of values to the options' own sentences.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override;
};

}  // namespace veilwire::app
