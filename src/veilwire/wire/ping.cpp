#include "veilwire/wire/ping.h"

namespace veilwire::wire {

Ping Ping::read(Reader& reader) {
  if (reader.left() == 0) return {std::nullopt};
  return {reader.u64()};
}

void Ping::write(Writer& writer) const {
  if (nonce) writer.u64(*nonce);
}

Pong Pong::read(Reader& reader) { return {reader.u64()}; }

void Pong::write(Writer& writer) const { writer.u64(nonce); }

}  // namespace veilwire::wire
