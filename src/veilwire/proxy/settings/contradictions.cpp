#include "veilwire/proxy/settings/contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "veilwire/base/endpoint.h"

namespace veilwire::proxy {
namespace {

struct Place {
  std::string_view setting;
  Endpoint at;
};

std::vector<Place> places_of(const Settings& settings) {
  std::vector<Place> out;
  for (const Endpoint& at : settings.listen) out.push_back({"listen", at});
  for (const Endpoint& at : settings.transparent) out.push_back({"transparent", at});
  for (const InboundRoute& route : settings.inbound) out.push_back({"inbound", route.listen});
  if (settings.metrics) out.push_back({"metrics", *settings.metrics});
  return out;
}

using Sentences = std::vector<std::string>;

void look_for_nothing_to_do(const Settings& settings, Sentences& out) {
  if (settings.listen.empty() && settings.listen_unix.empty() && settings.transparent.empty() &&
      settings.inbound.empty()) {
    out.emplace_back("there is nothing to do: give listen, transparent or inbound");
  }
}

void look_beyond_loopback(const Settings& settings, Sentences& out) {
  if (settings.allow_remote) return;
  const auto look = [&](std::string_view setting, const Endpoint& at) {
    if (is_loopback(at)) return;
    out.push_back(
        fmt::format("{} {} would serve anybody who can reach this machine, without a password: "
                    "give a loopback address such as 127.0.0.1, or allow-remote",
                    setting, to_string(at)));
  };
  for (const Endpoint& at : settings.listen) look("listen", at);
  if (settings.metrics) look("metrics", *settings.metrics);
}

void look_for_places_given_twice(const std::vector<Place>& places, Sentences& out) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (places[i].at.port == 0 || canonical(places[i].at) != canonical(places[j].at)) continue;
      out.push_back(fmt::format("{} is used twice, for {} and for {}: give each its own port",
                                to_string(places[i].at), places[j].setting, places[i].setting));
    }
  }
}

void look_for_loops(const Settings& settings, const std::vector<Place>& places, Sentences& out) {
  const auto is_ours = [&](const Endpoint& target) {
    return std::ranges::any_of(places, [&](const Place& place) {
      return place.at.port != 0 && canonical(place.at) == canonical(target);
    });
  };
  for (const InboundRoute& route : settings.inbound) {
    if (!is_ours(route.program)) continue;
    out.push_back(
        fmt::format("inbound leads to {}, which is this proxy itself: give the address of "
                    "the program",
                    to_string(route.program)));
  }
  if (settings.upstream && is_ours(settings.upstream->address)) {
    out.push_back(fmt::format("upstream {} is this proxy itself: give the address of another one",
                              to_string(settings.upstream->address)));
  }
}

void look_for_what_needs_another(const Settings& settings, Sentences& out) {
  if (settings.external && settings.inbound.empty()) {
    out.emplace_back(
        "external tells the network that version 2 is served there, but nothing serves it: give "
        "inbound too, or leave external out");
  }
  if (settings.preserve_source && settings.inbound.empty()) {
    out.emplace_back("preserve-source only affects inbound connections: give inbound too");
  }
  if (settings.pass_v2 && settings.passthrough == Passthrough::kRefuse) {
    out.emplace_back(
        "pass-v2 carries a program's own version 2, and no-passthrough carries nothing of the "
        "kind: give one of the two");
  }
  if (!settings.clients.empty() && !settings.allow_remote) {
    out.emplace_back("clients are programs on other machines: give allow-remote too");
  }
  if (settings.allow_local_targets && !settings.allow_remote) {
    out.emplace_back(
        "allow-local-targets only affects programs on other machines: give "
        "allow-remote too");
  }
}

void look_at_downgrades(const Settings& settings, Sentences& out) {
  const bool refuses = settings.on_downgrade == OnDowngrade::kRefuse;
  if (!settings.downgrade_memory && settings.downgrade_file) {
    out.emplace_back(
        "downgrade-file says where to remember which peers have spoken version 2, and nothing is "
        "to be remembered (no-downgrade-file, or downgrade-memory in the file): give one of the "
        "two");
  } else if (refuses && !settings.downgrade_memory) {
    out.emplace_back(
        "on-downgrade refuse needs to remember which peers have spoken version 2: leave "
        "no-downgrade-file out");
  } else if (refuses && !settings.downgrade_file) {
    out.emplace_back(
        "on-downgrade refuse needs to remember which peers have spoken version 2: give "
        "downgrade-file too");
  }
  if (refuses && settings.policies.are_all(Policy::kV1Only)) {
    out.emplace_back(
        "on-downgrade refuse wants version 2, and policy v1-only speaks it with nobody: give one "
        "of the two");
  }
  if (settings.downgrade_file && settings.downgrade_file == settings.keylog_file) {
    out.emplace_back("downgrade-file and keylog are the same file: give each its own");
  }
}

// For listeners, files, the event loop and name lookups.
constexpr std::uint64_t kOtherDescriptors = 64;

// One of the limits that decide how many connections there may be.
struct ConnectionLimit {
  std::string_view name;
  std::uint64_t value;
};

std::vector<ConnectionLimit> connection_limits(const Settings& settings) {
  std::vector<ConnectionLimit> limits;
  if (!settings.listen.empty() || !settings.listen_unix.empty() || !settings.transparent.empty())
    limits.push_back({"program_connections", settings.limits.program_connections});
  if (!settings.inbound.empty())
    limits.push_back({"inbound_connections", settings.limits.admission.connections});
  return limits;
}

}  // namespace

std::vector<std::string> contradictions(const Settings& settings) {
  Sentences out;
  const std::vector<Place> places = places_of(settings);
  look_for_nothing_to_do(settings, out);
  look_beyond_loopback(settings, out);
  look_for_places_given_twice(places, out);
  look_for_loops(settings, places, out);
  look_for_what_needs_another(settings, out);
  look_at_downgrades(settings, out);
  return out;
}

std::optional<std::string> want_of_descriptors(const Settings& settings,
                                               std::uint64_t descriptors) {
  std::uint64_t connections = 0;
  std::string keys;
  for (const auto& [name, value] : connection_limits(settings)) {
    connections += value;
    keys += fmt::format("{}{} (now {})", keys.empty() ? "" : " or ", name, value);
  }
  const std::uint64_t wanted = kOtherDescriptors + 2 * connections;
  if (descriptors >= wanted) return std::nullopt;
  return fmt::format(
      "this process may open {} file descriptors, but the {} connections it may accept need {}; "
      "connections beyond that will wait. Raise the limit (ulimit -Hn, or LimitNOFILE= in "
      "systemd), "
      "or lower {} under [limits]",
      descriptors, connections, wanted, keys);
}

}  // namespace veilwire::proxy
