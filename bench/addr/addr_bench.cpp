// The address book in the shape of Bitcoin Core's own benchmark: 64 sources tell of 256 random IPv6
// addresses each. The rows `sha256` and `openssl_seal_1mb` are there to compare machines by.
#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "veilwire/addr/addr_rate.h"
#include "veilwire/addr/book_bytes.h"
#include "veilwire/addr/discouraged.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/yardstick.h"

namespace veilwire::bench {
namespace {

using namespace veilwire::addr;

constexpr UnixTime kNow = from_unix_seconds(1'700'000'000);
constexpr std::size_t kSources = 64;
constexpr std::size_t kAddressesOfSource = 256;

wire::NetAddress random_ipv6(crypto::Dice& dice) {
  std::array<std::uint8_t, 16> bytes;
  for (;;) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(dice.u32());
    const auto address = wire::NetAddress::from_bytes(wire::NetworkId::kIpv6, bytes).value();
    if (address.is_routable()) return address;
  }
}

struct Told {
  wire::NetAddress source;
  std::vector<HeardAddress> addresses;
};

const std::vector<Told>& everything_told() {
  static const std::vector<Told> told = [] {
    crypto::Dice dice = crypto::Dice::of_seed(1);
    std::vector<Told> out(kSources);
    for (Told& each : out) {
      each.source = random_ipv6(dice);
      for (std::size_t i = 0; i < kAddressesOfSource; ++i) {
        each.addresses.push_back({{random_ipv6(dice), 8333}, protocol::kNodeNetwork, kNow});
      }
    }
    return out;
  }();
  return told;
}

void add_all(AddressBook& book, crypto::Dice& dice) {
  for (const Told& each : everything_told()) book.add(kNow, each.addresses, each.source, {}, dice);
}

void good_of_all(AddressBook& book) {
  for (const Told& told : everything_told()) {
    for (const HeardAddress& each : told.addresses) book.good(kNow, each.endpoint);
  }
}

AddressBook filled_book(crypto::Dice& dice) {
  AddressBook book({}, {}, {1, 2});
  add_all(book, dice);
  return book;
}

void set_per_address(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(kSources * kAddressesOfSource) *
                          state.iterations());
}

void bm_add(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  (void)everything_told();
  for (auto _ : state) benchmark::DoNotOptimize(filled_book(dice));
  set_per_address(state);
}
BENCHMARK(bm_add)->Name("book/add")->Unit(benchmark::kMillisecond);

void bm_add_good(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  (void)everything_told();
  for (auto _ : state) {
    AddressBook book = filled_book(dice);
    good_of_all(book);
    benchmark::DoNotOptimize(book);
  }
  set_per_address(state);
}
BENCHMARK(bm_add_good)->Name("book/add_good")->Unit(benchmark::kMillisecond);

void bm_add_again(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  AddressBook book = filled_book(dice);
  for (auto _ : state) add_all(book, dice);
  set_per_address(state);
}
BENCHMARK(bm_add_again)->Name("book/add_again")->Unit(benchmark::kMillisecond);

void bm_select(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  const AddressBook book = filled_book(dice);
  for (auto _ : state) {
    benchmark::DoNotOptimize(book.select(kNow, NetworkSet::all(), From::kBothTables, dice));
  }
}
BENCHMARK(bm_select)->Name("book/select");

void bm_select_both(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  AddressBook book = filled_book(dice);
  for (const HeardAddress& each : everything_told()[0].addresses) {
    book.good(kNow - hours(1), each.endpoint);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(book.select(kNow, NetworkSet::all(), From::kBothTables, dice));
  }
}
BENCHMARK(bm_select_both)->Name("book/select_both_tables");

// One address of the network in the whole book.
void bm_select_rare(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  AddressBook book = filled_book(dice);
  const auto rare = wire::NetAddress::from_text("fc00::1").value();
  const HeardAddress heard{{rare, 8333}, protocol::kNodeNetwork, kNow};
  book.add(kNow, {&heard, 1}, rare, {}, dice);
  for (auto _ : state) {
    benchmark::DoNotOptimize(book.select(kNow, {wire::NetworkId::kCjdns}, From::kBothTables, dice));
  }
}
BENCHMARK(bm_select_rare)->Name("book/select_rare_network");

void bm_select_empty(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  const AddressBook book({}, {}, {1, 2});
  for (auto _ : state) {
    benchmark::DoNotOptimize(book.select(kNow, NetworkSet::all(), From::kBothTables, dice));
  }
}
BENCHMARK(bm_select_empty)->Name("book/select_empty");

void bm_sample(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  const AddressBook book = filled_book(dice);
  for (auto _ : state) benchmark::DoNotOptimize(book.sample(kNow, {}, std::nullopt, dice));
}
BENCHMARK(bm_sample)->Name("book/sample_1000")->Unit(benchmark::kMicrosecond);

void bm_bytes(benchmark::State& state) {
  crypto::Dice dice = crypto::Dice::of_seed(2);
  const AddressBook book = filled_book(dice);
  for (auto _ : state) {
    const Bytes bytes = book_bytes(book, protocol::kMainMagic);
    benchmark::DoNotOptimize(parse_book(bytes, protocol::kMainMagic, {}, {}));
  }
  set_per_address(state);
}
BENCHMARK(bm_bytes)->Name("book/write_and_read")->Unit(benchmark::kMillisecond);

void bm_discouraged(benchmark::State& state) {
  Discouraged discouraged({1, 2});
  for (const Told& told : everything_told()) {
    for (const HeardAddress& each : told.addresses) discouraged.insert(each.endpoint.address);
  }
  const wire::NetAddress other = wire::NetAddress::from_text("1.2.3.4").value();
  for (auto _ : state) benchmark::DoNotOptimize(discouraged.contains(other));
}
BENCHMARK(bm_discouraged)->Name("discouraged/contains");

void bm_rate(benchmark::State& state) {
  TimePoint now{};
  AddrRate rate(now);
  for (auto _ : state) benchmark::DoNotOptimize(rate.take(now += std::chrono::seconds(5)));
}
BENCHMARK(bm_rate)->Name("addr_rate/take");

// -- To compare machines by -----------------------------------------------------------------------

void bm_sha256(benchmark::State& state) {
  Bytes data(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(data.data());
    benchmark::DoNotOptimize(crypto::sha256(data));
  }
}
BENCHMARK(bm_sha256)->Name("sha256")->Arg(32)->Arg(64);

void bm_openssl_seal(benchmark::State& state) {
  crypto::OpenSslAead aead(crypto::OpenSslAead::Direction::kSeal, Secret<32>());
  Bytes text(1'000'000, 1);
  std::array<std::uint8_t, 16> tag;
  std::uint64_t packet = 0;
  for (auto _ : state) benchmark::DoNotOptimize(aead.seal(packet++, text, tag));
}
BENCHMARK(bm_openssl_seal)->Name("openssl_seal_1mb")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace veilwire::bench
