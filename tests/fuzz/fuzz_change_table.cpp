// The table of changed coins under any sequence of additions and removals, beside two plain maps: of
// what it should know, and of what may lie below.

#include <map>
#include <optional>
#include <set>

#include "fuzz_input.h"
#include "veilwire/coins/change_table.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::coins;
using Knowledge = ChangeTable::Knowledge;

struct Known {
  std::int64_t units = 0;
  Bytes script;

  friend bool operator==(const Known&, const Known&) = default;
};

class Pair {
 public:
  void step(FuzzInput& input) {
    const wire::Outpoint outpoint{.txid = {static_cast<std::uint8_t>(input.below(5))},
                                  .index = static_cast<std::uint32_t>(input.below(20))};
    if (input.below(3) == 0) {
      remove(outpoint);
    } else {
      add(outpoint, input);
    }
    check(outpoint);
  }

  void check_walk() const {
    std::map<wire::Outpoint, std::optional<Known>> walked;
    table_.for_each([&](const wire::Outpoint& outpoint,
                        const std::optional<consensus::Coin>& coin) {
      FUZZ_REQUIRE(walked.empty() || walked.rbegin()->first < outpoint, "outpoints are in order");
      walked.emplace(outpoint, coin ? std::optional(known(*coin)) : std::nullopt);
      return Walk::kOn;
    });
    std::map<wire::Outpoint, std::optional<Known>> expected(coins_.begin(), coins_.end());
    for (const wire::Outpoint& outpoint : below_) expected.emplace(outpoint, std::nullopt);
    FUZZ_REQUIRE(walked == expected, "the changes are those that were made");
    FUZZ_REQUIRE(table_.coin_count() == coins_.size(), "coins are counted");
    FUZZ_REQUIRE(table_.coin_count() + table_.gone_count() == expected.size(),
                 "what is gone is counted");
  }

 private:
  static Known known(const consensus::Coin& coin) {
    return {coin.value().units(), Bytes(coin.script().begin(), coin.script().end())};
  }

  void add(const wire::Outpoint& first, FuzzInput& input) {
    const Below below = input.yes() ? Below::kMayHave : Below::kHasNothing;
    std::vector<Known> made;
    for (std::size_t count = 1 + input.below(12); count > 0; --count) {
      made.push_back({static_cast<std::int64_t>(input.number()), input.stretched(input.byte())});
    }
    std::vector<NewCoin> coins;
    for (const Known& each : made) {
      const wire::Outpoint outpoint{first.txid,
                                    first.index + static_cast<std::uint32_t>(coins.size())};
      coins.push_back({outpoint.index,
                       consensus::Coin(*consensus::Amount::of(each.units), each.script, 7, {})});
      if (below == Below::kMayHave && !coins_.contains(outpoint)) below_.insert(outpoint);
      coins_.insert_or_assign(outpoint, each);
    }
    table_.add(first.txid, coins, below);
  }

  void remove(const wire::Outpoint& outpoint) {
    if (coins_.erase(outpoint) == 0) below_.insert(outpoint);
    table_.remove(outpoint);
  }

  void check(const wire::Outpoint& outpoint) const {
    const auto answer = table_.find(outpoint);
    const auto coin = coins_.find(outpoint);
    if (coin == coins_.end()) {
      FUZZ_REQUIRE(
          answer.knowledge == (below_.contains(outpoint) ? Knowledge::kGone : Knowledge::kNone),
          "what is no coin is gone or unknown");
      return;
    }
    FUZZ_REQUIRE(answer.knowledge == Knowledge::kCoin, "a coin is found");
    wire::Reader reader(answer.coin);
    ScriptRoom room;
    FUZZ_REQUIRE(known(read_coin(reader, room)) == coin->second, "a coin is what was added");
  }

  ChangeTable table_{{1, 2}};
  std::map<wire::Outpoint, Known> coins_;
  std::set<wire::Outpoint> below_;  // of which the state below may have something
};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::FuzzInput input(data, size);
  veilwire::fuzz::Pair pair;
  while (!input.empty()) pair.step(input);
  pair.check_walk();
  return 0;
}
