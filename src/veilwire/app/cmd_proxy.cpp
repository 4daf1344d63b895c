#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veilwire/app/commands.h"
#include "veilwire/base/escape.h"
#include "veilwire/proxy/config_file.h"
#include "veilwire/proxy/run.h"

namespace veilwire::app {
namespace {

// As given; nothing where it was not. What was given wins over the file.
struct Options {
  std::string config_file;
  std::vector<std::string> listen;
  std::vector<std::string> transparent;
  std::vector<std::string> inbound;
  std::string upstream;
  std::string external;
  std::string network;
  std::vector<std::string> map;
  std::vector<std::string> policies;
  std::string on_downgrade;
  std::string downgrade_file;
  bool no_downgrade_file = false;
  bool no_passthrough = false;
  bool pass_v2 = false;
  bool preserve_source = false;
  bool allow_remote = false;
  std::vector<std::string> clients;
  bool allow_local_targets = false;
  std::string metrics;
  std::string keylog;
  std::string log_level;
  bool log_ips = false;
  bool log_session_ids = false;
  std::optional<unsigned> drain_seconds;
};

using Mistakes = std::vector<std::string>;

// Takes values into a configuration and collects what is wrong with them.
class Taker {
 public:
  // `into` is set, where `text` is there and says something.
  template <typename T, typename Parse>
  void one(const std::string& text, T& into, Parse parse) {
    if (text.empty()) return;
    if (auto value = parse(text)) {
      into = std::move(*value);
    } else {
      mistakes_.push_back(value.error());
    }
  }
  // A list that is given replaces the file's.
  template <typename T, typename Parse>
  void list(const std::vector<std::string>& texts, std::vector<T>& into, Parse parse) {
    if (!texts.empty()) into.clear();
    for (const std::string& text : texts) one(text, into.emplace_back(), parse);
  }
  // A rule that is given is added to the file's, or takes the place of the one for the same.
  template <typename Table>
  void rules(const std::vector<std::string>& texts, Table& into) {
    Table given;
    for (const std::string& text : texts) {
      if (auto added = given.add(text); !added) mistakes_.push_back(added.error());
    }
    into.overlay(std::move(given));
  }
  void refuse(std::string mistake) { mistakes_.push_back(std::move(mistake)); }
  Mistakes mistakes() { return std::move(mistakes_); }

 private:
  Mistakes mistakes_;
};

// "POLICY" is the default, "PATTERN=POLICY" a rule.
void take_policies(const std::vector<std::string>& texts, Taker& taker, proxy::PolicyTable& into) {
  std::vector<std::string> rules;
  std::optional<std::string> otherwise;
  for (const std::string& text : texts) {
    if (text.find('=') != std::string::npos) {
      rules.push_back(text);
      continue;
    }
    proxy::Policy policy{};
    taker.one(text, policy, proxy::parse_policy);
    into.set_default(policy);
    if (otherwise) {
      taker.refuse(fmt::format(
          "{} and {} are both given as the default policy: give one, and PATTERN=POLICY for some "
          "hosts",
          escape_foreign(*otherwise, kMaxShownChars), escape_foreign(text, kMaxShownChars)));
    }
    otherwise = text;
  }
  taker.rules(rules, into);
}

// Of no worth where it is not absolute: the memory would lie wherever the proxy was started.
std::optional<std::filesystem::path> folder_named_by(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || !std::filesystem::path(value).is_absolute()) return std::nullopt;
  return std::filesystem::path(value);
}

// Where programs keep what is theirs and not a setting (XDG base directories; systemd's own).
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

void take_options(const Options& options, Taker& taker, proxy::ProxyConfig& config) {
  if (!options.listen.empty()) {
    config.listen.clear();
    config.listen_unix.clear();
  }
  for (const std::string& text : options.listen) {
    if (auto added = proxy::add_listen(text, config); !added) taker.refuse(added.error());
  }
  taker.list(options.clients, config.clients, proxy::AddressRange::parse);
  taker.list(options.transparent, config.transparent, proxy::parse_transparent);
  taker.list(options.inbound, config.inbound, proxy::parse_inbound);
  taker.one(options.upstream, config.upstream, net::parse_proxy);
  taker.one(options.external, config.external, proxy::parse_external);
  taker.one(options.network, config.network, proxy::parse_network);
  taker.rules(options.map, config.map);
  take_policies(options.policies, taker, config.policies);
  taker.one(options.on_downgrade, config.on_downgrade, proxy::parse_on_downgrade);
  taker.one(options.metrics, config.metrics, proxy::parse_metrics);
  taker.one(options.log_level, config.log.level, proxy::parse_log_level);
  if (!options.downgrade_file.empty()) config.downgrade_file = options.downgrade_file;
  if (!options.keylog.empty()) config.keylog_file = options.keylog;
  if (options.no_passthrough) config.passthrough = proxy::Passthrough::kRefuse;
  if (options.drain_seconds)
    config.limits.drain_timeout = std::chrono::seconds(*options.drain_seconds);
  config.preserve_source |= options.preserve_source;
  config.allow_remote |= options.allow_remote;
  config.allow_local_targets |= options.allow_local_targets;
  config.pass_v2 |= options.pass_v2;
  config.log.ips |= options.log_ips;
  config.log.session_ids |= options.log_session_ids;
}

void fill_in_defaults(const Options& options, proxy::ProxyConfig& config) {
  if (config.listen.empty() && config.listen_unix.empty() && config.transparent.empty() &&
      config.inbound.empty()) {
    config.listen = {{"127.0.0.1", proxy::kDefaultListenPort}};
  }
  if (options.no_downgrade_file) {
    config.downgrade_file.reset();
  } else if (!config.downgrade_file) {
    config.downgrade_file = default_downgrade_file();
    if (!config.downgrade_file) {
      config.warnings.emplace_back(
          "there is no folder for the memory of who once spoke version 2, so downgrades are not "
          "noticed: give downgrade-file, or no-downgrade-file to do without");
    }
  }
}

std::expected<proxy::ProxyConfig, Mistakes> read_file(const Options& options) {
  if (options.config_file.empty()) return proxy::ProxyConfig();
  return proxy::read_config_file(options.config_file);
}

std::expected<proxy::ProxyConfig, Mistakes> with_options(proxy::ProxyConfig config,
                                                         const Options& options) {
  Taker taker;
  take_options(options, taker, config);
  if (Mistakes mistakes = taker.mistakes(); !mistakes.empty()) return std::unexpected(mistakes);
  return config;
}

std::expected<proxy::ProxyConfig, Mistakes> completed(proxy::ProxyConfig config,
                                                      const Options& options) {
  fill_in_defaults(options, config);
  if (const auto mistakes = proxy::contradictions(config); !mistakes.empty())
    return std::unexpected(mistakes);
  return config;
}

// The file and the command line over it, and what the file said the last time.
class Loader {
 public:
  explicit Loader(const Options& options) : options_(options) {}

