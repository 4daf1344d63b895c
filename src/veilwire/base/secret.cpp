#include "veilwire/base/secret.h"

#include "veilwire/base/secret_marks.h"

namespace veilwire {

bool equal_constant_time(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < size; ++i) difference |= std::uint32_t{a[i]} ^ b[i];
  // 0 becomes 1, anything else (at most 255) becomes 0, without a branch.
  std::uint32_t equal = (difference - 1) >> 31;
  __asm__ __volatile__("" : "+r"(equal));
  // The verdict is public: a peer learns it from what the transport does next.
  declassify(&equal, sizeof equal);
  return equal != 0;
}

}  // namespace veilwire
