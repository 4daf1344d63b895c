#include "veilwire/engine/block_window.h"

#include <atomic>

#include "veilwire/chain/walks.h"

namespace veilwire::engine {

using chain::NodeIndex;
using chain::StoreError;
using chain::StoreResult;

namespace {

// How many blocks are under way at the most, however small they are.
constexpr std::size_t kMaxBlocks = 64;

}  // namespace

class BlockWindow::Job {
 public:
  Job(NodeIndex index, Bytes bytes)
      : index_(index), size_(bytes.size()), bytes_(std::move(bytes)) {}
  Job(NodeIndex index, const BlockPointer& parsed)
      : index_(index),
        size_(parsed->payload().size()),
        is_begun_(true),
        is_done_(true),
        parsed_(parsed) {}

  NodeIndex index() const { return index_; }
  std::size_t size() const { return size_; }

  // For the executor.
  void work() {
    if (is_begun_.exchange(true, std::memory_order_relaxed)) return;
    parsed_ = parse();
    is_done_.store(true, std::memory_order_release);
  }
  // Nothing where it is not done yet, or is no block.
  BlockPointer done() const {
    return is_done_.load(std::memory_order_acquire) ? parsed_ : BlockPointer();
  }
  // Nothing where it is no block.
  BlockPointer result() {
    work();
    return is_done_.load(std::memory_order_acquire) ? parsed_ : parse();
  }

 private:
  // Two may be at it.
  BlockPointer parse() const {
    auto block = consensus::ParsedBlock::parse(Bytes(bytes_));
    return block ? std::move(*block) : BlockPointer();
  }

  const NodeIndex index_;
  const std::size_t size_;
  const Bytes bytes_;
  std::atomic<bool> is_begun_ = false;
  std::atomic<bool> is_done_ = false;
  BlockPointer parsed_;
};

StoreResult<BlockWindow::BlockPointer> BlockWindow::take(NodeIndex parent, NodeIndex index,
                                                         NodeIndex best) {
  if (!jobs_.empty() && jobs_.front()->index() != index) forget();
  if (jobs_.empty()) {
    if (const auto begun = begin(index); !begun) return std::unexpected(begun.error());
  }
  begin_more(parent, best);
  const auto job = jobs_.front();
  jobs_.pop_front();
  bytes_ -= job->size();
  return judged(index, job->result());
}

StoreResult<BlockWindow::BlockPointer> BlockWindow::read(NodeIndex index) {
  auto bytes = blocks_.read_block(index);
  if (!bytes) return std::unexpected(bytes.error());
  return judged(index, Job(index, std::move(*bytes)).result());
}

StoreResult<BlockWindow::BlockPointer> BlockWindow::judged(NodeIndex index,
                                                           BlockPointer block) const {
  if (block && block->hash() == nodes_[index].hash) return block;
  return std::unexpected(
      StoreError{StoreError::Kind::kDamaged,
                 "what was kept as block " + to_display(nodes_[index].hash) + " is not it"});
}

void BlockWindow::offer(NodeIndex parent, NodeIndex index, const BlockPointer& block) {
  const bool follows = jobs_.empty() || jobs_.back()->index() == parent;
  if (!follows || bytes_ > max_bytes_ || jobs_.size() >= kMaxBlocks) return;
  jobs_.push_back(std::make_shared<Job>(index, block));
  bytes_ += jobs_.back()->size();
}

std::vector<BlockWindow::BlockPointer> BlockWindow::ready() const {
  std::vector<BlockPointer> blocks;
  for (const auto& job : jobs_) {
    auto block = job->done();
    if (!block) break;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

StoreResult<void> BlockWindow::begin(NodeIndex index) {
  auto bytes = blocks_.read_block(index);
  if (!bytes) return std::unexpected(bytes.error());
  const auto job = std::make_shared<Job>(index, std::move(*bytes));
  bytes_ += job->size();
  jobs_.push_back(job);
  return {};
}

// In halves of the window, since finding the way costs something. What cannot be read now may be read
// when it is needed, or not.
void BlockWindow::begin_more(NodeIndex parent, NodeIndex best) {
  if (jobs_.size() > kMaxBlocks / 2 || bytes_ > max_bytes_ / 2) return;
  const auto way = chain::path(nodes_, parent, best, kMaxBlocks).on;
  for (std::size_t i = 0; i < way.size() && bytes_ < max_bytes_; ++i) {
    if (i < jobs_.size()) {
      if (jobs_[i]->index() != way[i]) return;
      continue;
    }
    if (!begin(way[i])) return;
    // One that was taken meanwhile is let go, however long the executor keeps this.
    executor_.post([posted = std::weak_ptr(jobs_.back())] {
      if (const auto job = posted.lock()) job->work();
    });
  }
}

void BlockWindow::forget() {
  jobs_.clear();
  bytes_ = 0;
}

}  // namespace veilwire::engine
