// The book and the naive one under the same calls, compared after each. Few buckets, so that they soon
// are full.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/addr/testing/naive_book.h"

namespace veilwire::addr::testing {

class BothBooks {
 public:
  // In [0, bound), of whatever drives the sequence.
  using Choose = std::function<std::uint32_t(std::uint32_t bound)>;

  explicit BothBooks(Choose choose, const BookFigures& figures = kSmall)
      : choose_(std::move(choose)),
        book_(figures, Groups(), kKey),
        naive_(figures, Groups(), kKey) {}

  static constexpr BookFigures kSmall{.new_buckets = 4,
                                      .tried_buckets = 2,
                                      .new_buckets_per_source_group = 3,
                                      .tried_buckets_per_group = 2,
                                      .new_places_per_address = 3};

  const AddressBook& book() const { return book_; }
  UnixTime now() const { return now_; }

  void step() {
    now_ += std::chrono::seconds(choose_(2) == 0 ? choose_(120) : choose_(40'000));
    const wire::NetEndpoint endpoint = any_endpoint();
    switch (choose_(8)) {
      case 0:
        good(endpoint);
        break;
      case 1:
        attempt(endpoint);
        break;
      case 2:
        book_.connected(now_, endpoint);
        naive_.connected(now_, endpoint);
        break;
      case 3:
        set_services(endpoint);
        break;
      case 4:
        resolve();
        break;
      default:
        add(endpoint);
    }
    compare(endpoint);
  }

  // Everything. Throws std::logic_error with a sentence where they differ.
  void compare_all() {
    require(book_.size() == naive_.infos().size(), "as many addresses");
    for (const auto& [endpoint, info] : naive_.infos()) compare(endpoint);
    for (const wire::NetworkId network : kNetworks) {
      for (const Table table : {Table::kNew, Table::kTried}) {
        require(book_.count(table, network) == naive_.count_of(table, network), "the counts");
      }
      compare_choices(network);
    }
    compare_sample();
  }

 private:
  static constexpr crypto::SipKey kKey{11, 12};

  static void require(bool is_so, const char* what) {
    if (!is_so) throw std::logic_error(std::string("the books differ: ") + what);
  }

  // A hundred of each network, a few groups.
  wire::NetEndpoint any_endpoint() {
    const std::uint32_t host = choose_(100);
    const auto network = kNetworks.at(choose_(kNetworks.size()));
    if (network == wire::NetworkId::kIpv4) return {ipv4(host % 5, host), 8333};
    crypto::Dice dice = crypto::Dice::of_seed(host);
    return {random_address(network, dice), 8333};
  }

  void add(const wire::NetEndpoint& endpoint) {
    HeardAddress heard{endpoint, protocol::Services{1} << choose_(3), now_};
    switch (choose_(8)) {
      case 0:
        heard.time = UnixTime::max();
        break;
      case 1:
        heard.time = UnixTime::min();
        break;
      case 2:
        heard.time += std::chrono::seconds(choose_(1200));
        break;
      default:
        heard.time -= std::chrono::seconds(choose_(2) == 0 ? choose_(3000) : choose_(2'700'000));
    }
    const wire::NetAddress source =
        choose_(4) == 0 ? endpoint.address : ipv4(100 + choose_(6), choose_(3));
    const seconds penalty = hours(choose_(3));
    const std::uint32_t seed = choose_(0x1'0000);
    crypto::Dice dice = crypto::Dice::of_seed(seed);
    crypto::Dice same_dice = crypto::Dice::of_seed(seed);
    require(book_.add(now_, {&heard, 1}, source, penalty, dice) ==
                naive_.add(now_, {&heard, 1}, source, penalty, same_dice),
            "what was added");
    require(dice.u32() == same_dice.u32(), "what was drawn");
  }

  void good(const wire::NetEndpoint& endpoint) {
    book_.good(now_, endpoint);
    naive_.good(now_, endpoint);
    require(book_.pending_count() == naive_.pending().size(), "what waits for a test");
  }
  void attempt(const wire::NetEndpoint& endpoint) {
    const auto count = choose_(4) == 0 ? CountFailure::kNo : CountFailure::kYes;
    book_.attempt(now_, endpoint, count);
    naive_.attempt(now_, endpoint, count);
  }
  void set_services(const wire::NetEndpoint& endpoint) {
    const protocol::Services services = choose_(256);
    book_.set_services(endpoint, services);
    naive_.set_services(endpoint, services);
  }
  void resolve() {
    book_.resolve_tried_collisions(now_);
    naive_.resolve_tried_collisions(now_);
    require(book_.pending_count() == naive_.pending().size(), "what waits for a test");
  }

  void compare(const wire::NetEndpoint& endpoint) {
    require(book_.find(endpoint) == naive_.find(endpoint), "an address");
    require(book_.size() == naive_.infos().size(), "how many addresses");
  }

  void compare_choices(wire::NetworkId network) {
    crypto::Dice dice = crypto::Dice::of_seed(choose_(0x1'0000));
    for (const From from : {From::kBothTables, From::kNewTable}) {
      const std::size_t tried =
          from == From::kNewTable ? 0 : naive_.count_of(Table::kTried, network);
      const std::size_t most = naive_.count_of(Table::kNew, network) + tried;
      const auto selected = book_.select(now_, {network}, from, dice);
      require(selected.has_value() == (most > 0), "whether there is one to select");
      if (!selected) continue;
      require(naive_.find(selected->endpoint) == selected, "what is selected is known");
      require(selected->endpoint.address.network() == network, "the network selected");
      require(from == From::kBothTables || selected->table == Table::kNew, "the table selected");
    }
  }

  void compare_sample() {
    crypto::Dice dice = crypto::Dice::of_seed(choose_(0x1'0000));
    const auto sample = book_.sample(now_, {.max_count = 1000, .max_percent = 100}, {}, dice);
    std::size_t expected = 0;
    for (const auto& [endpoint, info] : naive_.infos()) {
      if (!NaiveBook::is_terrible(info.known, now_)) ++expected;
    }
    require(sample.size() == expected, "how many are worth passing on");
    for (const HeardAddress& each : sample) {
      const auto known = naive_.find(each.endpoint);
      require(known && !NaiveBook::is_terrible(*known, now_) && known->time == each.time,
              "what is passed on");
    }
  }

  Choose choose_;
  AddressBook book_;
  NaiveBook naive_;
  UnixTime now_ = kNow;
};

}  // namespace veilwire::addr::testing
