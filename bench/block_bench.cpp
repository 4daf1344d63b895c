// check_block() of a block, and the bare calls of libsecp256k1 for its signatures.
#include <string>

#include "contestant_bench.h"
#include "veilwire/app/speed/block_contestants.h"
#include "veilwire/app/speed/machine.h"

namespace veilwire::bench {
namespace {

std::shared_ptr<const app::MeasuredBlock> block() {
  static const auto made =
      std::make_shared<const app::MeasuredBlock>(app::make_measured_block(app::kBlockInputs));
  return made;
}

bool register_block_checks() {
  for (const std::size_t threads : app::kBlockThreads) {
    if (threads > 1 && threads > app::Cores::allowed().count()) continue;
    const std::string name = "check_block/threads:" + std::to_string(threads);
    register_contestant(name, 0, [threads] { return app::our_block_check(block(), threads); });
    register_contestant(name + "/libsecp256k1", 0,
                        [threads] { return app::bare_block_check(block(), threads); });
  }
  return true;
}

[[maybe_unused]] const bool registered = register_block_checks();

}  // namespace
}  // namespace veilwire::bench
