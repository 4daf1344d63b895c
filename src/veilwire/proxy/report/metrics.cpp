#include "veilwire/proxy/report/metrics.h"

#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "veilwire/host/metrics.h"
#include "veilwire/proxy/report/message_labels.h"

namespace veilwire::proxy {

using host::Counter;
using host::Counters;
using host::Gauge;
using host::Gauges;
using host::Histogram;
using host::Histograms;
using Labels = host::MetricLabels;

namespace {

constexpr std::array kDirections{Direction::kOutbound, Direction::kInbound};
constexpr std::array kSides{Side::kProgram, Side::kPeer};

// Loopback takes less than the first, a peer over Tor some seconds; the last is our own deadline.
const std::vector<double> kHandshakeSeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                            1,     2.5,  5,     10,   30,  60};

template <typename Enum>
std::size_t place_of(Enum value) {
  return static_cast<std::size_t>(value);
}

std::string text_of(Direction direction) { return std::string(direction_name(direction)); }

std::string text_of(Side side) { return side == Side::kProgram ? "program" : "peer"; }

// All values of an enumeration whose `name` is empty behind the last.
template <typename Enum, typename Name>
std::vector<Enum> all_with(Name name) {
  std::vector<Enum> all;
  for (std::uint8_t i = 0; !name(static_cast<Enum>(i)).empty(); ++i) {
    all.push_back(static_cast<Enum>(i));
  }
  return all;
}

// How a connection is carried, and why so.
struct Carriage {
  std::string transport;
  std::string reason;
};

Carriage carriage_of(transport::VersionReason reason) {
  switch (reason) {
    case transport::VersionReason::kV2:
      break;
    case transport::VersionReason::kV1ByPolicy:
      return {"v1", "policy"};
    case transport::VersionReason::kV1PeerEnded:
      return {"v1", "peer_dropped_v2"};
    case transport::VersionReason::kV1Silence:
      return {"v1", "silence"};
  }
  return {"v2", "negotiated"};
}

const Carriage kNegotiated{"v2", "negotiated"};
const Carriage kRemembered{"v1", "remembered"};
const Carriage kChosenByPeer{"v1", "peer_choice"};

Carriage carriage_of(PassthroughReason reason) {
  return {"passthrough", std::string(passthrough_name(reason))};
}

Carriage carriage_of(Direction direction, const Joined& how) {
  if (how.version == transport::Version::kV2) return kNegotiated;
  if (direction == Direction::kInbound) return kChosenByPeer;
  return how.remembered_v1 ? kRemembered : carriage_of(how.reason);
}

std::vector<Carriage> carriages_of(Direction direction) {
  if (direction == Direction::kInbound) return {kNegotiated, kChosenByPeer};
  std::vector<Carriage> all{kNegotiated, carriage_of(transport::VersionReason::kV1ByPolicy),
                            carriage_of(transport::VersionReason::kV1PeerEnded),
                            carriage_of(transport::VersionReason::kV1Silence), kRemembered};
  for (const auto reason : all_with<PassthroughReason>(passthrough_name)) {
    all.push_back(carriage_of(reason));
  }
  return all;
}

}  // namespace

struct Metrics::State {
  struct MessageCounters {
    Counter messages;
    Counter bytes;
  };
  struct Connection {
    Direction direction;
    Gauge open;  // the one that counts it
  };
  using DropKey = std::tuple<Direction, Side, std::size_t, std::string>;

  State() {
    for (const Direction direction : kDirections) show_zeros(direction);
    for (const Side side : kSides) passed_through_bytes(side);
    build.with({{"version", VEILWIRE_VERSION}}).set(1);
    not_accepting.with();
  }

  // A figure that appears only with its first event has no rate then.
  void show_zeros(Direction direction) {
    const Labels labels{{"direction", text_of(direction)}};
    accepted.with(labels);
    pending.with(labels);
    for (const Carriage& one : carriages_of(direction)) {
      counter_of(carried, direction, one);
      open_of(direction, one);
    }
    for (const auto why : all_with<Refusal>(refusal_name)) refusal_counter(direction, why);
    for (const auto* transport : {"v2", "v1"}) handshake_time(direction, transport);
    for (const auto* outcome : {"v2", "v1", "failed", "version_1_refused"}) {
      handshake_counter(direction, outcome);
    }
    for (const Side side : kSides) resolve_messages(direction, side);
    for (const auto* way : {"received", "sent"}) decoy_counter(direction, way);
    for (const auto action : {OnDowngrade::kWarn, OnDowngrade::kRefuse}) downgrade_counter(action);
  }

