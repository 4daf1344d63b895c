// The choice among implementations of ChaCha20 and Poly1305: made once, at first use, by what the
// processor has and by a self-test; VEILWIRE_CRYPTO=portable|sse2|avx2|avx512|neon|openssl in the
// environment forces one.
#pragma once

#include <span>
#include <string_view>

#include "veilwire/base/api.h"

namespace veilwire::crypto {

struct Kernel;

// The kernel in use. Where the environment names one that this machine or build does not have, or
// whose self-test fails, the process says so on standard error once and uses the best it has.
VEILWIRE_API const Kernel& active_kernel();

VEILWIRE_API std::string_view kernel_name(const Kernel& kernel);

// Every kernel that this machine can run: portable first, then the faster ones; last "openssl",
// which is taken by name only.
VEILWIRE_API std::span<const Kernel* const> usable_kernels();

// Nothing by that name, or not usable here: null.
VEILWIRE_API const Kernel* find_kernel(std::string_view name);

// For tests and benchmarks: what active_kernel() gives from now on. REQUIRES: no cipher is in use
// on another thread.
VEILWIRE_API void use_kernel(const Kernel& kernel);

}  // namespace veilwire::crypto
