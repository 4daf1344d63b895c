#include "veilwire/consensus/block_scripts.h"

#include <algorithm>
#include <atomic>

#include "veilwire/consensus/script_check.h"

namespace veilwire::consensus {
namespace {

// So many inputs are claimed at once: claiming costs little beside a signature, and the last claims
// of several threads end close together.
constexpr std::uint32_t kClaimedAtOnce = 8;
// Posting to a pool with fewer threads costs a microsecond each; one with more is not used up.
constexpr std::uint32_t kMaxHelpers = 64;
// Fewer inputs than this are checked before another thread has woken up.
constexpr std::uint32_t kInputsWorthAHelper = 16;

// Inputs are numbered as in ConnectedBlock::spent.
class ScriptRun : public std::enable_shared_from_this<ScriptRun> {
 public:
  explicit ScriptRun(std::shared_ptr<const ConnectedBlock> block)
      : block_(std::move(block)),
        spendings_(block_->block->transactions().size()),
        results_(block_->spent.size()),
        first_failed_(input_count()) {}
  ~ScriptRun() {
    for (const auto& spending : spendings_) delete spending.load(std::memory_order_relaxed);
  }
  ScriptRun(const ScriptRun&) = delete;
  ScriptRun& operator=(const ScriptRun&) = delete;

  std::uint32_t input_count() const { return static_cast<std::uint32_t>(results_.size()); }

  // Until nothing is left to be claimed.
  void work();
  // What others have claimed and not finished. Backwards, towards whoever is at it from the front.
  void finish_what_others_began();
  // REQUIRES: everything up to the first failed input is done.
  std::optional<Failure> failure() const;

 private:
  static constexpr std::uint8_t kNotDone = 0;

  std::uint32_t transaction_of(std::uint32_t input) const;
  void check(std::uint32_t input, std::uint32_t transaction);
  std::shared_ptr<const Spending> spending_of(std::uint32_t transaction);
  std::unique_ptr<const Spending> make_spending(std::uint32_t transaction) const;
  void note_failure(std::uint32_t input);
  bool is_needless(std::uint32_t input) const {
    return input > first_failed_.load(std::memory_order_relaxed) ||
           results_[input].load(std::memory_order_acquire) != kNotDone;
  }

  const std::shared_ptr<const ConnectedBlock> block_;
  std::vector<std::atomic<const Spending*>> spendings_;  // null until somebody needs it
  std::vector<std::atomic<std::uint8_t>> results_;       // kNotDone, or one more than the error
  std::atomic<std::uint32_t> next_ = 0;
  std::atomic<std::uint32_t> first_failed_;  // the number of inputs where none has
};

std::uint32_t ScriptRun::transaction_of(std::uint32_t input) const {
  const auto& first = block_->first_spent;
  return static_cast<std::uint32_t>(std::ranges::upper_bound(first, input) - first.begin() - 1);
}

void ScriptRun::work() {
  for (;;) {
    const std::uint32_t begin = next_.fetch_add(kClaimedAtOnce, std::memory_order_relaxed);
    if (begin >= input_count() || begin > first_failed_.load(std::memory_order_relaxed)) return;
    const std::uint32_t end = std::min(begin + kClaimedAtOnce, input_count());
    std::uint32_t transaction = transaction_of(begin);
    for (std::uint32_t input = begin; input < end; ++input) {
      while (input >= block_->first_spent[transaction + 1]) ++transaction;
      check(input, transaction);
    }
  }
}

void ScriptRun::finish_what_others_began() {
  for (std::uint32_t input = input_count(); input-- > 0;) {
    if (!is_needless(input)) check(input, transaction_of(input));
  }
}

void ScriptRun::check(std::uint32_t input, std::uint32_t transaction) {
  if (is_needless(input)) return;
  const std::uint32_t place = input - block_->first_spent[transaction];
  const ScriptError error = ScriptCheck(spending_of(transaction), place, block_->flags).run();
  if (error != ScriptError::kOk) note_failure(input);
  results_[input].store(static_cast<std::uint8_t>(static_cast<std::uint8_t>(error) + 1),
                        std::memory_order_release);
}

void ScriptRun::note_failure(std::uint32_t input) {
  std::uint32_t first = first_failed_.load(std::memory_order_relaxed);
  while (input < first && !first_failed_.compare_exchange_weak(first, input)) {
  }
}

// Shared by all that check its inputs. Where two make it at once, one of the two is thrown away.
std::shared_ptr<const Spending> ScriptRun::spending_of(std::uint32_t transaction) {
  std::atomic<const Spending*>& place = spendings_[transaction];
  const Spending* spending = place.load(std::memory_order_acquire);
  if (spending == nullptr) {
    auto made = make_spending(transaction);
    if (place.compare_exchange_strong(spending, made.get(), std::memory_order_acq_rel)) {
      spending = made.release();
    }
  }
  return {shared_from_this(), spending};
}

std::unique_ptr<const Spending> ScriptRun::make_spending(std::uint32_t transaction) const {
  const auto coins = block_->spent_by(transaction);
  std::vector<wire::Output> spent;
  spent.reserve(coins.size());
  for (const Coin& coin : coins) spent.push_back({coin.value().units(), coin.script()});
  return std::make_unique<const Spending>(block_->block->transactions()[transaction],
                                          std::move(spent), nullptr);
}

std::optional<Failure> ScriptRun::failure() const {
  const std::uint32_t input = first_failed_.load();
  if (input == input_count()) return std::nullopt;
  const std::uint32_t transaction = transaction_of(input);
  const std::uint8_t result = results_[input].load();
  return Failure{.reason = Reason::kScriptFailed,
                 .transaction = transaction,
                 .input = input - block_->first_spent[transaction],
                 .script_error = static_cast<ScriptError>(result - 1)};
}

}  // namespace

std::optional<Failure> check_scripts(std::shared_ptr<const ConnectedBlock> block,
                                     Executor& executor) {
  const auto run = std::make_shared<ScriptRun>(std::move(block));
  const std::uint32_t helpers = std::min(kMaxHelpers, run->input_count() / kInputsWorthAHelper);
  for (std::uint32_t i = 0; i < helpers; ++i) {
    // One that the executor comes to when all is done holds no block until then.
    executor.post([posted = std::weak_ptr(run)] {
      if (const auto left = posted.lock()) left->work();
    });
  }
  run->work();
  run->finish_what_others_began();
  return run->failure();
}

}  // namespace veilwire::consensus