  void resolve_messages(Direction direction, Side side) {
    Labels labels{{"direction", text_of(direction)}, {"from", text_of(side)}};
    unreadable.with(labels);
    entries_removed.with(labels);
    auto& row = passed[place_of(direction)][place_of(side)];
    for (const std::string_view label : message_labels()) {
      labels["type"] = label;
      row.push_back({messages.with(labels), message_bytes.with(labels)});
    }
  }

  Counter counter_of(const Counters& family, Direction direction, const Carriage& how) {
    return family.with(
        {{"direction", text_of(direction)}, {"transport", how.transport}, {"reason", how.reason}});
  }

  Gauge open_of(Direction direction, const Carriage& how) {
    return open.with(
        {{"direction", text_of(direction)}, {"transport", how.transport}, {"reason", how.reason}});
  }

  Counter refusal_counter(Direction direction, Refusal why) {
    return refusals.with(
        {{"direction", text_of(direction)}, {"reason", std::string(refusal_name(why))}});
  }

  Counter handshake_counter(Direction direction, const std::string& outcome) {
    return handshakes.with({{"direction", text_of(direction)}, {"outcome", outcome}});
  }

  Histogram handshake_time(Direction direction, const std::string& transport) {
    return handshake_seconds.with({{"direction", text_of(direction)}, {"transport", transport}});
  }

  Counter passed_through_bytes(Side from) {
    return passed_through.with(
        {{"direction", text_of(Direction::kOutbound)}, {"from", text_of(from)}});
  }

  Counter decoy_counter(Direction direction, const std::string& way) {
    return decoys.with({{"direction", text_of(direction)}, {"way", way}});
  }

  Counter downgrade_counter(OnDowngrade action) {
    return downgrades.with({{"action", action == OnDowngrade::kWarn ? "warn" : "refuse"}});
  }

  std::string bounded(std::string_view reason) {
    const auto known = drop_reasons.find(reason);
    if (known != drop_reasons.end()) return *known;
    if (drop_reasons.size() >= kMaxDropReasons) return "other";
    return *drop_reasons.emplace(reason).first;
  }

  Counter drop_counter(Direction direction, Side from, std::size_t label, std::string_view reason) {
    DropKey key{direction, from, label, bounded(reason)};
    const auto [place, is_new] = drops.try_emplace(key);
    if (is_new) {
      place->second = dropped.with({{"direction", text_of(direction)},
                                    {"from", text_of(from)},
                                    {"type", std::string(message_labels()[label])},
                                    {"reason", std::get<std::string>(key)}});
    }
    return place->second;
  }

  Connection* find(ConnectionNumber number) {
    const auto found = connections.find(number);
    return found == connections.end() ? nullptr : &found->second;
  }

  void carry(Connection& connection, const Carriage& how) {
    counter_of(carried, connection.direction, how).add();
    connection.open.add(-1);
    connection.open = open_of(connection.direction, how);
    connection.open.add(1);
  }

  void take(const Accepted& event);
  void take(const Joined& how);
  void take(const PassedThrough& event);
  void take(const Refused& event);
  void take(const Downgraded& event);
  // Takes well under 100 ns.
  void take(const MessagePassed& event);
  void take(const MessageDropped& event);
  void take(const EntriesRemoved& event);
  void take(const BytesPassedThrough& event);
  void take(const Counted& event);
  void take(const Ended& event);
  void take(const NotAccepting& event);

  host::MetricsRegistry registry;
  Gauges build =
      registry.gauges("veilwire_proxy_build_info", "Always 1; the label is the running version.");
  Counters accepted = registry.counters(
      "veilwire_proxy_connections_accepted_total",
      "Connections accepted from the local program (outbound) and from peers (inbound).");
  Gauges pending = registry.gauges(
      "veilwire_proxy_connections_pending",
      "Connections that are open but do not carry anything yet: waiting for a request, being "
      "dialled, or in their handshake.");
  Gauges open = registry.gauges("veilwire_proxy_connections_open",
                                "Connections being carried now, by what the peer speaks and why.");
  Counters carried = registry.counters("veilwire_proxy_connections_total",
                                       "Connections carried, by what the peer speaks and why.");
  Counters handshakes = registry.counters("veilwire_proxy_handshakes_total",
                                          "Transport handshakes with peers, by how they ended.");
  Histograms handshake_seconds = registry.histograms(
      "veilwire_proxy_handshake_duration_seconds",
      "How long successful transport handshakes with peers took.", kHandshakeSeconds);
  Counters messages = registry.counters(
      "veilwire_proxy_messages_total",
      "Messages passed on, by the direction of their connection, by sender and by type.");
  Counters message_bytes =
      registry.counters("veilwire_proxy_message_bytes_total",
                        "Payload bytes of messages passed on, with the same labels.");
  Counters dropped = registry.counters(
      "veilwire_proxy_messages_dropped_total",
      "Messages not passed on, because the policy forbids them or the other side's version "
      "cannot express them.");
  Counters entries_removed =
      registry.counters("veilwire_proxy_inventory_entries_removed_total",
                        "Entries that the policy removed from inv, getdata and notfound.");
  Counters passed_through =
      registry.counters("veilwire_proxy_passed_through_bytes_total",
                        "Bytes passed through untouched. Counted when their connection ends.");
  Counters unreadable = registry.counters(
      "veilwire_proxy_messages_unreadable_total",
      "Messages that the transport itself dropped, for a bad version 1 checksum or a malformed "
      "name. Counted when their connection ends.");
  Counters decoys =
      registry.counters("veilwire_proxy_decoys_total",
                        "Decoy packets exchanged with peers. Counted when their connection ends.");
  Counters refusals = registry.counters("veilwire_proxy_refusals_total",
                                        "Connections that the proxy refused or ended, by reason.");
  Counters not_accepting = registry.counters(
      "veilwire_proxy_not_accepting_total",
      "Times that new connections could no longer be accepted, usually for lack of file "
      "descriptors.");
  Counters downgrades = registry.counters(
      "veilwire_proxy_downgrades_total",
      "Peers that had spoken version 2 before and answered in version 1, by the action taken.");

