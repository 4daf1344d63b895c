// BIP 324's FSChaCha20 for its one use, the 3-byte length of each packet: a keystream that goes on
// from chunk to chunk and changes its key every 224 chunks. A period is exactly 672 bytes of
// lengths and 32 of the next key: 11 ChaCha20 blocks, made in one pass.
//
// Constant time in key and contents. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "veilwire/base/bytes.h"
#include "veilwire/base/secret.h"

namespace veilwire::crypto {

inline constexpr std::size_t kLengthChunkBytes = 3;

class FsChaCha20 {
 public:
  explicit FsChaCha20(const Secret<32>& key);
  ~FsChaCha20();
  FsChaCha20(FsChaCha20&&) noexcept;
  FsChaCha20& operator=(FsChaCha20&&) noexcept;

  // Encrypts or decrypts the next chunk.
  void crypt(std::span<const std::uint8_t, kLengthChunkBytes> in,
             std::span<std::uint8_t, kLengthChunkBytes> out);

  // Wipes and frees the period's keystream; the next chunk makes it anew.
  void release_ahead();
  std::size_t ahead_bytes() const;

 private:
  struct Period;
  void make_period();

  Secret<32> key_;
  std::uint32_t chunk_ = 0;
  std::uint64_t rekeys_ = 0;
  std::unique_ptr<Period> period_;
};

}  // namespace veilwire::crypto
