// AVX-512 with IFMA: sixteen blocks at once.

#include "veilwire/crypto/kernels/chacha20_lanes.h"
#include "veilwire/crypto/kernels/kernel_of.h"
#include "veilwire/crypto/kernels/lanes_avx512.h"
#include "veilwire/crypto/kernels/poly1305_ifma.h"

namespace veilwire::crypto {
namespace {

struct SixteenBlocks {
  using Powers = Powers44;
  static Powers powers(const std::uint64_t r[2]) { return powers44(r); }
  static void add(Poly1305State& state, const Powers& powers, const std::uint8_t* blocks,
                  std::size_t count) {
    poly1305_sixteen(state, powers, blocks, count);
  }
};

// Several messages, too, have a lane each.
struct IfmaPoly1305 : VectorPoly1305<SixteenBlocks> {
  // From this many messages on, lanes are worth turning them into.
  static constexpr std::size_t kLeastTogether = 3;

  static void many(const Poly1305Job* jobs, std::size_t count) {
    while (count >= kLeastTogether) {
      const std::size_t part = count < kLanes44 ? count : kLanes44;
      poly1305_eight(jobs, part);
      jobs += part;
      count -= part;
    }
    VectorPoly1305::many(jobs, count);
  }
};

}  // namespace

extern const Kernel kAvx512Kernel = kernel_of<ChaCha20<Avx512Lanes>, IfmaPoly1305>("avx512");

}  // namespace veilwire::crypto
