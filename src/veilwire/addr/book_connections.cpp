// What comes of connections, and whom to connect to next.
#include <algorithm>
#include <limits>

#include "veilwire/addr/book.h"

namespace veilwire::addr {
namespace {

constexpr seconds kRefreshWhileConnected = minutes(20);

// Each entry that was not taken makes the next likelier by a fifth, so that there is an end.
constexpr unsigned kFactorBits = 16;
constexpr std::uint64_t kFirstFactor = 1u << kFactorBits;
constexpr std::uint64_t likelier(std::uint64_t factor) { return factor + factor / 5; }

}  // namespace

Promotion AddressBook::good(UnixTime at, const wire::NetEndpoint& endpoint) {
  const Seconds32 now = Seconds32::of(at);
  last_good_ = now;
  const auto number = number_of(placement_.hash_of(endpoint), endpoint);
  if (!number) return Promotion::kUnknown;
  Entry& entry = entries_[*number];
  entry.last_success = now;
  entry.last_try = now;
  entry.failures = 0;
  if (entry.state == Entry::State::kTried) return Promotion::kAlreadyTried;
  if (!tried_.at(tried_slot(entry))) {
    promote(*number);
    return Promotion::kPromoted;
  }
  if (entry.is_pending) return Promotion::kPending;
  if (pending_.size() == kMaxPendingTests) return Promotion::kNoRoom;
  entry.is_pending = true;
  pending_.push_back(*number);
  return Promotion::kPending;
}

void AddressBook::attempt(UnixTime at, const wire::NetEndpoint& endpoint, CountFailure count) {
  Entry* const entry = find_entry(endpoint);
  if (entry == nullptr) return;
  const Seconds32 now = Seconds32::of(at);
  entry->last_try = now;
  const bool was_counted =
      !entry->last_counted_failure.is_never() && entry->last_counted_failure >= last_good_;
  if (count == CountFailure::kNo || was_counted) return;
  entry->last_counted_failure = now;
  if (entry->failures < std::numeric_limits<std::uint8_t>::max()) ++entry->failures;
}

void AddressBook::connected(UnixTime at, const wire::NetEndpoint& endpoint) {
  Entry* const entry = find_entry(endpoint);
  const Seconds32 now = Seconds32::of(at);
  if (entry != nullptr && now.since(entry->time) > kRefreshWhileConnected) entry->time = now;
}

void AddressBook::set_services(const wire::NetEndpoint& endpoint, protocol::Services services) {
  if (Entry* const entry = find_entry(endpoint)) entry->services = services;
}

std::optional<KnownAddress> AddressBook::select(UnixTime at, NetworkSet networks, From from,
                                                crypto::Dice& dice) const {
  const bool has_new = new_.has_any(networks);
  const bool has_tried = from == From::kBothTables && tried_.has_any(networks);
  if (!has_new && !has_tried) return std::nullopt;
  const bool takes_tried = has_tried && (!has_new || dice.below(2) == 0);
  const BucketTable& table = takes_tried ? tried_ : new_;
  const Seconds32 now = Seconds32::of(at);
  for (std::uint64_t factor = kFirstFactor;; factor = likelier(factor)) {
    const Entry& entry = entries_[*table.pick(networks, dice)];
    if (dice.below(kCertain) < chance_of(entry, now) * factor >> kFactorBits) return known(entry);
  }
}

// -- Test before evict ----------------------------------------------------------------------------

std::optional<KnownAddress> AddressBook::select_tried_collision(crypto::Dice& dice) const {
  if (pending_.empty()) return std::nullopt;
  const EntryNumber number = pending_[dice.below(static_cast<std::uint32_t>(pending_.size()))];
  const auto old = tried_.at(tried_slot(entries_[number]));
  return old ? std::optional(known(entries_[*old])) : std::nullopt;
}

AddressBook::Verdict AddressBook::judge_pending(const Entry& entry, Seconds32 now) const {
  const auto occupant = tried_.at(tried_slot(entry));
  if (!occupant) return Verdict::kReplace;
  const Entry& old = entries_[*occupant];
  if (!old.last_success.is_never() && now.since(old.last_success) < kTestedWithin) {
    return Verdict::kOldStays;
  }
  if (!old.last_try.is_never() && now.since(old.last_try) < kTestedWithin) {
    return now.since(old.last_try) > kJustTried ? Verdict::kReplace : Verdict::kUndecided;
  }
  return now.since(entry.last_success) > kTestWindow ? Verdict::kReplace : Verdict::kUndecided;
}

void AddressBook::resolve_tried_collisions(UnixTime at) {
  const Seconds32 now = Seconds32::of(at);
  const std::vector<EntryNumber> waiting = pending_;
  for (const EntryNumber number : waiting) {
    // One that was replaced may have pushed this one out.
    if (!entries_[number].is_pending) continue;
    switch (judge_pending(entries_[number], now)) {
      case Verdict::kOldStays:
        stop_waiting(number);
        break;
      case Verdict::kReplace:
        promote(number);
        break;
      case Verdict::kUndecided:
        break;
    }
  }
}

void AddressBook::stop_waiting(EntryNumber number) {
  if (!entries_[number].is_pending) return;
  entries_[number].is_pending = false;
  std::erase(pending_, number);
}

// -- What is passed on ----------------------------------------------------------------------------

std::vector<HeardAddress> AddressBook::sample(UnixTime at, const SampleLimits& limits,
                                              std::optional<wire::NetworkId> network,
                                              crypto::Dice& dice) const {
  const Seconds32 now = Seconds32::of(at);
  std::vector<EntryNumber> rest;
  rest.reserve(size());
  for (EntryNumber number = 0; number < entries_.end(); ++number) {
    if (entries_[number].state != Entry::State::kFree) rest.push_back(number);
  }
  const std::size_t most = std::min(limits.max_count, rest.size() * limits.max_percent / 100);
  std::vector<HeardAddress> out;
  while (out.size() < most && !rest.empty()) {
    std::swap(rest[dice.below(static_cast<std::uint32_t>(rest.size()))], rest.back());
    const Entry& entry = entries_[rest.back()];
    rest.pop_back();
    if (network && entry.network() != *network) continue;
    if (is_terrible(entry, now)) continue;
    out.push_back({entry.endpoint, entry.services, entry.time.time()});
  }
  return out;
}

}  // namespace veilwire::addr
