// What an implementation of double SHA-256 over several inputs side by side consists of. Private to
// crypto; what kernel_table.h says of a kernel's file holds here too.
//
// States are those of as many inputs as the kernel has lanes, one after the other, of eight words each
// (FIPS 180-4's a to h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace veilwire::crypto {

inline constexpr std::size_t kHashBlockBytes = 64;
inline constexpr std::size_t kDigestBytes = 32;
inline constexpr std::size_t kStateWords = 8;
inline constexpr std::size_t kMostLanes = 16;

struct HashKernel {
  std::string_view name;

  std::size_t lanes;
  // With fewer inputs than this at once, `narrower` is faster.
  std::size_t fewest_together;
  // What does those few: another kernel, OpenSSL's where that is not usable here; or fewer lanes of
  // this one, under the same name. Null where `fewest_together` is 1.
  const HashKernel* narrower;

  // Takes `count` blocks into each lane's state; those of lane i begin at blocks[i].
  void (*compress)(std::uint32_t* states, const std::uint8_t* const* blocks, std::size_t count);

  // The second hash: of each state as a digest. Lane i's digest is written to out + 32 * i.
  void (*rehash)(const std::uint32_t* states, std::uint8_t* out);

  // Double SHA-256 of `lanes` inputs of 64 bytes, one after the other in memory. All are read before
  // the first digest is written.
  void (*sha256d_64)(const std::uint8_t* rows, std::uint8_t* out);
};

extern const HashKernel kPortableHashKernel;
extern const HashKernel kOpenSslHashKernel;
#if defined(__x86_64__)
extern const HashKernel kAvx2HashKernel;
extern const HashKernel kShaNiHashKernel;
extern const HashKernel kAvx512HashKernel;
#endif

}  // namespace veilwire::crypto
