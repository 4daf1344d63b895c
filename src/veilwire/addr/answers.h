// What a getaddr is answered with.
//
// Two attacks. Who asks often would see the whole book, and from its changes who is connected to us: so
// everybody of an audience gets the same answer for about a day. And who asks a node at its IPv4 address
// and at its onion address would find the same addresses with the same times in both answers, and know
// that the two are one node: so of other networks than the asker's, each address is told as last seen 1
// to 10 days earlier than it was, for each audience otherwise; one that was not seen for 20 days is not
// told.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "veilwire/addr/book.h"

namespace veilwire::addr {

inline constexpr Duration kShortestAnswerLife = hours(21);
inline constexpr Duration kLongestAnswerLife = hours(27);
inline constexpr seconds kLeastAgeing = hours(24);
inline constexpr seconds kMostAgeing = hours(10 * 24);
// Ours. Who is routed a whole prefix could be asked at any of its addresses, and would show the whole
// book. Each answer has up to 1000 addresses of 56 bytes; in all, with one more for each network, 1.2 MB.
inline constexpr std::size_t kMaxAudiences = 16;

// Those who get the same answer.
struct Audience {
  // Through which they come: onion for who comes by our onion service.
  wire::NetworkId network = wire::NetworkId::kIpv4;
  // Where they reached us.
  wire::NetEndpoint local{};

  friend auto operator<=>(const Audience&, const Audience&) = default;
};

class Answers {
 public:
  // The key decides how far times are put back; nobody may know it.
  Answers(const crypto::SipKey& key, crypto::Dice dice) : key_(key), dice_(std::move(dice)) {}

  // At most 23 % of the book and 1000. Valid until the next call. Where kMaxAudiences have an answer,
  // all others of a network share one.
  std::span<const HeardAddress> answer(TimePoint now, UnixTime wall, const Audience& audience,
                                       const AddressBook& book);

  std::size_t audience_count() const { return cached_.size(); }

 private:
  struct Cached {
    TimePoint expires{};
    std::vector<HeardAddress> addresses;
  };

  Audience place_for(TimePoint now, const Audience& audience);
  Cached make(TimePoint now, UnixTime wall, const Audience& audience, const AddressBook& book);
  UnixTime aged(const HeardAddress& address, const Audience& audience) const;

  crypto::SipKey key_;
  crypto::Dice dice_;
  std::map<Audience, Cached> cached_;
};

}  // namespace veilwire::addr
