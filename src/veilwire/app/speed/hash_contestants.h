// Double SHA-256 of many inputs: by our kernels side by side, and by OpenSSL's low-level calls one
// after the other.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "veilwire/app/speed/interleaved.h"

namespace veilwire::app {

struct HashCase {
  std::size_t bytes;   // of each input
  std::size_t inputs;  // given at once

  friend bool operator==(const HashCase&, const HashCase&) = default;
};

// Pairs of a Merkle tree, in a long row and in a short one, and transactions.
const std::vector<HashCase>& hash_cases();

// By the kernel that is active when it runs.
std::unique_ptr<Contestant> our_hashes(const HashCase& what);
std::unique_ptr<Contestant> openssl_hashes(const HashCase& what);

}  // namespace veilwire::app
