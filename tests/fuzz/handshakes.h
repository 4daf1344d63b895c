// A version 2 handshake from the peer's side, right in every step that the input does not bend.
#pragma once

#include <utility>

#include "v2_peer.h"

namespace veilwire::fuzz {

// Enough to spend every decoy budget; more would only be slow.
inline constexpr std::size_t kMostBentBytes = 12'000'000;

// Packets that a peer sends before its version packet, at it, and after it.
inline void send_bent_packets(Subject& subject, V2Peer& peer, FuzzInput& input, ByteView garbage) {
  Bytes aad(garbage.begin(), garbage.end());
  for (std::size_t sent = 0; !input.empty() && sent < kMostBentBytes;) {
    const std::uint8_t how = input.byte();
    const std::uint8_t header = input.byte();
    const Bytes contents = input.stretched((how & 0x10) != 0 ? input.number() : input.below(64));
    if ((how & 0x0f) == 1) aad.push_back(1);
    for (int times = (how & 0x20) != 0 ? 40 : 1; times > 0; --times) {
      Bytes packet = peer.packet(header, contents, std::exchange(aad, {}));
      if ((how & 0x0f) == 2) packet[input.below(packet.size())] ^= 0x04;
      if ((how & 0x0f) == 3) packet.resize(input.below(packet.size()));
      sent += kPacketExpansionBytes + packet.size();
      subject.receive(packet);
    }
  }
}

// REQUIRES: the subject waits for the peer's key, or has sent its own.
inline void run_v2_handshake(Subject& subject, V2Peer& peer, FuzzInput& input) {
  const std::uint8_t how = input.byte();
  subject.receive(peer.key());
  const Bytes heard = subject.take_sent();
  FUZZ_REQUIRE(subject.has_fault() || heard.size() >= kEllSwiftBytes,
               "a key is answered with a key");
  if (subject.has_fault()) return;
  peer.derive(heard);

  // Up to 10 bytes more than the longest garbage.
  Bytes garbage = input.stretched(input.below(kMaxGarbageBytes + 11));
  // Beginnings of the terminator in the garbage must not be taken for it.
  if ((how & 1) != 0) {
    const std::size_t part = std::min(garbage.size(), std::size_t{how} >> 4);
    std::copy_n(peer.terminator().begin(), part, garbage.end() - static_cast<std::ptrdiff_t>(part));
  }
  Bytes terminator = peer.terminator();
  if ((how & 0x0e) == 0x0e) terminator[how >> 4] ^= 0x20;
  subject.receive(garbage);
  subject.receive(terminator);
  FUZZ_REQUIRE(!subject.established(), "nothing is established without a version packet");
  FUZZ_REQUIRE(garbage.size() <= kMaxGarbageBytes || subject.has_fault(),
               "longer garbage is refused");
  send_bent_packets(subject, peer, input, garbage);
  (void)subject.take_sent();
  subject.pass(2 * kDefaultHandshakeTimeout);
  FUZZ_REQUIRE(subject.established() || subject.has_fault(), "a handshake ends in time");
}

}  // namespace veilwire::fuzz
