#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "veilwire/app/commands.h"
#include "veilwire/app/settings_options.h"
#include "veilwire/app/subcommands.h"
#include "veilwire/proxy/run.h"
#include "veilwire/proxy/settings/contradictions.h"
#include "veilwire/proxy/settings/settings_file.h"

namespace veilwire::app {
namespace {

using Mistakes = std::vector<std::string>;
using proxy::Settings;

struct Options {
  std::string config_file;
  SettingsOptions settings;  // those that are given win over the file
};

// Useless unless it is absolute: the memory would lie wherever the proxy was started.
std::optional<std::filesystem::path> folder_named_by(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || !std::filesystem::path(value).is_absolute()) return std::nullopt;
  return std::filesystem::path(value);
}

// Where programs keep state of their own (XDG base directories; systemd's own).
std::optional<std::string> default_downgrade_file() {
  constexpr const char* kName = "spoke-v2.sqlite";
  if (const auto folder = folder_named_by("STATE_DIRECTORY")) return (*folder / kName).string();
  std::filesystem::path base;
  if (const auto state = folder_named_by("XDG_STATE_HOME")) {
    base = *state;
  } else if (const auto home = folder_named_by("HOME")) {
    base = *home / ".local" / "state";
  } else {
    return std::nullopt;
  }
  std::error_code error;
  const std::filesystem::path folder = base / "veilwire";
  std::filesystem::create_directories(folder, error);
  if (error) return std::nullopt;
  return (folder / kName).string();
}

void fill_in_defaults(Settings& settings) {
  if (settings.listen.empty() && settings.listen_unix.empty() && settings.transparent.empty() &&
      settings.inbound.empty()) {
    settings.listen = {{"127.0.0.1", proxy::kDefaultListenPort}};
  }
  if (settings.downgrade_memory && !settings.downgrade_file) {
    settings.downgrade_file = default_downgrade_file();
    if (!settings.downgrade_file) {
      settings.warnings.emplace_back(
          "there is no folder in which to remember the peers that have spoken version 2, so "
          "downgrades will go unnoticed: give downgrade-file, or no-downgrade-file to do without");
    }
  }
}

std::expected<Settings, Mistakes> read_file(const Options& options) {
  if (options.config_file.empty()) return Settings();
  return proxy::read_settings_file(options.config_file);
}

// Two settings for one thing: the one that the command line gives rules out the file's other.
void let_options_win(const Settings& given, Settings& file) {
  if (given.downgrade_file) file.downgrade_memory = true;
  if (!given.downgrade_memory) file.downgrade_file.reset();
}

std::expected<Settings, Mistakes> with_options(Settings settings, const Options& options) {
  Settings given;
  options.settings.take(given);  // its mistakes come again
  let_options_win(given, settings);
  if (Mistakes mistakes = options.settings.take(settings); !mistakes.empty())
    return std::unexpected(std::move(mistakes));
  return settings;
}

std::expected<Settings, Mistakes> completed(Settings settings) {
  fill_in_defaults(settings);
  if (Mistakes mistakes = proxy::contradictions(settings); !mistakes.empty())
    return std::unexpected(std::move(mistakes));
  return settings;
}

// The file and the command line over it, and what the file said the last time.
class Loader {
 public:
  // `options` must outlive it.
  explicit Loader(const Options& options) : options_(options) {}

  std::expected<Settings, Mistakes> load() {
    auto file = read_file(options_);
    if (!file) return file;
    auto given = with_options(*file, options_);
    if (!given) return given;
    auto all = completed(*given);
    if (!all) return all;
    Loaded loaded{std::move(*file), std::move(*given)};
    if (last_) warn_of_overridden(*last_, loaded, all->warnings);
    last_ = std::move(loaded);
    return all;
  }

 private:
  struct Loaded {
    Settings file;
    Settings given;  // the command line over it, without defaults
  };

  // An operator who changes the file and sees no effect wants to know why.
  static void warn_of_overridden(const Loaded& before, const Loaded& after,
                                 std::vector<std::string>& warnings) {
    const auto effective = proxy::changed_settings(before.given, after.given);
    for (const std::string& name : proxy::changed_settings(before.file, after.file)) {
      if (std::ranges::find(effective, name) != effective.end()) continue;
      warnings.push_back(
          fmt::format("{} has changed in the file, but the command line overrides it", name));
    }
  }

  const Options& options_;
  std::optional<Loaded> last_;
};

void run(const Options& options) {
  Loader loader(options);
  const auto config = loader.load();
  if (!config) throw CLI::ValidationError(fmt::format("{}", fmt::join(config.error(), ";\n  ")));
  proxy::Load reload;
  if (!options.config_file.empty()) reload = [&loader] { return loader.load(); };
  const auto ran = proxy::run(*config, reload);
  if (!ran) throw CommandFailure(ran.error());
}

// -- Options --------------------------------------------------------------------------------------

// "--keylog ''" would otherwise look as if it had not been given.
void refuse_empty_values(CLI::App& command) {
  const CLI::Validator not_empty(
      [](std::string& value) { return value.empty() ? "is empty" : std::string(); }, "");
  for (CLI::Option* option :
       command.get_options([](const CLI::Option* one) { return one->get_type_size() != 0; })) {
    option->check(not_empty);
  }
}

}  // namespace

void declare_proxy(CLI::App& command) {
  auto options = std::make_shared<Options>();
  command
      .add_option("--config", options->config_file,
                  "Read settings from a TOML file, and again on SIGHUP")
      ->type_name("FILE");
  options->settings.declare(command);
  refuse_empty_values(command);
  command.footer(
      "Programs use it as their SOCKS5 proxy, unchanged. On SIGTERM it lets connections finish,\n"
      "then stops.\n"
      "Examples:\n"
      "  veilwire proxy                    and then: bitcoind -proxy=127.0.0.1:1324\n"
      "  veilwire proxy --upstream 127.0.0.1:9050 --policy v2-only\n"
      "  veilwire proxy --inbound 0.0.0.0:8333=127.0.0.1:18333 --external 203.0.113.5:8333\n"
      "  veilwire proxy --config /etc/veilwire/proxy.toml --metrics 127.0.0.1\n");
  command.callback([options] { run(*options); });
}

}  // namespace veilwire::app
