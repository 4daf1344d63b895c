#include "veilwire/base/secret.h"

#include "veilwire/base/endian.h"
#include "veilwire/base/secret_marks.h"

namespace veilwire {

bool equal_constant_time(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::uint64_t difference = 0;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    difference |= load_le<std::uint64_t>(a + i) ^ load_le<std::uint64_t>(b + i);
  }
  for (; i < size; ++i) difference |= std::uint64_t{a[i]} ^ b[i];
  // The highest bit of d | -d is set exactly where d is not 0: no branch.
  std::uint64_t equal = 1 ^ (difference | (0 - difference)) >> 63;
  // The verdict is public: a peer learns it from what the transport does next. The compiler may not
  // look through it, or it could branch on the way.
  declassify(&equal, sizeof equal);
  __asm__ __volatile__("" : "+r"(equal));
  return equal != 0;
}

}  // namespace veilwire
