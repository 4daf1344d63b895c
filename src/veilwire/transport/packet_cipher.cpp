#include "veilwire/transport/packet_cipher.h"

#include <algorithm>
#include <array>

#include "veilwire/base/secret_marks.h"

namespace veilwire::transport {
namespace {

// Packets that go to the cipher in one call: enough to fill its widest pass, and 1 KiB of stack.
constexpr std::size_t kBatch = 32;

crypto::FsChaCha20Poly1305::SealJob job_for(const PlainPacket& packet) {
  return {packet.header, packet.contents, packet.out + kLengthBytes};
}

// A sealed packet is for everyone to see.
void publish(const PlainPacket& packet) {
  declassify(packet.out, packet.contents.size() + kPacketExpansionBytes);
}

}  // namespace

void PacketSealer::seal_length(const PlainPacket& packet) {
  std::array<std::uint8_t, kLengthBytes> length;
  store_length(length.data(), packet.contents.size());
  lengths_.crypt(length, std::span<std::uint8_t, kLengthBytes>(packet.out, kLengthBytes));
}

void PacketSealer::seal(const PlainPacket& packet, ByteView aad) {
  seal_length(packet);
  packets_.seal(job_for(packet), aad);
  publish(packet);
}

void PacketSealer::seal_many(std::span<const PlainPacket> packets) {
  if (packets.size() == 1) return seal(packets.front());
  std::array<crypto::FsChaCha20Poly1305::SealJob, kBatch> jobs;
  while (!packets.empty()) {
    const std::size_t count = std::min(packets.size(), kBatch);
    for (std::size_t i = 0; i < count; ++i) {
      seal_length(packets[i]);
      jobs[i] = job_for(packets[i]);
    }
    packets_.seal_many(std::span(jobs).first(count));
    for (const PlainPacket& sealed : packets.first(count)) publish(sealed);
    packets = packets.subspan(count);
  }
}

void PacketSealer::release_ahead() {
  lengths_.release_ahead();
  packets_.release_ahead();
}

std::uint32_t PacketOpener::open_length(std::span<const std::uint8_t, kLengthBytes> sealed) {
  std::array<std::uint8_t, kLengthBytes> length;
  lengths_.crypt(sealed, length);
  // From here on the transport acts on it, for all to see.
  declassify(length.data(), length.size());
  return load_length(length.data());
}

bool PacketOpener::open(ByteView sealed, std::uint8_t* plaintext, ByteView aad) {
  if (!packets_.open(sealed, plaintext, aad)) return false;
  declassify(plaintext, sealed.size() - kTagBytes);
  return true;
}

void PacketOpener::release_ahead() {
  lengths_.release_ahead();
  packets_.release_ahead();
}

}  // namespace veilwire::transport
