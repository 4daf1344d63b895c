// Sealing and opening by every usable kernel, and by OpenSSL with all that the processor has. Where
// OpenSSL is to be held to a kernel's instruction set, `veilwire speed` does that.
#include <memory>
#include <string>

#include "contestant_bench.h"
#include "veilwire/app/speed/cipher_cases.h"
#include "veilwire/app/speed/cipher_contestants.h"
#include "veilwire/crypto/kernel.h"
#include "with_kernel.h"

namespace veilwire::bench {
namespace {

std::string name_of(const app::CipherCase& what, std::string_view who) {
  std::string name = std::string(app::op_name(what.op)) + "/" + std::string(who) + "/" +
                     std::to_string(what.bytes);
  if (what.queue > 1) name += "/queue:" + std::to_string(what.queue);
  if (what.connections > 1) name += "/connections:" + std::to_string(what.connections);
  return name;
}

bool register_ciphers() {
  for (const app::CipherCase& what : app::cipher_cases()) {
    for (const crypto::Kernel* kernel : crypto::usable_kernels()) {
      register_contestant(name_of(what, crypto::kernel_name(*kernel)), what.bytes, [what, kernel] {
        return std::make_unique<WithKernel<crypto::Kernel>>(
            crypto::active_kernel(), *kernel, [what] { return app::our_cipher(what); });
      });
    }
    register_contestant(name_of(what, "yardstick"), what.bytes,
                        [what] { return app::openssl_cipher(what); });
  }
  return true;
}

[[maybe_unused]] const bool registered = register_ciphers();

}  // namespace
}  // namespace veilwire::bench