  std::unordered_map<ConnectionNumber, Connection> connections;
  std::array<std::array<std::vector<MessageCounters>, kSides.size()>, kDirections.size()> passed;
  std::map<DropKey, Counter> drops;
  std::set<std::string, std::less<>> drop_reasons;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

std::string Metrics::text() const { return state_->registry.text(); }

void Metrics::on(const Event& event) { hand_to(*state_, event); }

void Metrics::State::take(const Accepted& event) {
  const Labels labels{{"direction", text_of(event.direction)}};
  accepted.with(labels).add();
  const Gauge waiting = pending.with(labels);
  if (connections.try_emplace(event.number, event.direction, waiting).second) waiting.add(1);
}

void Metrics::State::take(const Joined& how) {
  Connection* connection = find(how.number);
  if (connection == nullptr) return;
  const Carriage carriage = carriage_of(connection->direction, how);
  carry(*connection, carriage);
  handshake_counter(connection->direction, carriage.transport).add();
  handshake_time(connection->direction, carriage.transport)
      .observe(std::chrono::duration<double>(how.handshake_duration).count());
}

void Metrics::State::take(const PassedThrough& event) {
  if (auto* connection = find(event.number)) carry(*connection, carriage_of(event.reason));
}

void Metrics::State::take(const Refused& event) {
  const Connection* connection = find(event.number);
  if (connection == nullptr) return;
  const Direction direction = connection->direction;
  refusal_counter(direction, event.why).add();
  if (event.why == Refusal::kHandshakeFailed) handshake_counter(direction, "failed").add();
  if (event.why == Refusal::kVersion1Refused) {
    handshake_counter(direction, "version_1_refused").add();
  }
}

void Metrics::State::take(const Downgraded& event) { downgrade_counter(event.action).add(); }

void Metrics::State::take(const MessagePassed& event) {
  const auto& row = passed[place_of(event.direction)][place_of(event.from)];
  const MessageCounters& counters = row[message_label_index(event.type.kind())];
  counters.messages.add();
  counters.bytes.add(static_cast<double>(event.bytes));
}

void Metrics::State::take(const MessageDropped& event) {
  drop_counter(event.direction, event.from, message_label_index(event.type.kind()), event.reason)
      .add();
}

void Metrics::State::take(const EntriesRemoved& event) {
  entries_removed.with({{"direction", text_of(event.direction)}, {"from", text_of(event.from)}})
      .add(static_cast<double>(event.count));
}

void Metrics::State::take(const BytesPassedThrough& event) {
  passed_through_bytes(event.from).add(static_cast<double>(event.bytes));
}

void Metrics::State::take(const Counted& event) {
  unreadable.with({{"direction", text_of(event.direction)}, {"from", text_of(event.side)}})
      .add(static_cast<double>(event.info.dropped));
  if (event.side == Side::kProgram) return;
  decoy_counter(event.direction, "received").add(static_cast<double>(event.info.received.decoys));
  decoy_counter(event.direction, "sent").add(static_cast<double>(event.info.sent.decoys));
}

void Metrics::State::take(const Ended& event) {
  const auto found = connections.find(event.number);
  if (found == connections.end()) return;
  found->second.open.add(-1);
  connections.erase(found);
}

void Metrics::State::take(const NotAccepting&) { not_accepting.with().add(); }

}  // namespace veilwire::proxy
