#include "veilwire/app/speed/block_contestants.h"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <utility>

#include "veilwire/consensus/check_block.h"
#include "veilwire/crypto/yardstick.h"
#include "veilwire/host/thread_pool.h"

namespace veilwire::app {
namespace {

using consensus::BlockContext;
using consensus::ParsedBlock;

void require_threads(const host::ThreadPool& pool, std::size_t count) {
  if (pool.thread_count() == count) return;
  throw std::runtime_error("the system does not start as many threads as are to be measured");
}

class OurBlockCheck final : public Contestant {
 public:
  OurBlockCheck(std::shared_ptr<const MeasuredBlock> block, std::size_t threads)
      : block_(std::move(block)), helpers_(threads - 1) {
    require_threads(helpers_, threads - 1);
    prepare();
    work();
  }

  void prepare() override { copy_ = block_->bytes; }
  void work() override {
    auto parsed = ParsedBlock::parse(std::move(copy_));
    if (!parsed) throw std::runtime_error("the block to be measured cannot be read");
    const auto context =
        BlockContext::of(*block_->network, *block_->ancestors, (*parsed)->header());
    const auto verdict =
        consensus::check_block(*std::move(parsed), context, block_->coins, helpers_);
    if (verdict) return;
    throw std::runtime_error("the block to be measured is refused: " +
                             consensus::failure_text(verdict.error()));
  }
  std::size_t operations() const override { return block_->inputs(); }

 private:
  const std::shared_ptr<const MeasuredBlock> block_;
  host::ThreadPool helpers_;
  Bytes copy_;
};

// Whoever is done with a signature takes the next one: no thread ends before the last is taken.
class BareBlockCheck final : public Contestant {
 public:
  BareBlockCheck(std::shared_ptr<const MeasuredBlock> block, std::size_t threads)
      : block_(std::move(block)), helpers_(threads - 1) {
    require_threads(helpers_, threads - 1);
  }

  void work() override {
    next_ = 0;
    const std::size_t helper_count = helpers_.thread_count();
    const auto others = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(helper_count));
    for (std::size_t i = 0; i < helper_count; ++i) {
      helpers_.post([this, others] {
        verify_what_is_left();
        others->count_down();
      });
    }
    verify_what_is_left();
    others->wait();
    if (refused_) throw std::runtime_error("libsecp256k1 refused what it must not");
  }
  std::size_t operations() const override { return block_->inputs(); }

 private:
  void verify_what_is_left() {
    const auto& signatures = block_->signatures;
    for (std::size_t i = next_++; i < signatures.size(); i = next_++) {
      const auto& [key, signature, digest] = signatures[i];
      if (!crypto::bare_verify_ecdsa(key, signature, digest)) refused_ = true;
    }
  }

  const std::shared_ptr<const MeasuredBlock> block_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> refused_ = false;
  host::ThreadPool helpers_;  // ends first
};

}  // namespace

std::unique_ptr<Contestant> our_block_check(std::shared_ptr<const MeasuredBlock> block,
                                            std::size_t threads) {
  return std::make_unique<OurBlockCheck>(std::move(block), threads);
}

std::unique_ptr<Contestant> bare_block_check(std::shared_ptr<const MeasuredBlock> block,
                                             std::size_t threads) {
  return std::make_unique<BareBlockCheck>(std::move(block), threads);
}

}  // namespace veilwire::app
