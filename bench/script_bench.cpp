// One check of an input's scripts, and the bare calls of libsecp256k1 that it contains.
#include <string>

#include "contestant_bench.h"
#include "veilwire/app/speed/script_contestants.h"

namespace veilwire::bench {
namespace {

bool register_script_checks() {
  for (const app::ScriptKind kind : app::kScriptKinds) {
    const std::string name = "script_check/" + std::string(app::script_kind_name(kind));
    register_contestant(name, 0, [kind] { return app::our_script_check(kind); });
    register_contestant(name + "/libsecp256k1", 0, [kind] { return app::bare_script_check(kind); });
  }
  return true;
}

[[maybe_unused]] const bool registered = register_script_checks();

}  // namespace
}  // namespace veilwire::bench
