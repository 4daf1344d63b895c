// The choice among implementations of double SHA-256 over many inputs at once (sha256_many.h): made
// as that among the ciphers' is, see kernel.h, and apart from it, since what is fast at the one need
// not be at the other. VEILWIRE_HASHES=portable|openssl|avx2|shani|avx512 in the environment forces
// one.
#pragma once

#include <span>
#include <string_view>

#include "veilwire/base/api.h"

namespace veilwire::crypto {

struct HashKernel;

VEILWIRE_API const HashKernel& active_hash_kernel();

VEILWIRE_API std::string_view kernel_name(const HashKernel& kernel);

// Every one that this machine can run, from the slowest to the fastest.
VEILWIRE_API std::span<const HashKernel* const> usable_hash_kernels();

// Nothing by that name, or not usable here: null.
VEILWIRE_API const HashKernel* find_hash_kernel(std::string_view name);

// For tests and benchmarks: what active_hash_kernel() gives from now on. REQUIRES: no other thread
// is hashing.
VEILWIRE_API void use_kernel(const HashKernel& kernel);

}  // namespace veilwire::crypto
