// What the table of changed coins takes: time for each coin put in, looked up and taken out, and
// bytes a coin; and what MuHash takes for each.
//
// usage: coin_load [COINS...]   (1000000 10000000)
//
// The coins are those of made_coins.h. Look-ups and removals come in an order of their own, so that
// each misses the cache.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "made_coins.h"
#include "veilwire/base/endian.h"
#include "veilwire/crypto/muhash.h"

namespace {

using namespace veilwire;
using namespace veilwire::coins;
using namespace veilwire::bench;
using Clock = std::chrono::steady_clock;

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
  explicit Load(std::uint64_t coins) : transactions_(coins / kCoinsOfTransaction) {}

  void run() {
    const double put_in =
        nanoseconds_each(transactions_, [this](std::uint64_t i) { made_.add(table_, i); }) /
        kCoinsOfTransaction;
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
  void look_up(std::uint64_t i) {
    const auto answer = table_.find(outpoint(shuffled(i, coins())));
    wire::Reader reader(answer.coin);
    ScriptRoom room;
    hits_ += read_coin(reader, room).script().size();
  }

  std::uint64_t transactions_;
  MadeCoins made_;
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
