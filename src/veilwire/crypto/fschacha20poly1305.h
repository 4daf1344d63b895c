// BIP 324's FSChaCha20Poly1305: an AEAD over numbered packets that replaces its key every 224 of
// them, so that who learns today's key cannot read yesterday's packets.
//
// A packet's plaintext here is one byte (BIP 324's header) and then the rest (the contents), which
// lie apart in memory: ciphertext = plaintext + 16 bytes of tag.
//
// Nonces are packet numbers, so keystream for packets that are yet to come is made ahead, as many
// at once as one vector pass gives. It never crosses a rekey, and each piece is wiped once used.
//
// Constant time in key, plaintext and tags; lengths are public. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

inline constexpr std::size_t kPoly1305TagBytes = 16;
inline constexpr std::uint32_t kRekeyInterval = 224;

struct ChaChaInput;
struct Kernel;
struct KeystreamWindow;
struct Poly1305Job;
struct WholeAead;

class FsChaCha20Poly1305 {
 public:
  explicit FsChaCha20Poly1305(const Secret<32>& key);
  ~FsChaCha20Poly1305();
  FsChaCha20Poly1305(FsChaCha20Poly1305&&) noexcept;
  FsChaCha20Poly1305& operator=(FsChaCha20Poly1305&&) noexcept;

  struct SealJob {
    std::uint8_t first;  // plaintext[0]
    ByteView rest;      // plaintext[1..]; may be exactly out + 1, and must not overlap it otherwise
    std::uint8_t* out;  // 1 + rest.size() + 16 bytes
  };

  // Seals the next packet under `aad`.
  void seal(const SealJob& job, ByteView aad = {});
  // Seals the next packets in order, without associated data: the fast way for many small ones.
  void seal_many(std::span<const SealJob> jobs);

  // Opens the next packet: `sealed` is ciphertext and tag, at least 16 bytes. Writes
  // sealed.size() - 16 bytes to `plaintext`, which may be sealed.data() and must not overlap it
  // otherwise. On failure those bytes are wiped and the object must not be used any more.
  [[nodiscard]] bool open(ByteView sealed, std::uint8_t* plaintext, ByteView aad = {});

  // Packets since construction.
  std::uint64_t packets() const { return rekeys_ * kRekeyInterval + packet_; }
  std::uint64_t rekeys() const { return rekeys_; }

  // Wipes and frees what was made ahead; the next packet makes it anew.
  void release_ahead();
  // Heap bytes held for what was made ahead.
  std::size_t ahead_bytes() const;

 private:
  struct PacketKeystream;
  std::array<std::uint8_t, 12> nonce() const;
  ChaChaInput input_at(std::uint32_t block) const;
  ChaChaInput input_after(std::size_t text_bytes) const;
  bool window_serves(std::uint32_t blocks) const;
  void fill_window(std::uint32_t blocks);
  PacketKeystream next_packet(std::size_t text_bytes);
  void advance();
  Poly1305Job encrypt(const Kernel& kernel, const SealJob& job, const PacketKeystream& ahead) const;
  void seal_long(const Kernel& kernel, const SealJob& job, const PacketKeystream& ahead,
                 ByteView aad) const;
  void seal_whole(const WholeAead& aead, const SealJob& job, ByteView aad);
  void seal_group(const Kernel& kernel, std::span<const SealJob> jobs);
  bool open_short(const Kernel& kernel, ByteView sealed, std::uint8_t* plaintext,
                  const PacketKeystream& ahead) const;
  bool open_long(const Kernel& kernel, ByteView sealed, std::uint8_t* plaintext,
                 const PacketKeystream& ahead, ByteView aad) const;
  bool open_whole(const WholeAead& aead, ByteView sealed, std::uint8_t* plaintext,
                  ByteView aad) const;

  Secret<32> key_;
  std::uint32_t packet_ = 0;
  std::uint64_t rekeys_ = 0;
  std::unique_ptr<KeystreamWindow> window_;
  std::uint32_t window_first_ = 0;
  std::uint32_t window_count_ = 0;
  std::uint32_t window_stride_ = 0;
};

}  // namespace veilwire::crypto