  std::expected<proxy::ProxyConfig, Mistakes> load() {
    auto file = read_file(options_);
    if (!file) return file;
    auto given = with_options(*file, options_);
    if (!given) return given;
    auto all = completed(*given, options_);
    if (!all) return all;
    Loaded loaded{std::move(*file), std::move(*given)};
    if (last_) warn_of_overridden(*last_, loaded, all->warnings);
    last_ = std::move(loaded);
    return all;
  }

 private:
  struct Loaded {
    proxy::ProxyConfig file;
    proxy::ProxyConfig given;  // the command line over it, without defaults
  };

  // Whoever changes the file and sees nothing change wants to know why.
  static void warn_of_overridden(const Loaded& before, const Loaded& after,
                                 std::vector<std::string>& warnings) {
    const auto effective = proxy::changed_settings(before.given, after.given);
    for (const std::string_view name : proxy::changed_settings(before.file, after.file)) {
      if (std::ranges::find(effective, name) != effective.end()) continue;
      warnings.push_back(fmt::format(
          "{} has changed in the file, but the command line says otherwise and wins", name));
    }
  }

  const Options options_;
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

// What completion offers, of which more is possible: a pattern before it, a magic.
CLI::Validator such_as(const std::vector<std::string>& values) {
  return {[](std::string&) { return std::string(); },
          fmt::format("{{{}}}", fmt::join(values, ","))};
}

// "--keylog ''" would otherwise look as if it was not there.
void refuse_empty_values(CLI::App& command) {
  const CLI::Validator not_empty(
      [](std::string& value) { return value.empty() ? "is empty" : std::string(); }, "");
  for (CLI::Option* option :
       command.get_options([](const CLI::Option* one) { return one->get_type_size() != 0; })) {
    option->check(not_empty);
  }
}

void declare_what_it_serves(CLI::App& command, Options& options) {
  command
      .add_option("--config", options.config_file,
                  "Read settings from a TOML file; SIGHUP re-reads it")
      ->type_name("FILE");
  command
      .add_option("--listen", options.listen,
                  "Serve SOCKS5 here, or at unix:PATH; default 127.0.0.1:1324 where nothing else is "
                  "served")
      ->type_name("ADDR:PORT");
  command
      .add_option("--inbound", options.inbound,
                  "Accept peers at the first address for the program at the second")
      ->type_name("ADDR:PORT=ADDR:PORT");
  command
      .add_option("--transparent", options.transparent,
                  "Serve connections that the firewall redirects here (Linux)")
      ->type_name("ADDR:PORT");
  command.add_option("--upstream", options.upstream, "Dial through this SOCKS5 proxy, such as Tor")
      ->type_name("PROXY");
  command
      .add_option(
          "--external", options.external,
          "Where peers reach the program through --inbound: announced as speaking version 2")
      ->type_name("ADDR:PORT");
  command.add_flag("--preserve-source", options.preserve_source,
                   "Let the program see the addresses of inbound peers (needs CAP_NET_ADMIN)");
  command.add_flag("--allow-remote", options.allow_remote,
                   "Let --listen and --metrics serve more than this machine; they ask no password");
  command
      .add_option("--client", options.clients,
                  "Of other machines serve only these: an address or a network, as often as needed")
      ->type_name("ADDR[/BITS]");
  command.add_flag("--allow-local-targets", options.allow_local_targets,
                   "Let programs on other machines reach this one's loopback and private network");
}

void declare_what_it_speaks(CLI::App& command, Options& options) {
  command
      .add_option(
          "--network", options.network,
          "Serve this network only: main, testnet3, testnet4, signet, regtest or 8 hex digits")
      ->type_name("NAME")
      ->check(such_as({"main", "testnet3", "testnet4", "signet", "regtest"}));
  command
      .add_option("--policy", options.policies,
                  "prefer-v2, v2-only, v1-blocks-only or v1-only; or for some hosts: "
                  "'*.onion=v2-only', '10.0.0.0/8=v1-only'")
      ->type_name("[PATTERN=]POLICY")
      ->check(such_as({"prefer-v2", "v2-only", "v1-blocks-only", "v1-only"}));
  command.add_option("--map", options.map, "Go to TO where a program asks for FROM")
      ->type_name("FROM=TO");
  command.add_flag("--no-passthrough", options.no_passthrough,
                   "Answer the program after the handshake, and carry nothing else");
  command.add_flag("--pass-v2", options.pass_v2,
                   "Under v2-only and v1-blocks-only too, carry a program's own version 2");
  command
      .add_option("--on-downgrade", options.on_downgrade,
                  "When a peer that once spoke version 2 answers in version 1: warn or refuse")
      ->type_name("ACTION")
      ->check(CLI::IsMember({"warn", "refuse"}));
  command
      .add_option("--downgrade-file", options.downgrade_file,
                  "Where it is remembered for 30 days who spoke version 2")
      ->type_name("FILE");
  command.add_flag("--no-downgrade-file", options.no_downgrade_file, "Do not remember that");
}

void declare_what_it_tells(CLI::App& command, Options& options) {
  command
      .add_option("--log-level", options.log_level, "error, warning, info or debug; default info")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"error", "warning", "info", "debug"}));
  command.add_flag("--log-ips", options.log_ips, "Log addresses of peers");
  command.add_flag("--log-session-ids", options.log_session_ids, "Log session ids in full");
  command
      .add_option("--metrics", options.metrics,
                  "Serve Prometheus metrics at http://ADDR:PORT/metrics")
      ->type_name("ADDR[:PORT]");
  command
      .add_option("--keylog", options.keylog,
                  "Write the keys of every connection to a file: whoever has it reads them all")
      ->type_name("FILE");
  command
      .add_option("--drain-timeout", options.drain_seconds,
                  "After SIGTERM, cut what is still open after so many seconds; default 10")
      ->type_name("SECONDS")
      ->check(CLI::Range(proxy::kMinSeconds, proxy::kMaxSeconds));
}

}  // namespace

void add_proxy_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "proxy", "Give programs that speak only version 1 encrypted connections, through SOCKS5");
  auto options = std::make_shared<Options>();
  declare_what_it_serves(*command, *options);
  declare_what_it_speaks(*command, *options);
  declare_what_it_tells(*command, *options);
  refuse_empty_values(*command);
  command->footer(
      "A program uses it as its SOCKS5 proxy, unchanged. SIGTERM lets connections finish and "
      "stops.\n"
      "Examples:\n"
      "  veilwire proxy                    and then: bitcoind -proxy=127.0.0.1:1324\n"
      "  veilwire proxy --upstream 127.0.0.1:9050 --policy v2-only\n"
      "  veilwire proxy --inbound 0.0.0.0:8333=127.0.0.1:18333 --external 203.0.113.5:8333\n"
      "  veilwire proxy --config /etc/veilwire/proxy.toml --metrics 127.0.0.1\n");
  command->callback([options] { run(*options); });
}

}  // namespace veilwire::app
