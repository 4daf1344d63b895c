// One end of a connection in a test: a transport and the driver's loop that transport.h describes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veilwire/transport/testing/cut.h"
#include "veilwire/transport/transport.h"

namespace veilwire::transport::testing {

struct ReceivedMessage {
  protocol::MessageType type;
  Bytes payload;
};

class End {
 public:
  End(std::unique_ptr<Transport> transport, Cut cut)
      : transport_(std::move(transport)), cutter_(cut) {
    poll();
  }

  Transport& transport() { return *transport_; }
  Info info() const { return transport_->info(); }
  std::optional<Fault> fault() const { return transport_->fault(); }
  bool established() const { return established_.has_value(); }
  // What Established said.
  Version version() const { return established_->first; }
  const Bytes& version_contents() const { return established_->second; }
  const std::vector<ReceivedMessage>& messages() const { return messages_; }

  // Bytes from the other end; those that the transport does not take yet wait here.
  void receive(TimePoint now, ByteView bytes) {
    inbox_.insert(inbox_.end(), bytes.begin(), bytes.end());
    drain(now);
  }
  void on_deadline(TimePoint now) {
    transport_->on_deadline(now);
    drain(now);
  }
  std::optional<TimePoint> next_deadline() const { return transport_->next_deadline(); }
  std::size_t waiting_bytes() const { return inbox_.size(); }

  // Everything that the transport has to send, written in the cuts of this end.
  Bytes take_sent() {
    Bytes sent;
    for (;;) {
      const ByteView bytes = transport_->bytes_to_send();
      if (bytes.empty()) return sent;
      const std::size_t count = cutter_.next(bytes.size());
      sent.insert(sent.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      transport_->mark_sent(count);
    }
  }

 private:
  void drain(TimePoint now) {
    ByteView rest = inbox_;
    while (!rest.empty() && !transport_->fault() && !transport_->reading_paused()) {
      ByteView piece = rest.first(cutter_.next(rest.size()));
      const std::size_t taken = transport_->feed(now, piece);
      rest = rest.subspan(taken);
      poll();
    }
    inbox_.erase(inbox_.begin(), inbox_.end() - static_cast<std::ptrdiff_t>(rest.size()));
  }

  void poll() {
    while (const auto event = transport_->poll_event()) {
      if (const auto* message = std::get_if<MessageReceived>(&*event)) {
        messages_.push_back(
            {message->type, Bytes(message->payload.begin(), message->payload.end())});
        continue;
      }
      if (std::holds_alternative<MessageSkipped>(*event)) continue;
      const auto& established = std::get<Established>(*event);
      EXPECT_FALSE(established_.has_value()) << "established twice";
      established_.emplace(established.version, Bytes(established.version_contents.begin(),
                                                      established.version_contents.end()));
    }
  }

  std::unique_ptr<Transport> transport_;
  Cutter cutter_;
  Bytes inbox_;
  std::optional<std::pair<Version, Bytes>> established_;
  std::vector<ReceivedMessage> messages_;
};

inline protocol::MessageType type_named(std::string_view name) {
  return *protocol::MessageType::from_name(name);
}

// As many bytes of one value, for payloads and contents.
inline Bytes filled(std::size_t size, std::uint8_t value = 0x5a) { return Bytes(size, value); }

inline void expect_fault(const std::optional<Fault>& fault, Rule rule) {
  ASSERT_TRUE(fault.has_value()) << "no fault where " << rule_name(rule) << " was due";
  EXPECT_EQ(rule_name(fault->rule), rule_name(rule));
  EXPECT_EQ(fault->blame, blame_for(rule));
}

}  // namespace veilwire::transport::testing
