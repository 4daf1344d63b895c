#include "veilwire/proxy/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <span>

#include "veilwire/base/escape.h"
#include "veilwire/transport/limits.h"

namespace veilwire::proxy {
namespace {

using Done = std::expected<void, std::string>;

struct Complaint {
  toml::source_position at;
  std::string text;
};

// One key's value on its way into the configuration. What does not fit is complained about where it
// stands in the file.
class Value {
 public:
  Value(std::string_view key, const toml::node& node, std::vector<Complaint>& complaints)
      : key_(key), node_(node), complaints_(complaints) {}

  // A text: `take` says what is wrong with it.
  template <typename Take>
  void text(Take&& take) const {
    if (!node_.is_string()) return complain(node_, "must be a text in quotes");
    if (const Done taken = take(node_.ref<std::string>()); !taken) complain(node_, taken.error());
  }

  template <typename Take>
  void texts(Take&& take) const {
    if (!node_.is_array()) return text(take);
    for (const toml::node& item : *node_.as_array()) Value(key_, item, complaints_).text(take);
  }

  void flag(bool& out) const {
    if (!node_.is_boolean()) return complain(node_, "must be true or false");
    out = node_.ref<bool>();
  }

  template <typename Number>
  void number(std::int64_t least, std::int64_t most, Number& out) const {
    const auto value = node_.is_integer() ? node_.value<std::int64_t>() : std::nullopt;
    if (!value || *value < least || *value > most) {
      return complain(node_, fmt::format("must be a number from {} to {}", least, most));
    }
    out = static_cast<Number>(*value);
  }

  void seconds(Duration& out) const {
    std::int64_t count = std::chrono::duration_cast<std::chrono::seconds>(out).count();
    number(kMinSeconds, kMaxSeconds, count);
    out = std::chrono::seconds(count);
  }

  // A table whose keys are the user's own.
  template <typename Take>
  void entries(Take&& take) const {
    if (!node_.is_table()) return complain(node_, fmt::format("must be a table: [{}]", key_));
    for (const auto& [key, node] : *node_.as_table()) {
      const std::string shown = escape_foreign(key.str(), kMaxShownChars);
      Value(shown, node, complaints_).text([&](std::string_view text) {
        return take(key.str(), text);
      });
    }
  }

  // The same, of numbers.
  template <typename Take>
  void number_entries(std::int64_t least, std::int64_t most, Take&& take) const {
    if (!node_.is_table()) return complain(node_, fmt::format("must be a table: [{}]", key_));
    for (const auto& [key, node] : *node_.as_table()) {
      const std::string shown = escape_foreign(key.str(), kMaxShownChars);
      std::int64_t number = least;
      Value(shown, node, complaints_).number(least, most, number);
      if (const Done taken = take(key.str(), number); !taken) complain(node, taken.error());
    }
  }

  const toml::node& node() const { return node_; }

 private:
  void complain(const toml::node& where, std::string_view what) const {
    complaints_.push_back({where.source().begin, fmt::format("{}: {}", key_, what)});
  }

