// The coins that the next blocks take from the table below: the disk is asked once for all blocks that
// are parsed by then, and for those behind them on the executor, while blocks are checked.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>

#include "veilwire/base/executor.h"
#include "veilwire/coins/generations.h"
#include "veilwire/engine/posted.h"

namespace veilwire::engine {

class LookAhead {
 public:
  using BlockPointer = std::shared_ptr<const consensus::ParsedBlock>;

  // Both outlive it.
  LookAhead(const coins::Generations& coins, Executor& executor)
      : coins_(coins), executor_(executor) {}

  // What was read for `next`, the block that is to be connected now, and for others. `ready`: those that
  // follow it and are parsed. Valid until the next call.
  std::expected<const coins::ReadAhead*, coins::TableError> take(
      const BlockPointer& next, std::span<const BlockPointer> ready);
  // Other blocks come next.
  void forget();

 private:
  using Result = std::expected<coins::ReadAhead, coins::TableError>;

  std::expected<void, coins::TableError> read(const BlockPointer& next,
                                              std::span<const BlockPointer> ready);
  std::expected<void, coins::TableError> keep(Result read, std::size_t blocks);
  void begin_more(const BlockPointer& next, std::span<const BlockPointer> ready);

  const coins::Generations& coins_;
  Executor& executor_;
  coins::ReadAhead ahead_;
  std::size_t ahead_for_ = 0;  // so many of the next blocks
  std::optional<Posted<Result>> coming_;
  std::size_t coming_for_ = 0;  // so many of those behind them
};

}  // namespace veilwire::engine
