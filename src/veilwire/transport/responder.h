// The side that was dialled: it decides between version 1 and version 2 at the first byte that
// differs from the version 1 prefix, and sends nothing and takes no key before that byte (BIP 324,
// "Version 2 responder: handling both v1 and v2").
#pragma once

#include <memory>

#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::transport {

enum class V1Policy : std::uint8_t { kAccept, kRefuse };

// Becomes a V1Transport or a V2Transport and passes every verb on to it.
//
// A version 1 peer of another network has bytes 4 to 16 right and bytes 0 to 4 wrong. Where all 16
// are there at the first feed(), it is refused with Rule::kV1OtherNetwork and nothing is sent;
// where they come later, it is refused once they are there.
//
// What is pushed before the decision waits under the limits of a version 2 handshake, and must be
// expressible in either version: a payload of at most kMaxPayloadBytes and, unless version 1 is
// refused, a type with a name. Decoys that wait are dropped when the peer turns out to speak
// version 1, which has none.
class VEILWIRE_API Responder final : public Transport {
 public:
  // `keys` and `entropy` must live until the transport is decided (info().version). `v1_config` is for
  // what becomes of a peer of version 1, but for its magic, which is that of `config`.
  Responder(V2Config config, KeySource& keys, Entropy& entropy, TimePoint now,
            V1Policy v1 = V1Policy::kAccept, const V1Config& v1_config = {});
  ~Responder() override;

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