  std::string_view key_;
  const toml::node& node_;
  std::vector<Complaint>& complaints_;
};

// Puts what was parsed in its place, or hands the error on.
template <typename Parsed, typename Place>
Done put(Parsed&& parsed, Place&& place) {
  if (!parsed) return std::unexpected(parsed.error());
  place = *std::forward<Parsed>(parsed);
  return {};
}

template <typename Parsed, typename List>
Done append(Parsed&& parsed, List& list) {
  if (!parsed) return std::unexpected(parsed.error());
  list.push_back(*std::forward<Parsed>(parsed));
  return {};
}

Done put_path(std::string_view text, std::optional<std::string>& place) {
  if (text.empty()) return std::unexpected("names no file");
  place = std::string(text);
  return {};
}

// -- The keys -------------------------------------------------------------------------------------

struct Key {
  std::string_view name;
  void (*take)(const Value& value, ProxyConfig& config);
};

void read_keys(const toml::table& table, std::string_view title, std::span<const Key> keys,
               ProxyConfig& config, std::vector<Complaint>& complaints);

template <std::uint32_t limits::AdmissionLimits::* kMember>
void take_admission(const Value& value, ProxyConfig& config) {
  value.number(1, 1'000'000, config.limits.admission.*kMember);
}

constexpr std::array kLimitKeys{
    Key{"per_second", take_admission<&limits::AdmissionLimits::per_second>},
    Key{"burst", take_admission<&limits::AdmissionLimits::burst>},
    Key{"source_per_second", take_admission<&limits::AdmissionLimits::source_per_second>},
    Key{"source_burst", take_admission<&limits::AdmissionLimits::source_burst>},
    Key{"source_pending", take_admission<&limits::AdmissionLimits::source_pending>},
    Key{"source_connections", take_admission<&limits::AdmissionLimits::source_connections>},
    Key{"sources", take_admission<&limits::AdmissionLimits::sources>},
    Key{"loopback_per_second", take_admission<&limits::AdmissionLimits::loopback_per_second>},
    Key{"loopback_burst", take_admission<&limits::AdmissionLimits::loopback_burst>},
    Key{"loopback_pending", take_admission<&limits::AdmissionLimits::loopback_pending>},
    Key{"inbound_connections", take_admission<&limits::AdmissionLimits::connections>},
    Key{"program_connections",
        [](const Value& value, ProxyConfig& config) {
          value.number(1, 1'000'000, config.limits.program_connections);
        }},
    // Two of the largest messages at least, or the first one could fill it.
    Key{"partial_message_bytes",
        [](const Value& value, ProxyConfig& config) {
          value.number(8'000'000, 1'000'000'000'000, config.limits.buffers.cap_bytes);
        }},
    Key{"connect_seconds",
        [](const Value& value, ProxyConfig& config) {
          value.seconds(config.limits.connect_timeout);
        }},
    Key{"handshake_seconds",
        [](const Value& value, ProxyConfig& config) {
          value.seconds(config.limits.handshake_timeout);
        }},
    Key{"drain_seconds", [](const Value& value,
                            ProxyConfig& config) { value.seconds(config.limits.drain_timeout); }},
};

constexpr std::array kLogKeys{
    Key{"level",
        [](const Value& value, ProxyConfig& config) {
          value.text(
              [&](std::string_view text) { return put(parse_log_level(text), config.log.level); });
        }},
    Key{"ips", [](const Value& value, ProxyConfig& config) { value.flag(config.log.ips); }},
    Key{"session_ids",
        [](const Value& value, ProxyConfig& config) { value.flag(config.log.session_ids); }},
};

void take_listen(const Value& value, ProxyConfig& config) {
  value.texts([&](std::string_view text) { return add_listen(text, config); });
}

void take_transparent(const Value& value, ProxyConfig& config) {
  value.texts(
      [&](std::string_view text) { return append(parse_transparent(text), config.transparent); });
}

void take_inbound(const Value& value, ProxyConfig& config) {
  value.texts([&](std::string_view text) { return append(parse_inbound(text), config.inbound); });
}

void take_upstream(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) { return put(net::parse_proxy(text), config.upstream); });
}

void take_external(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) { return put(parse_external(text), config.external); });
}

void take_network(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) { return put(parse_network(text), config.network); });
}

void take_passthrough(const Value& value, ProxyConfig& config) {
  bool allowed = true;
  value.flag(allowed);
  config.passthrough = allowed ? Passthrough::kAllow : Passthrough::kRefuse;
}

void take_pass_v2(const Value& value, ProxyConfig& config) { value.flag(config.pass_v2); }

void take_clients(const Value& value, ProxyConfig& config) {
  value.texts(
      [&](std::string_view text) { return append(AddressRange::parse(text), config.clients); });
}

void take_allow_local_targets(const Value& value, ProxyConfig& config) {
  value.flag(config.allow_local_targets);
}

void take_policy(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) -> Done {
    const auto policy = parse_policy(text);
    if (!policy) return std::unexpected(policy.error());
    config.policies.set_default(*policy);
    return {};
  });
}

void take_policies(const Value& value, ProxyConfig& config) {
  value.entries([&](std::string_view pattern, std::string_view text) -> Done {
    const auto policy = parse_policy(text);
    if (!policy) return std::unexpected(policy.error());
    return config.policies.add(pattern, *policy);
  });
}

void take_v1_payload_bytes(const Value& value, ProxyConfig& config) {
  value.number_entries(transport::kMaxPayloadBytes, transport::kMostV1PayloadBytes,
                       [&](std::string_view network, std::int64_t bytes) -> Done {
                         const auto magic = parse_network(network);
                         if (!magic) return std::unexpected(magic.error());
                         config.v1_payload_bytes[*magic] = static_cast<std::size_t>(bytes);
                         return {};
                       });
}

void take_map(const Value& value, ProxyConfig& config) {
  value.entries(
      [&](std::string_view from, std::string_view to) { return config.map.add(from, to); });
}

void take_downgrade_file(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) { return put_path(text, config.downgrade_file); });
}

