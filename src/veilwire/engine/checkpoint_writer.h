// A checkpoint on its way to the table of coins: written on the executor, while whoever began it goes
// on. One that the executor has not come to when it is needed is written by who needs it.
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "veilwire/base/executor.h"
#include "veilwire/coins/generations.h"

namespace veilwire::engine {

class CheckpointWriter {
 public:
  using Outcome = std::expected<void, coins::TableError>;

  // Both outlive it.
  CheckpointWriter(coins::Table& table, Executor& executor) : table_(table), executor_(executor) {}
  // Waits for what is being written; what is not begun by then never is.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  bool is_busy() const { return job_ != nullptr; }
  // REQUIRES: !is_busy(); nobody else applies anything to the table meanwhile.
  void begin(const coins::Checkpoint& checkpoint);
  // Once, when there is one.
  std::optional<Outcome> poll();
  // REQUIRES: is_busy(). Returns when it is written, or cannot be.
  Outcome finish();

 private:
  class Job;

  coins::Table& table_;
  Executor& executor_;
  std::shared_ptr<Job> job_;
};

}  // namespace veilwire::engine
