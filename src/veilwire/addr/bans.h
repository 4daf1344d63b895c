// Addresses and subnets that an operator will not be connected to, for a time. What peers do wrong never
// gets them here: see discouraged.h.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <vector>

#include "veilwire/addr/kept_bytes.h"
#include "veilwire/addr/seconds32.h"
#include "veilwire/addr/subnet.h"

namespace veilwire::addr {

inline constexpr std::chrono::seconds kBanTime = std::chrono::hours(24);
// Ours. 200 bytes each: a list that some script fills every day does not take all memory.
inline constexpr std::size_t kMaxBans = 10'000;

struct Ban {
  Subnet subnet;
  UnixTime created{};
  UnixTime until{};

  friend bool operator==(const Ban&, const Ban&) = default;
};

enum class BanAnswer : std::uint8_t {
  kBanned,
  kBannedLonger,  // it was already, until later; nothing has changed
  kFull,          // there are kMaxBans; nothing has changed
};

class Bans {
 public:
  // An address may lie in several banned subnets: it is banned until the last of them ends.
  BanAnswer ban(UnixTime now, const Subnet& subnet, std::chrono::seconds time = kBanTime) {
    return put({subnet, now, now_and(now, time)}, now);
  }
  // The same with both times given.
  BanAnswer put(const Ban& ban, UnixTime now);
  // Whether there was one of exactly this subnet.
  bool unban(const Subnet& subnet);
  void clear();

  // Takes a look-up for each length of prefix in use.
  bool is_banned(UnixTime now, const wire::NetAddress& address) const;
  // Those that have not expired, in the order of their subnets.
  std::vector<Ban> list(UnixTime now) const;
  void drop_expired(UnixTime now);
  // With those that have expired since the last drop_expired().
  std::size_t size() const { return bans_.size(); }

 private:
  struct Times {
    Seconds32 created;
    Seconds32 until;
  };
  struct Width {
    wire::NetworkId network;
    unsigned bits;
    friend auto operator<=>(const Width&, const Width&) = default;
  };
  using Map = std::map<Subnet, Times>;

  static UnixTime now_and(UnixTime now, std::chrono::seconds time) {
    return Seconds32::of(now).before(-std::max(time, std::chrono::seconds(0))).time();
  }
  static Width width_of(const Subnet& subnet) { return {subnet.base().network(), subnet.bits()}; }
  Map::iterator drop(Map::iterator ban);

  Map bans_;
  std::map<Width, std::size_t> widths_;  // how many there are of each
};

// As bytes to be kept: see kept_bytes.h.
inline constexpr KeptKind kBansKind{"vwbans\r\n", 1, kMaxBans * 64};
Bytes ban_bytes(const Bans& bans, UnixTime now, const protocol::Magic& network);
std::expected<Bans, KeptRule> parse_bans(ByteView bytes, UnixTime now,
                                         const protocol::Magic& network);

}  // namespace veilwire::addr
