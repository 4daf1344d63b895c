// A message as transports carry it: what it says it is, and its payload.
#pragma once

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/message_type.h"

namespace veilwire::protocol {

// Somebody else's bytes.
struct MessageView {
  MessageType type;
  ByteView payload{};
};

// Its own bytes: may wait, outlive a read, and cross threads.
struct OwnedMessage {
  MessageType type;
  Bytes payload{};

  MessageKind kind() const { return type.kind(); }
  // Valid until the message is changed or destroyed.
  MessageView view() const { return {type, payload}; }
  operator MessageView() const { return view(); }  // NOLINT: it is one

  static OwnedMessage copy_of(const MessageView& message) {
    return {message.type, Bytes(message.payload.begin(), message.payload.end())};
  }

  friend bool operator==(const OwnedMessage&, const OwnedMessage&) = default;
};

}  // namespace veilwire::protocol
