// The two ciphers of one direction joined to packets (BIP 324, "Overall packet encryption and
// decryption pseudocode"):
//
//   packet = encrypted length (3) | encrypted header (1) and contents | tag (16)
//          = contents + 20 bytes
//
// Private to the library. Constant time in keys and contents; lengths become public when a packet's
// length has been opened, plaintext when its tag has verified. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret.h"
#include "veilwire/crypto/fschacha20.h"
#include "veilwire/crypto/fschacha20poly1305.h"
#include "veilwire/transport/limits.h"

namespace veilwire::transport {

// One direction's two keys. Wipe themselves.
struct DirectionKeys {
  Secret<32> length;
  Secret<32> packet;
};

// What sealing takes: REQUIRES: contents.size() < 2^24, and room for contents.size() + 20 bytes at
// `out`. `contents` may be exactly out + 4, and must not overlap the packet otherwise.
struct PlainPacket {
  std::uint8_t header;
  ByteView contents;
  std::uint8_t* out;
};

class PacketSealer {
 public:
  explicit PacketSealer(const DirectionKeys& keys) : lengths_(keys.length), packets_(keys.packet) {}

  // The next packet, under associated data.
  void seal(const PlainPacket& packet, ByteView aad = {});
  // The next packets in order, without associated data: the fast way for many small ones.
  void seal_many(std::span<const PlainPacket> packets);

  std::uint64_t packets() const { return packets_.packets(); }
  std::uint64_t rekeys() const { return packets_.rekeys(); }

  // What was made ahead for coming packets: heap bytes held for it; wiping and freeing it.
  std::size_t ahead_bytes() const { return lengths_.ahead_bytes() + packets_.ahead_bytes(); }
  void release_ahead();

 private:
  void seal_length(const PlainPacket& packet);

  crypto::FsChaCha20 lengths_;
  crypto::FsChaCha20Poly1305 packets_;
};

class PacketOpener {
 public:
  explicit PacketOpener(const DirectionKeys& keys) : lengths_(keys.length), packets_(keys.packet) {}

  // The length of the next packet's contents, which is not authenticated yet. To be called once for
  // each packet, before open().
  [[nodiscard]] std::uint32_t open_length(std::span<const std::uint8_t, kLengthBytes> sealed);

  // `sealed` is what follows the length: 1 + contents + 16 bytes. Writes the header byte and the
  // contents to `plaintext`, which may be sealed.data() and must not overlap it otherwise. On
  // failure those bytes are wiped and the object must not be used any more.
  [[nodiscard]] bool open(ByteView sealed, std::uint8_t* plaintext, ByteView aad = {});

  std::uint64_t packets() const { return packets_.packets(); }
  std::uint64_t rekeys() const { return packets_.rekeys(); }

  std::size_t ahead_bytes() const { return lengths_.ahead_bytes() + packets_.ahead_bytes(); }
  void release_ahead();

 private:
  crypto::FsChaCha20 lengths_;
  crypto::FsChaCha20Poly1305 packets_;
};

// The three bytes of a packet length, least significant first.
inline void store_length(std::uint8_t* to, std::size_t length) {
  to[0] = static_cast<std::uint8_t>(length);
  to[1] = static_cast<std::uint8_t>(length >> 8);
  to[2] = static_cast<std::uint8_t>(length >> 16);
}

inline std::uint32_t load_length(const std::uint8_t* from) {
  return std::uint32_t{from[0]} | std::uint32_t{from[1]} << 8 | std::uint32_t{from[2]} << 16;
}

}  // namespace veilwire::transport
