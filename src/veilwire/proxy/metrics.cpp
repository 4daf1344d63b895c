#include "veilwire/proxy/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "veilwire/proxy/message_labels.h"

namespace veilwire::proxy {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;

namespace {

constexpr std::array kDirections{Direction::kOutbound, Direction::kInbound};
constexpr std::array kSides{Side::kProgram, Side::kPeer};

// Loopback takes less than the first, a peer over Tor some seconds; the last is our own deadline.
const Histogram::BucketBoundaries kHandshakeSeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
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
    case transport::VersionReason::kV1Answered:
      return {"v1", "peer_answered_v1"};
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
  std::vector<Carriage> all{kNegotiated,
                            carriage_of(transport::VersionReason::kV1ByPolicy),
                            carriage_of(transport::VersionReason::kV1PeerEnded),
                            carriage_of(transport::VersionReason::kV1Silence),
                            carriage_of(transport::VersionReason::kV1Answered),
                            kRemembered};
  for (const auto reason : all_with<PassthroughReason>(passthrough_name)) {
    all.push_back(carriage_of(reason));
  }
  return all;
}

Family<Counter>& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Gauge>& gauges(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

Family<Histogram>& histograms(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

}  // namespace

struct Metrics::State {
  struct MessageCounters {
    Counter* messages = nullptr;
    Counter* bytes = nullptr;
  };
  struct Connection {
    Direction direction;
    Gauge* open;  // the one that counts it
  };
  using DropKey = std::tuple<Direction, Side, std::size_t, std::string>;

  State() {
    for (const Direction direction : kDirections) show_zeros(direction);
    for (const Side side : kSides) passed_through_bytes(side);
    build.Add({{"version", VEILWIRE_VERSION}}).Set(1);
    not_accepting.Add({});
  }

  // A figure that appears only with its first event has no rate then.
  void show_zeros(Direction direction) {
    const Labels labels{{"direction", text_of(direction)}};
    accepted.Add(labels);
    pending.Add(labels);
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
    unreadable.Add(labels);
    entries_removed.Add(labels);
    auto& row = passed[place_of(direction)][place_of(side)];
    for (const std::string_view label : message_labels()) {
      labels["type"] = label;
      row.push_back({&messages.Add(labels), &message_bytes.Add(labels)});
    }
  }

  Counter& counter_of(Family<Counter>& family, Direction direction, const Carriage& how) {
    return family.Add(
        {{"direction", text_of(direction)}, {"transport", how.transport}, {"reason", how.reason}});
  }

  Gauge& open_of(Direction direction, const Carriage& how) {
    return open.Add(
        {{"direction", text_of(direction)}, {"transport", how.transport}, {"reason", how.reason}});
  }

  Counter& refusal_counter(Direction direction, Refusal why) {
    return refusals.Add(
        {{"direction", text_of(direction)}, {"reason", std::string(refusal_name(why))}});
  }

  Counter& handshake_counter(Direction direction, const std::string& outcome) {
    return handshakes.Add({{"direction", text_of(direction)}, {"outcome", outcome}});
  }

  Histogram& handshake_time(Direction direction, const std::string& transport) {
    return handshake_seconds.Add({{"direction", text_of(direction)}, {"transport", transport}},
                                 kHandshakeSeconds);
  }

  Counter& passed_through_bytes(Side from) {
    return passed_through.Add(
        {{"direction", text_of(Direction::kOutbound)}, {"from", text_of(from)}});
  }

  Counter& decoy_counter(Direction direction, const std::string& way) {
    return decoys.Add({{"direction", text_of(direction)}, {"way", way}});
  }

  Counter& downgrade_counter(OnDowngrade action) {
    return downgrades.Add({{"action", action == OnDowngrade::kWarn ? "warn" : "refuse"}});
  }

  std::string bounded(std::string_view reason) {
    const auto known = drop_reasons.find(reason);
    if (known != drop_reasons.end()) return *known;
    if (drop_reasons.size() >= kMaxDropReasons) return "other";
    return *drop_reasons.emplace(reason).first;
  }

  Counter& drop_counter(Direction direction, Side from, std::size_t label,
                        std::string_view reason) {
    DropKey key{direction, from, label, bounded(reason)};
    Counter*& counter = drops[key];
    if (counter == nullptr) {
      counter = &dropped.Add({{"direction", text_of(direction)},
                              {"from", text_of(from)},
                              {"type", std::string(message_labels()[label])},
                              {"reason", std::get<std::string>(key)}});
    }
    return *counter;
  }

  Connection* find(ConnectionNumber number) {
    const auto found = connections.find(number);
    return found == connections.end() ? nullptr : &found->second;
  }

  void carry(Connection& connection, const Carriage& how) {
    counter_of(carried, connection.direction, how).Increment();
    connection.open->Decrement();
    connection.open = &open_of(connection.direction, how);
    connection.open->Increment();
  }

  prometheus::Registry registry;
  Family<Gauge>& build = gauges(registry, "veilwire_proxy_build_info",
                                "Always 1; the label is the version that runs.");
  Family<Counter>& accepted =
      counters(registry, "veilwire_proxy_connections_accepted_total",
               "Connections taken from the local program (outbound) and from peers (inbound).");
  Family<Gauge>& pending =
      gauges(registry, "veilwire_proxy_connections_pending",
             "Connections that are open and do not carry anything yet: being asked, dialled, or in "
             "their handshake.");
  Family<Gauge>& open =
      gauges(registry, "veilwire_proxy_connections_open",
             "Connections that are being carried now, by what the peer speaks and why.");
  Family<Counter>& carried = counters(registry, "veilwire_proxy_connections_total",
                                      "Connections carried, by what the peer speaks and why.");
  Family<Counter>& handshakes = counters(registry, "veilwire_proxy_handshakes_total",
                                         "Transport handshakes with peers, by how they ended.");
  Family<Histogram>& handshake_seconds =
      histograms(registry, "veilwire_proxy_handshake_duration_seconds",
                 "How long successful transport handshakes with peers took.");
  Family<Counter>& messages =
      counters(registry, "veilwire_proxy_messages_total",
               "Messages passed on, by the direction of their connection, by who sent them and by "
               "type.");
  Family<Counter>& message_bytes =
      counters(registry, "veilwire_proxy_message_bytes_total",
               "Bytes of the payloads of messages passed on, labelled as the messages are.");
  Family<Counter>& dropped =
      counters(registry, "veilwire_proxy_messages_dropped_total",
               "Messages not passed on: those that the policy keeps back, and those that the other "
               "side cannot express.");
  Family<Counter>& entries_removed =
      counters(registry, "veilwire_proxy_inventory_entries_removed_total",
               "Entries that the policy took out of inv, getdata and notfound.");
  Family<Counter>& passed_through =
      counters(registry, "veilwire_proxy_passed_through_bytes_total",
               "Bytes of connections carried untouched. Counted when their connection ends.");
  Family<Counter>& unreadable =
      counters(registry, "veilwire_proxy_messages_unreadable_total",
               "Messages that the transport itself dropped: a bad version 1 checksum, a malformed "
               "name. Counted when their connection ends.");
  Family<Counter>& decoys =
      counters(registry, "veilwire_proxy_decoys_total",
               "Decoy packets exchanged with peers. Counted when their connection ends.");
  Family<Counter>& refusals =
      counters(registry, "veilwire_proxy_refusals_total",
               "Connections refused, or ended for a reason of ours, by reason.");
  Family<Counter>& not_accepting =
      counters(registry, "veilwire_proxy_not_accepting_total",
               "Times that the system began to refuse connections which wait, mostly for want of "
               "descriptors.");
  Family<Counter>& downgrades =
      counters(registry, "veilwire_proxy_downgrades_total",
               "Peers that once spoke version 2 and answered in version 1, by what was done.");

  std::unordered_map<ConnectionNumber, Connection> connections;
  std::array<std::array<std::vector<MessageCounters>, kSides.size()>, kDirections.size()> passed;
  std::map<DropKey, Counter*> drops;
  std::set<std::string, std::less<>> drop_reasons;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

void Metrics::accepted(ConnectionNumber number, Direction direction) {
  const Labels labels{{"direction", text_of(direction)}};
  state_->accepted.Add(labels).Increment();
  Gauge& pending = state_->pending.Add(labels);
  if (state_->connections.try_emplace(number, direction, &pending).second) pending.Increment();
}

void Metrics::joined(ConnectionNumber number, const Joined& how) {
  State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  const Carriage carriage = carriage_of(connection->direction, how);
  state_->carry(*connection, carriage);
  state_->handshake_counter(connection->direction, carriage.transport).Increment();
  state_->handshake_time(connection->direction, carriage.transport)
      .Observe(std::chrono::duration<double>(how.handshake_duration).count());
}

void Metrics::passed_through(ConnectionNumber number, PassthroughReason reason) {
  if (auto* connection = state_->find(number)) state_->carry(*connection, carriage_of(reason));
}

void Metrics::refused(ConnectionNumber number, Refusal why, std::string_view) {
  const State::Connection* connection = state_->find(number);
  if (connection == nullptr) return;
  const Direction direction = connection->direction;
  state_->refusal_counter(direction, why).Increment();
  if (why == Refusal::kHandshakeFailed) state_->handshake_counter(direction, "failed").Increment();
  if (why == Refusal::kVersion1Refused) {
    state_->handshake_counter(direction, "version_1_refused").Increment();
  }
}

void Metrics::downgraded(ConnectionNumber, OnDowngrade action) {
  state_->downgrade_counter(action).Increment();
}

void Metrics::message_passed(Direction direction, Side from, const protocol::MessageType& type,
                             std::size_t bytes) {
  const auto& row = state_->passed[place_of(direction)][place_of(from)];
  const State::MessageCounters& counters = row[message_label_index(type.kind())];
  counters.messages->Increment();
  counters.bytes->Increment(static_cast<double>(bytes));
}

void Metrics::message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                              std::string_view reason) {
  state_->drop_counter(direction, from, message_label_index(type.kind()), reason).Increment();
}

void Metrics::entries_removed(Direction direction, Side from, std::size_t count) {
  state_->entries_removed.Add({{"direction", text_of(direction)}, {"from", text_of(from)}})
      .Increment(static_cast<double>(count));
}

void Metrics::bytes_passed_through(Side from, std::uint64_t bytes) {
  state_->passed_through_bytes(from).Increment(static_cast<double>(bytes));
}

void Metrics::counted(Direction direction, Side side, const transport::Info& info) {
  state_->unreadable.Add({{"direction", text_of(direction)}, {"from", text_of(side)}})
      .Increment(static_cast<double>(info.dropped));
  if (side == Side::kProgram) return;
  state_->decoy_counter(direction, "received").Increment(static_cast<double>(info.received.decoys));
  state_->decoy_counter(direction, "sent").Increment(static_cast<double>(info.sent.decoys));
}

void Metrics::ended(ConnectionNumber number, std::string_view) {
  const auto found = state_->connections.find(number);
  if (found == state_->connections.end()) return;
  found->second.open->Decrement();
  state_->connections.erase(found);
}

void Metrics::not_accepting(std::string_view) { state_->not_accepting.Add({}).Increment(); }

}  // namespace veilwire::proxy
