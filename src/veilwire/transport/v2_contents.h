// What a packet of version 2 holds when it is a message: a one-byte id, or zero and a name of 12
// bytes, and then the payload (BIP 324, "v2 Bitcoin P2P message structure"). Private to the
// library.
#pragma once

#include <array>
#include <optional>

#include "veilwire/transport/transport.h"

namespace veilwire::transport {

// The bytes that stand before the payload: the shortest that say the type.
class ContentsHead {
 public:
  explicit ContentsHead(const protocol::MessageType& type);
  // Valid as long as this object.
  ByteView view() const& { return ByteView(bytes_).first(size_); }
  ByteView view() const&& = delete;

 private:
  std::array<std::uint8_t, 1 + protocol::kMessageNameBytes> bytes_{};
  std::size_t size_;
};

// Nothing for empty contents and for a malformed name. The payload is a view into `contents`.
std::optional<MessageReceived> read_contents(ByteView contents);

}  // namespace veilwire::transport
