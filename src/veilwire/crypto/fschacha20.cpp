#include "veilwire/crypto/fschacha20.h"

#include "veilwire/crypto/aead.h"
#include "veilwire/crypto/fschacha20poly1305.h"
#include "veilwire/crypto/kernel.h"

namespace veilwire::crypto {
namespace {

constexpr std::size_t kPeriodBlocks = 11;
constexpr std::size_t kPeriodChunkBytes = kRekeyInterval * kLengthChunkBytes;
static_assert(kPeriodChunkBytes + Secret<32>::size() == kPeriodBlocks * kBlockBytes);

}  // namespace

struct alignas(64) FsChaCha20::Period {
  std::uint8_t bytes[kPeriodBlocks * kBlockBytes];
  ~Period() { wipe(bytes, sizeof bytes); }
};

FsChaCha20::FsChaCha20(const Secret<32>& key) : key_(key.copy()) {}
FsChaCha20::~FsChaCha20() = default;
FsChaCha20::FsChaCha20(FsChaCha20&&) noexcept = default;
FsChaCha20& FsChaCha20::operator=(FsChaCha20&&) noexcept = default;

// BIP 324, FSChaCha20: the nonce is four zero bytes and the number of rekeys so far.
void FsChaCha20::make_period() {
  if (!period_) period_ = std::make_unique<Period>();
  const ChaChaInput input{
      .key32 = key_.data(),
      .counter = 0,
      .nonce = {0, static_cast<std::uint32_t>(rekeys_), static_cast<std::uint32_t>(rekeys_ >> 32)}};
  BlockPosition positions[kPeriodBlocks];
  for (std::uint32_t i = 0; i < kPeriodBlocks; ++i) positions[i] = {.counter = i, .packet = 0};
  active_kernel().keystream(input, positions, kPeriodBlocks, period_->bytes);
  wipe(period_->bytes, chunk_ * kLengthChunkBytes);
}

void FsChaCha20::crypt(std::span<const std::uint8_t, kLengthChunkBytes> in,
                       std::span<std::uint8_t, kLengthChunkBytes> out) {
  if (!period_) make_period();
  std::uint8_t* stream = period_->bytes + chunk_ * kLengthChunkBytes;
  for (std::size_t i = 0; i < kLengthChunkBytes; ++i) {
    out[i] = in[i] ^ stream[i];
    stream[i] = 0;
  }
  if (++chunk_ < kRekeyInterval) return;
  key_ = Secret<32>(
      std::span<const std::uint8_t, 32>(period_->bytes + kPeriodChunkBytes, Secret<32>::size()));
  chunk_ = 0;
  ++rekeys_;
  make_period();
}

void FsChaCha20::release_ahead() { period_.reset(); }

std::size_t FsChaCha20::ahead_bytes() const { return period_ ? sizeof(Period) : 0; }

}  // namespace veilwire::crypto
