// One side of a handshake, and the bare calls of libsecp256k1 that it contains.
#include <string>

#include "contestant_bench.h"
#include "veilwire/app/speed/handshake_contestants.h"

namespace veilwire::bench {
namespace {

bool register_handshakes() {
  for (const app::HandshakeRole role : app::kHandshakeRoles) {
    const std::string name = "handshake/" + std::string(app::role_name(role));
    register_contestant(name, 0, [role] { return app::our_handshake(role); });
    register_contestant(name + "/libsecp256k1", 0, [role] { return app::bare_handshake(role); });
  }
  return true;
}

[[maybe_unused]] const bool registered = register_handshakes();

}  // namespace
}  // namespace veilwire::bench
