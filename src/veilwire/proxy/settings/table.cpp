#include "veilwire/proxy/settings/table.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "veilwire/base/escape.h"
#include "veilwire/protocol/network.h"
#include "veilwire/proxy/settings/values.h"
#include "veilwire/transport/limits.h"

namespace veilwire::proxy {
namespace {

// -- From a member of Settings to a row -----------------------------------------------------------

// A `kWhere` is a pointer to a member, or a function from Settings& to what lies deeper.
template <auto kWhere>
constexpr Member member() {
  return {
      .is_same = [](const Settings& a,
                    const Settings& b) { return std::invoke(kWhere, a) == std::invoke(kWhere, b); },
      .copy = [](const Settings& from,
                 Settings& to) { std::invoke(kWhere, to) = std::invoke(kWhere, from); }};
}

template <auto kWhere, auto kTrue = true, auto kFalse = false>
constexpr Flag flag() {
  return {[](Settings& settings, bool on) { std::invoke(kWhere, settings) = on ? kTrue : kFalse; }};
}

template <auto kWhere, auto kParse>
constexpr Text text() {
  return {[](Settings& settings, std::string_view written) -> Done {
    auto value = kParse(written);
    if (!value) return std::unexpected(std::move(value.error()));
    std::invoke(kWhere, settings) = std::move(*value);
    return {};
  }};
}

template <auto kWhere, auto kParse>
constexpr Texts texts() {
  return {.clear = [](Settings& settings) { std::invoke(kWhere, settings).clear(); },
          .add = [](Settings& settings, std::string_view written) -> Done {
            auto value = kParse(written);
            if (!value) return std::unexpected(std::move(value.error()));
            std::invoke(kWhere, settings).push_back(std::move(*value));
            return {};
          }};
}

template <auto kWhere>
constexpr Number number(std::int64_t least, std::int64_t most) {
  return {least, most, [](Settings& settings, std::int64_t value) {
            auto& place = std::invoke(kWhere, settings);
            place = static_cast<std::remove_cvref_t<decltype(place)>>(value);
          }};
}

template <auto kWhere>
constexpr Number seconds() {
  return {kMinSeconds, kMaxSeconds, [](Settings& settings, std::int64_t value) {
            std::invoke(kWhere, settings) = std::chrono::seconds(value);
          }};
}

template <auto kMember>
constexpr auto kInLog = [](auto& settings) -> auto& { return settings.log.*kMember; };
template <auto kMember>
constexpr auto kInLimits = [](auto& settings) -> auto& { return settings.limits.*kMember; };
template <auto kMember>
constexpr auto kInAdmission =
    [](auto& settings) -> auto& { return settings.limits.admission.*kMember; };
constexpr auto kBufferBudget = [](auto& settings) -> auto& {
  return settings.limits.buffers.budget_bytes;
};
constexpr auto kLikeLoopback = [](auto& settings) -> auto& {
  return settings.limits.admission.like_loopback;
};

template <auto kMember>
Setting admission(std::string_view key) {
  return {.section = "limits",
          .key = key,
          .form = number<kInAdmission<kMember>>(1, 1'000'000),
          .member = member<kInAdmission<kMember>>()};
}

// -- Policies and redirections --------------------------------------------------------------------

// Both of `given` and of what `add` refuses.
template <typename Table>
void add_all(std::span<const std::string> rules, Table& given, std::vector<std::string>& mistakes) {
  for (const std::string& rule : rules) {
    if (auto added = given.add(rule); !added) mistakes.push_back(added.error());
  }
}

std::vector<std::string> overlay_map(Settings& settings, std::span<const std::string> options) {
  std::vector<std::string> mistakes;
  TargetMap given;
  add_all(options, given, mistakes);
  settings.map.overlay(std::move(given));
  return mistakes;
}

Done set_default_policy(Settings& settings, std::string_view written) {
  const auto policy = parse_policy(written);
  if (!policy) return std::unexpected(policy.error());
  settings.policies.set_default(*policy);
  return {};
}

Done add_policy(Settings& settings, std::string_view pattern, std::string_view written) {
  const auto policy = parse_policy(written);
  if (!policy) return std::unexpected(policy.error());
  return settings.policies.add(pattern, *policy);
}

std::string two_defaults(std::string_view one, std::string_view other) {
  return fmt::format(
      "{} and {} are both given as the default policy: give one, and PATTERN=POLICY for some hosts",
      escape_foreign(one, kMaxShownChars), escape_foreign(other, kMaxShownChars));
}

// "POLICY" is the default, "PATTERN=POLICY" a rule.
std::vector<std::string> overlay_policies(Settings& settings,
                                          std::span<const std::string> options) {
  std::vector<std::string> mistakes;
  std::vector<std::string> rules;
  std::optional<std::string> otherwise;
  for (const std::string& option : options) {
    if (option.find('=') != std::string::npos) {
      rules.push_back(option);
      continue;
    }
    if (auto set = set_default_policy(settings, option); !set) mistakes.push_back(set.error());
    if (otherwise) mistakes.push_back(two_defaults(*otherwise, option));
    otherwise = option;
  }
  PolicyRules given;
  add_all(rules, given, mistakes);
  settings.policies.overlay(std::move(given));
  return mistakes;
}

constexpr Member kDefaultPolicy{
    .is_same =
        [](const Settings& a, const Settings& b) {
          return a.policies.default_policy() == b.policies.default_policy();
        },
    .copy = [](const Settings& from,
               Settings& to) { to.policies.set_default(from.policies.default_policy()); }};

constexpr Member kPolicyRules{
    .is_same = [](const Settings& a,
                  const Settings& b) { return a.policies.has_same_rules(b.policies); },
    .copy =
        [](const Settings& from, Settings& to) {
          const Policy otherwise = to.policies.default_policy();
          to.policies = from.policies;
          to.policies.set_default(otherwise);
        }};

// -- What has no shape of its own -----------------------------------------------------------------

void clear_listen(Settings& settings) {
  settings.listen.clear();
  settings.listen_unix.clear();
}

constexpr Member kListen{.is_same =
                             [](const Settings& a, const Settings& b) {
                               return a.listen == b.listen && a.listen_unix == b.listen_unix;
                             },
                         .copy =
                             [](const Settings& from, Settings& to) {
                               to.listen = from.listen;
                               to.listen_unix = from.listen_unix;
                             }};

// A file that is not used is like any other.
constexpr Member kDowngradeFile{
    .is_same =
        [](const Settings& a, const Settings& b) {
          return a.downgrade_file == b.downgrade_file || !a.downgrade_memory || !b.downgrade_memory;
        },
    .copy = [](const Settings& from, Settings& to) { to.downgrade_file = from.downgrade_file; }};

Done set_v1_payload_bytes(Settings& settings, std::string_view network, std::int64_t bytes) {
  const auto magic = parse_network(network);
  if (!magic) return std::unexpected(magic.error());
  settings.v1_payload_bytes[*magic] = static_cast<std::size_t>(bytes);
  return {};
}

// -- The table ------------------------------------------------------------------------------------

std::vector<Setting> serving() {
  return {
      {.key = "listen",
       .option = "--listen",
       .value = "ADDR[:PORT]",
       .help = "Serve SOCKS5 here, or at unix:PATH; 127.0.0.1:1324 by default, if nothing else is "
               "served",
       .group = kServing,
       .on_reload = OnReload::kNeedsRestart,
       .form = Texts{.clear = clear_listen,
                     .add = [](Settings& settings,
                               std::string_view written) { return add_listen(written, settings); }},
       .member = kListen},
      {.key = "inbound",
       .option = "--inbound",
       .value = "ADDR:PORT=ADDR:PORT",
       .help = "Accept peers at the first address and connect them to the program at the second",
       .group = kServing,
       .on_reload = OnReload::kNeedsRestart,
       .form = texts<&Settings::inbound, parse_inbound>(),
       .member = member<&Settings::inbound>()},
      {.key = "transparent",
       .option = "--transparent",
       .value = "ADDR:PORT",
       .help = "Serve connections that the firewall redirects here (Linux)",
       .group = kServing,
       .on_reload = OnReload::kNeedsRestart,
       .form = texts<&Settings::transparent, parse_transparent>(),
       .member = member<&Settings::transparent>()},
      {.key = "upstream",
       .option = "--upstream",
       .value = "PROXY",
       .help = "Dial peers through this SOCKS5 proxy, such as Tor",
       .group = kServing,
       .form = text<&Settings::upstream, net::parse_proxy>(),
       .member = member<&Settings::upstream>()},
      {.key = "external",
       .option = "--external",
       .value = "ADDR:PORT",
       .help = "Where peers reach --inbound: announced as an address that speaks version 2",
       .group = kServing,
       .form = text<&Settings::external, parse_external>(),
       .member = member<&Settings::external>()},
      {.key = "preserve_source",
       .option = "--preserve-source",
       .help = "Show the program the real addresses of inbound peers (needs CAP_NET_ADMIN)",
       .group = kServing,
       .form = flag<&Settings::preserve_source>(),
       .member = member<&Settings::preserve_source>()},
      {.key = "allow_remote",
       .option = "--allow-remote",
       .help = "Let --listen and --metrics serve other machines too; neither asks for a password",
       .group = kServing,
       .form = flag<&Settings::allow_remote>(),
       .member = member<&Settings::allow_remote>()},
      {.key = "clients",
       .option = "--client",
       .value = "ADDR[/BITS]",
       .help = "Of other machines serve only these: an address or a network; may be repeated",
       .group = kServing,
       .form = texts<&Settings::clients, AddressRange::parse>(),
       .member = member<&Settings::clients>()},
      {.key = "allow_local_targets",
       .option = "--allow-local-targets",
       .help = "Let programs on other machines reach this one's loopback and private network",
       .group = kServing,
       .form = flag<&Settings::allow_local_targets>(),
       .member = member<&Settings::allow_local_targets>()},
  };
}

std::vector<Setting> speaking() {
  static const std::string policy_help =
      policy_names() + "; or for some hosts: '*.onion=v2-only', '10.0.0.0/8=v1-only'";
  static const std::string network_help = "Serve this network only: " + [] {
    std::string names = list_of_names(protocol::networks());
    return names.replace(names.find(" or "), 4, ", ") + ", or 8 hex digits";
  }();
  return {
      {.key = "network",
       .option = "--network",
       .value = "NAME",
       .help = network_help,
       .group = kSpeaking,
       .choices = names_of(protocol::networks()),
       .on_reload = OnReload::kNeedsRestart,
       .form = text<&Settings::network, parse_network>(),
       .member = member<&Settings::network>()},
      {.key = "policy", .form = Text{set_default_policy}, .member = kDefaultPolicy},
      {.key = "policies",
       .option = "--policy",
       .value = "[PATTERN=]POLICY",
       .help = policy_help,
       .group = kSpeaking,
       .choices = names_of(kPolicies),
       .form = Rules{.add = add_policy, .overlay = overlay_policies},
       .member = kPolicyRules},
      {.key = "v1_payload_bytes",
       .form = Numbers{transport::kMaxPayloadBytes, transport::kMostV1PayloadBytes,
                       set_v1_payload_bytes},
       .member = member<&Settings::v1_payload_bytes>()},
      {.key = "map",
       .option = "--map",
       .value = "FROM=TO",
       .help = "Connect to TO when a program asks for FROM",
       .group = kSpeaking,
       .form = Rules{.add = [](Settings& settings, std::string_view from,
                               std::string_view to) { return settings.map.add(from, to); },
                     .overlay = overlay_map},
       .member = member<&Settings::map>()},
      {.key = "passthrough",
       .option = "--no-passthrough",
       .help = "Answer the program only after the handshake, and carry only what is translated",
       .group = kSpeaking,
       .form = flag<&Settings::passthrough, Passthrough::kAllow, Passthrough::kRefuse>(),
       .member = member<&Settings::passthrough>()},
      {.key = "pass_v2",
       .option = "--pass-v2",
       .help = "Carry a program's own version 2 under v2-only and v1-blocks-only too",
       .group = kSpeaking,
       .form = flag<&Settings::pass_v2>(),
       .member = member<&Settings::pass_v2>()},
      {.key = "on_downgrade",
       .option = "--on-downgrade",
       .value = "ACTION",
       .help = "When a peer that has spoken version 2 answers in version 1: warn or refuse",
       .group = kSpeaking,
       .choices = names_of(kDowngradeActions),
       .form = text<&Settings::on_downgrade, parse_on_downgrade>(),
       .member = member<&Settings::on_downgrade>()},
      {.key = "downgrade_file",
       .option = "--downgrade-file",
       .value = "FILE",
       .help = "Where to remember for 30 days which peers have spoken version 2",
       .group = kSpeaking,
       .on_reload = OnReload::kNeedsRestart,
       .form = text<&Settings::downgrade_file, parse_path>(),
       .member = kDowngradeFile},
      {.key = "downgrade_memory",
       .option = "--no-downgrade-file",
       .help = "Do not remember which peers have spoken version 2",
       .group = kSpeaking,
       .on_reload = OnReload::kNeedsRestart,
       .form = flag<&Settings::downgrade_memory>(),
       .member = member<&Settings::downgrade_memory>()},
  };
}

std::vector<Setting> reporting() {
  return {
      {.section = "log",
       .key = "level",
       .option = "--log-level",
       .value = "LEVEL",
       .help = "error, warning, info or debug; info by default",
       .group = kReporting,
       .choices = names_of(kLogLevels),
       .form = text<kInLog<&LogOptions::level>, parse_log_level>(),
       .member = member<kInLog<&LogOptions::level>>()},
      {.section = "log",
       .key = "ips",
       .option = "--log-ips",
       .help = "Log the addresses of peers",
       .group = kReporting,
       .form = flag<kInLog<&LogOptions::ips>>(),
       .member = member<kInLog<&LogOptions::ips>>()},
      {.section = "log",
       .key = "session_ids",
       .option = "--log-session-ids",
       .help = "Log session ids in full",
       .group = kReporting,
       .form = flag<kInLog<&LogOptions::session_ids>>(),
       .member = member<kInLog<&LogOptions::session_ids>>()},
      {.key = "metrics",
       .option = "--metrics",
       .value = "ADDR[:PORT]",
       .help = "Serve Prometheus metrics at http://ADDR:PORT/metrics",
       .group = kReporting,
       .on_reload = OnReload::kNeedsRestart,
       .form = text<&Settings::metrics, parse_metrics>(),
       .member = member<&Settings::metrics>()},
      {.key = "keylog",
       .option = "--keylog",
       .value = "FILE",
       .help = "Write the keys of every connection to a file: whoever has it can read them all",
       .group = kReporting,
       .on_reload = OnReload::kNeedsRestart,
       .form = text<&Settings::keylog_file, parse_path>(),
       .member = member<&Settings::keylog_file>()},
  };
}

std::vector<Setting> limiting() {
  return {
      admission<&limits::AdmissionLimits::per_second>("per_second"),
      admission<&limits::AdmissionLimits::burst>("burst"),
      admission<&limits::AdmissionLimits::source_per_second>("source_per_second"),
      admission<&limits::AdmissionLimits::source_burst>("source_burst"),
      admission<&limits::AdmissionLimits::source_pending>("source_pending"),
      admission<&limits::AdmissionLimits::source_connections>("source_connections"),
      admission<&limits::AdmissionLimits::sources>("sources"),
      admission<&limits::AdmissionLimits::loopback_per_second>("loopback_per_second"),
      admission<&limits::AdmissionLimits::loopback_burst>("loopback_burst"),
      admission<&limits::AdmissionLimits::loopback_pending>("loopback_pending"),
      admission<&limits::AdmissionLimits::connections>("inbound_connections"),
      {.section = "limits",
       .key = "program_connections",
       .form = number<kInLimits<&ProxyLimits::program_connections>>(1, 1'000'000),
       .member = member<kInLimits<&ProxyLimits::program_connections>>()},
      // Two of the largest messages at least, or the first one could fill it.
      {.section = "limits",
       .key = "partial_message_bytes",
       .on_reload = OnReload::kNeedsRestart,
       .form = number<kBufferBudget>(8'000'000, 1'000'000'000'000),
       .member = member<kBufferBudget>()},
      {.section = "limits",
       .key = "like_loopback",
       .form = texts<kLikeLoopback, parse_address>(),
       .member = member<kLikeLoopback>()},
      {.section = "limits",
       .key = "connect_seconds",
       .form = seconds<kInLimits<&ProxyLimits::connect_timeout>>(),
       .member = member<kInLimits<&ProxyLimits::connect_timeout>>()},
      {.section = "limits",
       .key = "handshake_seconds",
       .on_reload = OnReload::kNeedsRestart,
       .form = seconds<kInLimits<&ProxyLimits::handshake_timeout>>(),
       .member = member<kInLimits<&ProxyLimits::handshake_timeout>>()},
      {.section = "limits",
       .key = "drain_seconds",
       .option = "--drain-timeout",
       .value = "SECONDS",
       .help = "After SIGTERM, cut connections still open after this long; 10 by default",
       .group = kServing,
       .form = seconds<kInLimits<&ProxyLimits::drain_timeout>>(),
       .member = member<kInLimits<&ProxyLimits::drain_timeout>>()},
  };
}

std::vector<Setting> all_settings() {
  std::vector<Setting> all;
  for (auto* const part : {serving, speaking, reporting, limiting}) {
    for (Setting& row : part()) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace

std::string Setting::name() const {
  return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

std::span<const Setting> settings_table() {
  static const std::vector<Setting> table = all_settings();
  return table;
}

std::vector<std::string> changed_settings(const Settings& before, const Settings& after) {
  std::vector<std::string> names;
  for (const Setting& row : settings_table()) {
    if (!row.member.is_same(before, after)) names.push_back(row.name());
  }
  return names;
}

std::vector<std::string> keep_until_restart(const Settings& now, Settings& wanted) {
  std::vector<std::string> names;
  const Settings asked = wanted;
  for (const Setting& row : settings_table()) {
    if (row.on_reload != OnReload::kNeedsRestart) continue;
    if (!row.member.is_same(now, asked)) names.push_back(row.name());
    row.member.copy(now, wanted);
  }
  return names;
}

}  // namespace veilwire::proxy
