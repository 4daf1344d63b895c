// Double SHA-256 of many inputs by every usable kernel, and by OpenSSL with all that the processor has.
#include <memory>
#include <string>

#include "contestant_bench.h"
#include "veilwire/app/speed/hash_contestants.h"
#include "veilwire/crypto/hash_kernel.h"
#include "with_kernel.h"

namespace veilwire::bench {
namespace {

std::string name_of(const app::HashCase& what, std::string_view who) {
  return "sha256d/" + std::string(who) + "/" + std::to_string(what.bytes) +
         "/inputs:" + std::to_string(what.inputs);
}

bool register_hashes() {
  for (const app::HashCase& what : app::hash_cases()) {
    for (const crypto::HashKernel* kernel : crypto::usable_hash_kernels()) {
      register_contestant(name_of(what, crypto::kernel_name(*kernel)), what.bytes, [what, kernel] {
        return std::make_unique<WithKernel<crypto::HashKernel>>(
            crypto::active_hash_kernel(), *kernel, [what] { return app::our_hashes(what); });
      });
    }
    register_contestant(name_of(what, "yardstick"), what.bytes,
                        [what] { return app::openssl_hashes(what); });
  }
  return true;
}

[[maybe_unused]] const bool registered = register_hashes();

}  // namespace
}  // namespace veilwire::bench
