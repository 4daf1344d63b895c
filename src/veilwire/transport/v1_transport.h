// The version 1 transport: a 24-byte header (magic, name, length, checksum) before each payload, in
// clear. For peers that know nothing better.
#pragma once

#include <memory>

#include "veilwire/protocol/magic.h"
#include "veilwire/transport/transport.h"

namespace veilwire::transport {

struct V1Config {
  protocol::Magic magic = protocol::kMainMagic;
};

// Established from the start: its first event is Established. It has no handshake of its own, no
// session id, no decoys.
class VEILWIRE_API V1Transport final : public Transport {
 public:
  V1Transport(Role role, const V1Config& config, TimePoint now);
  ~V1Transport() override;

  std::size_t feed(TimePoint now, ByteView bytes) override;
  std::expected<void, PushError> push(TimePoint now, const protocol::MessageView& message) override;
  std::expected<void, PushError> push_decoy(TimePoint now, ByteView contents) override;
  std::optional<Event> poll_event() override;
  ByteView bytes_to_send() override;
  void mark_sent(std::size_t count) override;
  void on_deadline(TimePoint now) override;
  std::optional<TimePoint> next_deadline() const override;
  bool reading_paused() const override;
  std::optional<Fault> fault() const override;
  Info info() const override;
  bool has_stopped() const override;
  std::size_t unsent_bytes() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::transport
