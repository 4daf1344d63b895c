#include "veilwire/crypto/siphash.h"

#include <bit>

#include "veilwire/base/endian.h"

namespace veilwire::crypto {
namespace {

class State {
 public:
  // The words of "somepseudorandomlygeneratedbytes".
  explicit State(const SipKey& key)
      : a_(key.k0 ^ 0x736f6d6570736575),
        b_(key.k1 ^ 0x646f72616e646f6d),
        c_(key.k0 ^ 0x6c7967656e657261),
        d_(key.k1 ^ 0x7465646279746573) {}

  void add(std::uint64_t word) {
    d_ ^= word;
    rounds(2);
    a_ ^= word;
  }
  std::uint64_t finish() {
    c_ ^= 0xff;
    rounds(4);
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      a_ += b_;
      b_ = std::rotl(b_, 13) ^ a_;
      a_ = std::rotl(a_, 32);
      c_ += d_;
      d_ = std::rotl(d_, 16) ^ c_;
      a_ += d_;
      d_ = std::rotl(d_, 21) ^ a_;
      c_ += b_;
      b_ = std::rotl(b_, 17) ^ c_;
      c_ = std::rotl(c_, 32);
    }
  }

  std::uint64_t a_, b_, c_, d_;
};

}  // namespace

std::uint64_t siphash24(const SipKey& key, ByteView data) {
  State state(key);
  // The last word has the length in its highest byte and what is left below.
  std::uint64_t last = static_cast<std::uint64_t>(data.size()) << 56;
  while (data.size() >= 8) {
    state.add(load_le<std::uint64_t>(data.data()));
    data = data.subspan(8);
  }
  for (std::size_t i = 0; i < data.size(); ++i) last |= std::uint64_t{data[i]} << (8 * i);
  state.add(last);
  return state.finish();
}

}  // namespace veilwire::crypto