void take_on_downgrade(const Value& value, ProxyConfig& config) {
  value.text(
      [&](std::string_view text) { return put(parse_on_downgrade(text), config.on_downgrade); });
}

void take_keylog(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) { return put_path(text, config.keylog_file); });
}

void take_metrics(const Value& value, ProxyConfig& config) {
  value.text([&](std::string_view text) { return put(parse_metrics(text), config.metrics); });
}

constexpr std::array kKeys{
    Key{"listen", take_listen},
    Key{"transparent", take_transparent},
    Key{"inbound", take_inbound},
    Key{"allow_remote",
        [](const Value& value, ProxyConfig& config) { value.flag(config.allow_remote); }},
    Key{"clients", take_clients},
    Key{"allow_local_targets", take_allow_local_targets},
    Key{"upstream", take_upstream},
    Key{"external", take_external},
    Key{"preserve_source",
        [](const Value& value, ProxyConfig& config) { value.flag(config.preserve_source); }},
    Key{"network", take_network},
    Key{"passthrough", take_passthrough},
    Key{"pass_v2", take_pass_v2},
    Key{"policy", take_policy},
    Key{"policies", take_policies},
    Key{"v1_payload_bytes", take_v1_payload_bytes},
    Key{"map", take_map},
    Key{"downgrade_file", take_downgrade_file},
    Key{"on_downgrade", take_on_downgrade},
    Key{"keylog", take_keylog},
    Key{"metrics", take_metrics},
};

struct Section {
  std::string_view name;
  std::span<const Key> keys;
};
constexpr std::array kSections{Section{"log", kLogKeys}, Section{"limits", kLimitKeys}};

std::string names_of(std::span<const Key> keys) {
  std::string out;
  for (const Key& key : keys) out += (out.empty() ? "" : ", ") + std::string(key.name);
  return out;
}

void read_keys(const toml::table& table, std::string_view title, std::span<const Key> keys,
               ProxyConfig& config, std::vector<Complaint>& complaints) {
  for (const auto& [key, node] : table) {
    const auto known = std::ranges::find(keys, key.str(), &Key::name);
    if (known != keys.end()) {
      known->take(Value(known->name, node, complaints), config);
    } else {
      complaints.push_back(
          {key.source().begin, fmt::format("{} is no setting{}; there are {}",
                                           quote_foreign(key.str()), title, names_of(keys))});
    }
  }
}

// Takes the sections out of `root`, so that what is left are the keys.
void read_sections(toml::table& root, ProxyConfig& config, std::vector<Complaint>& complaints) {
  for (const Section& section : kSections) {
    const toml::node* node = root.get(section.name);
    if (node == nullptr) continue;
    if (node->is_table()) {
      read_keys(*node->as_table(), fmt::format(" of [{}]", section.name), section.keys, config,
                complaints);
    } else {
      complaints.push_back(
          {node->source().begin, fmt::format("{0}: must be a table: [{0}]", section.name)});
    }
    root.erase(section.name);
  }
}

std::vector<std::string> in_order(std::vector<Complaint> complaints, std::string_view file_name) {
  std::ranges::sort(complaints, std::less<>(), &Complaint::at);
  std::vector<std::string> out;
  for (const Complaint& complaint : complaints) {
    out.push_back(fmt::format("{}:{}:{}: {}", file_name, complaint.at.line, complaint.at.column,
                              complaint.text));
  }
  return out;
}

}  // namespace

std::expected<ProxyConfig, std::vector<std::string>> parse_config(std::string_view toml,
                                                                  std::string_view file_name) {
  std::vector<Complaint> complaints;
  ProxyConfig config;
  try {
    toml::table root = toml::parse(toml, file_name);
    read_sections(root, config, complaints);
    read_keys(root, "", kKeys, config, complaints);
  } catch (const toml::parse_error& error) {
    complaints.push_back(
        {error.source().begin, "this is not TOML: " + escape_foreign(error.description(), 200)});
  }
  if (complaints.empty()) return config;
  return std::unexpected(in_order(std::move(complaints), file_name));
}

std::expected<ProxyConfig, std::vector<std::string>> read_config_file(const std::string& path) {
  const auto refuse = [&](std::string_view why) {
    return std::unexpected(std::vector{fmt::format("cannot read {}: {}", path, why)});
  };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(std::strerror(errno));
  std::string text(kMaxConfigBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return refuse(std::strerror(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxConfigBytes) {
    return refuse(fmt::format("it is larger than {} bytes", kMaxConfigBytes));
  }
  return parse_config(text, path);
}

}  // namespace veilwire::proxy
