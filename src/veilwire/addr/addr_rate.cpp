#include "veilwire/addr/addr_rate.h"

#include <algorithm>

namespace veilwire::addr {

// A second getaddr, which we do not send, adds nothing that was not used up.
void AddrRate::on_getaddr_sent() { saved_ = std::min(saved_ + kCap, 2 * kCap); }

// What a getaddr has added may lie over the cap, and is not taken away.
void AddrRate::save_until(TimePoint now) {
  if (now <= updated_) return;
  // Unsigned, since two ends of the clock are further apart than a Duration is long.
  const auto passed = static_cast<std::uint64_t>(now.time_since_epoch().count()) -
                      static_cast<std::uint64_t>(updated_.time_since_epoch().count());
  updated_ = now;
  const auto most = static_cast<std::uint64_t>(kCap.count());
  const Duration earned(static_cast<Duration::rep>(std::min(passed, most)));
  if (saved_ < kCap) saved_ = std::min(saved_ + earned, kCap);
}

bool AddrRate::take(TimePoint now) {
  save_until(now);
  if (saved_ < kTimePerAddress) {
    ++refused_;
    return false;
  }
  saved_ -= kTimePerAddress;
  ++taken_;
  return true;
}

}  // namespace veilwire::addr
