#include "veilwire/addr/answers.h"

#include <algorithm>

#include "veilwire/addr/address_bytes.h"

namespace veilwire::addr {

std::span<const HeardAddress> Answers::answer(TimePoint now, UnixTime wall,
                                              const Audience& audience, const AddressBook& book) {
  const Audience place = place_for(now, audience);
  const auto found = cached_.find(place);
  if (found != cached_.end() && now < found->second.expires) return found->second.addresses;
  Cached made = make(now, wall, place, book);
  // A book that is still empty may soon have something to tell.
  if (made.addresses.empty()) {
    cached_.erase(place);
    return {};
  }
  Cached& kept = cached_[place];
  kept = std::move(made);
  return kept.addresses;
}

// The audience, or where there is no room for another, all of its network.
Audience Answers::place_for(TimePoint now, const Audience& audience) {
  if (cached_.contains(audience)) return audience;
  std::erase_if(cached_, [&](const auto& each) { return each.second.expires <= now; });
  return cached_.size() < kMaxAudiences ? audience : Audience{.network = audience.network};
}

Answers::Cached Answers::make(TimePoint now, UnixTime wall, const Audience& audience,
                              const AddressBook& book) {
  constexpr auto kSpread =
      std::chrono::duration_cast<seconds>(kLongestAnswerLife - kShortestAnswerLife);
  const seconds extra(dice_.below(static_cast<std::uint32_t>(kSpread.count()) + 1));
  Cached made{now + kShortestAnswerLife + extra, book.sample(wall, {}, std::nullopt, dice_)};
  // To age an old one by less, as the horizon would want, would tell its time to who asks twice.
  std::erase_if(made.addresses, [&](const HeardAddress& each) {
    const bool is_others = each.endpoint.address.network() != audience.network;
    return is_others &&
           Seconds32::of(wall).since(Seconds32::of(each.time)) > kHorizon - kMostAgeing;
  });
  for (HeardAddress& each : made.addresses) {
    if (each.endpoint.address.network() != audience.network) each.time = aged(each, audience);
  }
  return made;
}

// How far back follows from the time too: otherwise a time that changes would change by the same in two
// answers. While it does not change the draw is the same in the next answer, since the mean of many
// would tell the time.
UnixTime Answers::aged(const HeardAddress& address, const Audience& audience) const {
  Bytes text;
  wire::Writer writer(text);
  writer.u8(static_cast<std::uint8_t>(audience.network));
  write_endpoint(writer, audience.local);
  write_endpoint(writer, address.endpoint);
  writer.i64(to_unix_seconds(address.time));
  const std::uint64_t draw = crypto::siphash24(key_, text) >> 32;
  constexpr auto kSpan = static_cast<std::uint64_t>((kMostAgeing - kLeastAgeing).count()) + 1;
  const seconds ageing = kLeastAgeing + seconds(static_cast<std::int64_t>(draw * kSpan >> 32));
  return Seconds32::of(address.time).before(ageing).time();
}

}  // namespace veilwire::addr
