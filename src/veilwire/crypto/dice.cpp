#include "veilwire/crypto/dice.h"

#include "veilwire/base/endian.h"
#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/kernels/kernel_table.h"

namespace veilwire::crypto {

std::expected<Dice, EntropyFailure> Dice::draw(Entropy& entropy) {
  Secret<32> seed;
  if (auto filled = entropy.fill(seed.span()); !filled) return std::unexpected(filled.error());
  return Dice(std::move(seed));
}

Dice Dice::of_seed(std::uint64_t seed) {
  Secret<32> key;
  store_le(key.data(), seed);
  return Dice(std::move(key));
}

// Lemire's way: the upper half of a product, with the few draws refused that would favour some.
std::uint32_t Dice::below(std::uint32_t bound) {
  std::uint64_t product = std::uint64_t{u32()} * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t refused = (0u - bound) % bound;
    while (static_cast<std::uint32_t>(product) < refused) product = std::uint64_t{u32()} * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

void Dice::refill() {
  std::array<std::uint8_t, 4 * kWords> bytes{};
  const ChaChaInput input{
      .key32 = key_.data(),
      .counter = static_cast<std::uint32_t>(next_block_),
      .nonce = {static_cast<std::uint32_t>(next_block_ >> 32), 0, 0},
  };
  active_kernel().xor_stream(input, bytes.data(), bytes.data(), bytes.size());
  for (std::size_t i = 0; i < kWords; ++i) {
    words_[i] = load_le<std::uint32_t>(bytes.data() + 4 * i);
  }
  next_block_ += bytes.size() / kBlockBytes;
  next_ = 0;
}

}  // namespace veilwire::crypto
