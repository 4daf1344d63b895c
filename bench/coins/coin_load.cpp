// What the table of changed coins takes: time for each coin put in, looked up and taken out, and
// bytes a coin; and what MuHash takes for each.
//
// usage: coin_load [COINS...]   (1000000 10000000)
//
// Two coins a transaction, scripts by thirds P2WPKH, P2TR and P2PKH, amounts of any digits. Look-ups
// and removals come in an order of their own, so that each misses the cache.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "veilwire/base/endian.h"
#include "veilwire/coins/change_table.h"
#include "veilwire/crypto/muhash.h"

namespace {

using namespace veilwire;
using namespace veilwire::coins;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kCoinsOfTransaction = 2;

// SplitMix64.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31);
}

Hash256 txid_of(std::uint64_t transaction) {
  Hash256 id{};
  for (std::uint64_t i = 0; i < 4; ++i) store_le(id.data() + 8 * i, mixed(4 * transaction + i + 1));
  return id;
}

// One after the other goes through all of them, far from each other.
std::uint64_t shuffled(std::uint64_t number, std::uint64_t count) {
  constexpr std::uint64_t kPrime = 0x9e37'79b1;
  return number * kPrime % count;
}

template <typename Work>
double nanoseconds_each(std::uint64_t count, Work work) {
  const auto begin = Clock::now();
  for (std::uint64_t i = 0; i < count; ++i) work(i);
  const std::chrono::duration<double, std::nano> time = Clock::now() - begin;
  return time.count() / static_cast<double>(count);
}

class Load {
 public:
  explicit Load(std::uint64_t coins) : transactions_(coins / kCoinsOfTransaction) {
    scripts_[0] = {0x00, 0x14};
    scripts_[1] = {0x51, 0x20};
    scripts_[2] = {0x76, 0xa9, 0x14};
    scripts_[0].resize(22, 0x33);
    scripts_[1].resize(34, 0x55);
    scripts_[2].resize(23, 0x11);
    scripts_[2].insert(scripts_[2].end(), {0x88, 0xac});
  }

  void run() {
    const double put_in =
        nanoseconds_each(transactions_, [this](std::uint64_t i) { add(i); }) / kCoinsOfTransaction;
    const double bytes = static_cast<double>(table_.bytes()) / static_cast<double>(coins());
    const double found = nanoseconds_each(coins(), [this](std::uint64_t i) { look_up(i); });
    const double missed = nanoseconds_each(coins(), [this](std::uint64_t i) {
      hits_ += table_.find({txid_of(i + transactions_), 0}).coin.size();
    });
    std::size_t walked = 0;
    const double sorted = nanoseconds_each(1, [&](std::uint64_t) {
      table_.for_each([&walked](const auto&, const auto&) {
        ++walked;
        return Walk::kOn;
      });
    });
    const double taken_out = nanoseconds_each(
        coins(), [this](std::uint64_t i) { table_.remove(outpoint(shuffled(i, coins()))); });
    std::printf(
        "%9llu coins: put in %4.0f ns, found %4.0f, not found %4.0f, walked in order %4.0f, "
        "taken out %4.0f; %.1f bytes a coin (%zu left)\n",
        static_cast<unsigned long long>(coins()), put_in, found, missed,
        sorted / static_cast<double>(walked), taken_out, bytes, table_.coin_count());
  }
  std::size_t hits() const { return hits_; }

 private:
  std::uint64_t coins() const { return transactions_ * kCoinsOfTransaction; }
  wire::Outpoint outpoint(std::uint64_t coin) const {
    return {txid_of(coin / kCoinsOfTransaction),
            static_cast<std::uint32_t>(coin % kCoinsOfTransaction)};
  }
  void add(std::uint64_t transaction) {
    NewCoin coins[kCoinsOfTransaction];
    for (std::uint32_t i = 0; i < kCoinsOfTransaction; ++i) {
      const std::uint64_t random = mixed(transaction * 7 + i);
      const auto units = static_cast<std::int64_t>(random % 300'000'000);
      coins[i] = {i, consensus::Coin(*consensus::Amount::of(units), scripts_[random % 3], 850'000,
                                     consensus::CoinOrigin::kTransaction)};
    }
    table_.add(txid_of(transaction), coins, Below::kHasNothing);
  }
  void look_up(std::uint64_t i) {
    const auto answer = table_.find(outpoint(shuffled(i, coins())));
    wire::Reader reader(answer.coin);
    ScriptRoom room;
    hits_ += read_coin(reader, room).script().size();
  }

  std::uint64_t transactions_;
  Bytes scripts_[3];
  ChangeTable table_{{0x1234, 0x5678}};
  std::size_t hits_ = 0;
};

void time_muhash() {
  crypto::MuHash hash;
  Bytes element(80);
  const double added = nanoseconds_each(20'000, [&](std::uint64_t i) {
    store_le(element.data(), i);
    hash.add(element);
  });
  const crypto::MuHash::State state = hash.state();
  auto number = crypto::Number3072::from_bytes(std::span(state).first<384>());
  const crypto::Number3072 factor = number;
  const double multiplied = nanoseconds_each(20'000, [&](std::uint64_t) { number *= factor; });
  const double finished =
      nanoseconds_each(50, [&](std::uint64_t) { element[0] ^= hash.hash()[0]; });
  std::printf(
      "MuHash: an element %.0f ns, of which the multiplication %.0f; the hash %.0f us (%d)\n",
      added, multiplied, finished / 1000, number.bytes()[0] + element[0]);
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::uint64_t> sizes;
  for (int i = 1; i < count; ++i) sizes.push_back(std::strtoull(arguments[i], nullptr, 10));
  if (sizes.empty()) sizes = {1'000'000, 10'000'000};
  std::size_t hits = 0;
  for (const std::uint64_t size : sizes) {
    Load load(std::max<std::uint64_t>(size, kCoinsOfTransaction));
    load.run();
    hits += load.hits();
  }
  time_muhash();
  return hits == 0 ? 1 : 0;
}
