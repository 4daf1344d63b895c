// How many addresses are taken from one peer: one in ten seconds, and 1000 in answer to our getaddr. A
// peer that sends more fills no book, and costs us only the parsing.
#pragma once

#include <cstdint>

#include "veilwire/base/time.h"
#include "veilwire/wire/limits.h"

namespace veilwire::addr {

// One for each peer.
class AddrRate {
 public:
  static constexpr Duration kTimePerAddress = std::chrono::seconds(10);
  static constexpr Duration::rep kMostSaved = wire::kMaxAddresses;

  // One address is there from the beginning, so that a peer can announce itself.
  explicit AddrRate(TimePoint now) : updated_(now) {}

  // We have sent it a getaddr, and will take a whole answer.
  void on_getaddr_sent();
  // Whether the next address is taken. `now` never goes back.
  bool take(TimePoint now);

  // Addresses, since the beginning.
  std::uint64_t taken() const { return taken_; }
  std::uint64_t refused() const { return refused_; }

 private:
  static constexpr Duration kCap = kMostSaved * kTimePerAddress;

  void save_until(TimePoint now);

  TimePoint updated_;
  Duration saved_ = kTimePerAddress;  // time, of which each address uses up kTimePerAddress
  std::uint64_t taken_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace veilwire::addr
