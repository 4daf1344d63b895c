// How every message of this folder is read and written.
//
// A message is a struct M with
//
//   static constexpr protocol::MessageKind kKind what it is: protocol::MessageKind::kPing
//   static M read(Reader&)                       reads it; a broken rule is the reader's
//   void write(Writer&) const                    writes what read() would read
//   static constexpr bool kRefusesTrailingBytes  only where it does
//
// Where a message points into the payload it was read from (its docstring says so), the payload
// must outlive it. What was read is written back byte for byte, but for trailing bytes.
#pragma once

#include <expected>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/message.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

template <typename M>
concept RefusesTrailingBytes = requires { requires M::kRefusesTrailingBytes; };

// Trailing bytes after the last field are ignored, as peers do, unless M refuses
// them.
template <typename M>
std::expected<M, PayloadRule> parse(ByteView payload) {
  Reader reader(payload);
  M message = M::read(reader);
  if (RefusesTrailingBytes<M> && reader.left() > 0) reader.fail(PayloadRule::kTrailingBytes);
  if (!reader.ok()) return std::unexpected(*reader.rule());
  return message;
}

template <typename M>
Bytes serialize(const M& message) {
  Bytes out;
  Writer writer(out);
  message.write(writer);
  return out;
}

// The message as transports take it: what it is, and its payload. The one way to make a message to
// be sent.
template <typename M>
protocol::OwnedMessage build(const M& message) {
  return {M::kKind, serialize(message)};
}

}  // namespace veilwire::wire
