#include "veilwire/crypto/muhash.h"

#include <algorithm>

#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/kernels/kernel_table.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::crypto {
namespace {

Number3072 number_of(ByteView element) {
  const Hash256 key = sha256(element);
  const ChaChaInput input{.key32 = key.data(), .counter = 0, .nonce = {}};
  std::array<std::uint8_t, Number3072::kBytes> stream{};
  active_kernel().xor_stream(input, stream.data(), stream.data(), stream.size());
  return Number3072::from_bytes(stream);
}

}  // namespace

MuHash MuHash::from_state(std::span<const std::uint8_t, kStateBytes> state) {
  MuHash hash;
  hash.added_ = Number3072::from_bytes(state.first<Number3072::kBytes>());
  hash.removed_ = Number3072::from_bytes(state.last<Number3072::kBytes>());
  return hash;
}

MuHash::State MuHash::state() const {
  State state;
  std::ranges::copy(added_.bytes(), state.begin());
  std::ranges::copy(removed_.bytes(), state.begin() + Number3072::kBytes);
  return state;
}

void MuHash::add(ByteView element) { added_ *= number_of(element); }

void MuHash::remove(ByteView element) { removed_ *= number_of(element); }

void MuHash::combine(const MuHash& other) {
  added_ *= other.added_;
  removed_ *= other.removed_;
}

Hash256 MuHash::hash() const {
  Number3072 quotient = removed_.inverse();
  quotient *= added_;
  return sha256(quotient.bytes());
}

}  // namespace veilwire::crypto
