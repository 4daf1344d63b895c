#include "veilwire/engine/checkpoint_writer.h"

#include <atomic>
#include <utility>

namespace veilwire::engine {

class CheckpointWriter::Job {
 public:
  Job(coins::Table& table, const coins::Checkpoint& checkpoint)
      : table_(table), checkpoint_(checkpoint) {}

  // For the executor, and for who does not want to wait for it.
  void work() {
    if (!claim()) return;
    outcome_ = table_.apply(*checkpoint_.changes, checkpoint_.tip);
    is_done_.store(true, std::memory_order_release);
    is_done_.notify_all();
  }
  // Whoever has it writes, or lets it be.
  bool claim() { return !is_claimed_.exchange(true, std::memory_order_relaxed); }
  bool is_done() const { return is_done_.load(std::memory_order_acquire); }
  // REQUIRES: work() was called.
  void wait() const { is_done_.wait(false, std::memory_order_acquire); }
  // REQUIRES: it is done.
  Outcome outcome() const { return outcome_; }

 private:
  coins::Table& table_;
  const coins::Checkpoint checkpoint_;
  std::atomic<bool> is_claimed_ = false;
  std::atomic<bool> is_done_ = false;
  Outcome outcome_;
};

CheckpointWriter::~CheckpointWriter() {
  if (job_ && !job_->claim()) job_->wait();
}

void CheckpointWriter::begin(const coins::Checkpoint& checkpoint) {
  job_ = std::make_shared<Job>(table_, checkpoint);
  executor_.post([job = job_] { job->work(); });
}

std::optional<CheckpointWriter::Outcome> CheckpointWriter::poll() {
  if (!job_ || !job_->is_done()) return std::nullopt;
  return std::exchange(job_, nullptr)->outcome();
}

CheckpointWriter::Outcome CheckpointWriter::finish() {
  job_->work();
  job_->wait();
  return std::exchange(job_, nullptr)->outcome();
}

}  // namespace veilwire::engine
