// The options of `veilwire proxy` that are settings: one for each row of the settings table that
// has an option.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "veilwire/proxy/settings/table.h"

namespace veilwire::app {

class SettingsOptions {
 public:
  // Must outlive `command`. REQUIRES: called once.
  void declare(CLI::App& command);

  // Lays what was given over `settings`. All mistakes, a sentence without its full stop for each.
  std::vector<std::string> take(proxy::Settings& settings) const;

 private:
  // As it was given; empty where it was not.
  struct Given {
    const proxy::Setting* row;
    bool flag = false;
    std::string text{};
    std::vector<std::string> texts{};
  };

  // The command line's parser writes to its elements.
  std::vector<Given> given_;
};

}  // namespace veilwire::app
