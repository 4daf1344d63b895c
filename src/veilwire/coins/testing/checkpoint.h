// A checkpoint in one call.
#pragma once

#include "veilwire/coins/generations.h"

namespace veilwire::coins::testing {

// Where the table refuses, nothing is lost, and it can be asked again.
inline std::expected<void, TableError> write_checkpoint(Generations& coins, Table& table) {
  const Checkpoint& checkpoint = coins.freeze();
  auto applied = table.apply(*checkpoint.changes, checkpoint.tip);
  if (applied) coins.drop_frozen();
  return applied;
}

}  // namespace veilwire::coins::testing
