// Two channels joined in memory: what one sends the other is fed in any cut.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "veilwire/base/testing/link.h"
#include "veilwire/channel/channel.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/testing/cut.h"
#include "veilwire/transport/testing/sources.h"

namespace veilwire::channel::testing {

using transport::testing::Cut;

inline constexpr TimePoint kStart{std::chrono::hours(1)};
inline constexpr Duration kDelay = std::chrono::milliseconds(25);

// A channel, and its user, who writes down what happens.
class End {
 public:
  End(protocol::Direction direction, transport::Version version, std::uint64_t seed,
      Cut cut = Cut::kWhole, const peer::SessionConfig& config = {})
      : entropy(seed),
        keys(entropy),
        cutter(cut),
        channel(make_transport(direction, version), direction,
                {std::make_shared<peer::SessionConfig>(config), &own, &nonces, &entropy}, kStart) {
    poll(kStart);
  }

  void receive(TimePoint now, ByteView bytes) {
    inbox.insert(inbox.end(), bytes.begin(), bytes.end());
    while (!inbox.empty() && !channel.has_stopped() && !channel.reading_paused()) {
      const ByteView piece = ByteView(inbox).first(cutter.next(inbox.size()));
      const std::size_t taken = channel.feed(now, piece);
      inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(taken));
      poll(now);
    }
  }
  void on_deadline(TimePoint now) {
    channel.on_deadline(now);
    receive(now, {});
    poll(now);
  }
  std::optional<TimePoint> next_deadline() const { return channel.next_deadline(); }
  Bytes take_sent() {
    Bytes sent;
    for (ByteView bytes = channel.bytes_to_send(); !bytes.empty();
         bytes = channel.bytes_to_send()) {
      sent.insert(sent.end(), bytes.begin(), bytes.end());
      channel.mark_sent(bytes.size());
    }
    return sent;
  }
  void poll(TimePoint now) {
    while (const auto event = channel.poll_event()) {
      note(*event);
      when_event(now, *event);
    }
  }
  std::string rule() const {
    return channel.fault() ? std::string(rule_name(*channel.fault())) : std::string();
  }

  crypto::SeededEntropy entropy;
  transport::testing::CountingKeys keys;
  peer::Nonces nonces;  // of its own: the ends are two programs
  peer::FixedFacts own;
  transport::testing::Cutter cutter;
  Channel channel;
  std::function<void(TimePoint, const Event&)> when_event = [](TimePoint, const Event&) {};
  std::vector<std::string> happened;  // names of events and of messages
  std::vector<protocol::OwnedMessage> messages;
  std::optional<TransportEstablished> transport;
  int round_trips = 0;
  Bytes inbox;

 private:
  std::unique_ptr<transport::Transport> make_transport(protocol::Direction direction,
                                                       transport::Version version) {
    if (direction == protocol::Direction::kInbound) {
      return std::make_unique<transport::Responder>(transport::V2Config{}, keys, entropy, kStart);
    }
    if (version == transport::Version::kV1) {
      return std::make_unique<transport::V1Transport>(transport::Role::kInitiator,
                                                      transport::V1Config{}, kStart);
    }
    return std::make_unique<transport::V2Transport>(transport::Role::kInitiator,
                                                    transport::V2Config{}, keys, entropy, kStart);
  }

  void note(const Event& event) {
    if (const auto* message = std::get_if<MessageReceived>(&event)) {
      happened.emplace_back(message->type.name());
      messages.push_back(protocol::OwnedMessage::copy_of({message->type, message->payload}));
    } else if (const auto* below = std::get_if<TransportEstablished>(&event)) {
      happened.emplace_back("TransportEstablished");
      transport = *below;
    } else if (std::holds_alternative<VersionReceived>(event)) {
      happened.emplace_back("VersionReceived");
    } else if (std::holds_alternative<Established>(event)) {
      happened.emplace_back("Established");
    } else if (const auto* ignored = std::get_if<MessageIgnored>(&event)) {
      happened.push_back("ignored " + std::string(ignored->type.name()));
    } else {
      ++round_trips;
    }
  }
};

class Couple {
 public:
  explicit Couple(transport::Version version = transport::Version::kV2, Cut cuts = Cut::kWhole,
                  const peer::SessionConfig& config = {})
      : outbound(protocol::Direction::kOutbound, version, 1, cuts, config),
        inbound(protocol::Direction::kInbound, version, 2, cuts, config) {}

  TimePoint now() const { return link.now(); }
  void run_for(Duration duration) { link.run_for(duration); }

  End outbound;
  End inbound;
  veilwire::testing::Link<End> link{outbound, inbound, kStart, kDelay};
};

}  // namespace veilwire::channel::testing
