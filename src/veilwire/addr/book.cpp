#include "veilwire/addr/book.h"

#include <algorithm>
#include <utility>

#include "veilwire/base/endian.h"

namespace veilwire::addr {
namespace {

// A refreshed time is kept where it is this much later: what is seen daily need not be exact.
constexpr seconds kRefreshWhenOnline = hours(1);
constexpr seconds kRefreshOtherwise = hours(24);
constexpr seconds kOnlineWithin = hours(24);

// REQUIRES: not free.
std::size_t table_of(Entry::State state) {
  return static_cast<std::size_t>(state == Entry::State::kTried ? Table::kTried : Table::kNew);
}

bool may_be_kept(const wire::NetEndpoint& endpoint) {
  return endpoint.port != 0 && endpoint.address.is_routable();
}

}  // namespace

AddressBook::AddressBook(const BookFigures& figures, Groups groups, const crypto::SipKey& key)
    : groups_(std::move(groups)),
      placement_(key, figures),
      new_(figures.new_buckets),
      tried_(figures.tried_buckets) {}

std::expected<crypto::SipKey, EntropyFailure> AddressBook::draw_key(Entropy& entropy) {
  std::array<std::uint8_t, 16> bytes;
  if (auto filled = entropy.fill(bytes); !filled) return std::unexpected(filled.error());
  return crypto::SipKey{load_le<std::uint64_t>(bytes.data()),
                        load_le<std::uint64_t>(bytes.data() + 8)};
}

// -- Looking up -----------------------------------------------------------------------------------

std::optional<EntryNumber> AddressBook::number_of(std::uint64_t hash,
                                                  const wire::NetEndpoint& endpoint) const {
  return index_.find(hash, [&](EntryNumber number) {
    return entries_[number].hash == hash && entries_[number].endpoint == endpoint;
  });
}

Entry* AddressBook::find_entry(const wire::NetEndpoint& endpoint) {
  const auto number = number_of(placement_.hash_of(endpoint), endpoint);
  return number ? &entries_[*number] : nullptr;
}

std::optional<KnownAddress> AddressBook::find(const wire::NetEndpoint& endpoint) const {
  const auto number = number_of(placement_.hash_of(endpoint), endpoint);
  return number ? std::optional(known(entries_[*number])) : std::nullopt;
}

std::size_t AddressBook::count(Table table, wire::NetworkId network) const {
  if (network == wire::NetworkId::kTorV2) return 0;
  return counts_[static_cast<std::size_t>(table)][network_place(network)];
}

std::size_t AddressBook::count(Table table) const {
  std::size_t sum = 0;
  for (const wire::NetworkId network : kNetworks) sum += count(table, network);
  return sum;
}

std::size_t AddressBook::bytes() const {
  return sizeof *this + new_.bytes() + tried_.bytes() + index_.bytes() + entries_.bytes() +
         pending_.capacity() * sizeof(EntryNumber);
}

Slot AddressBook::tried_slot(const Entry& entry) const {
  return placement_.tried_slot(entry.hash, groups_.of(entry.endpoint.address));
}

Slot AddressBook::new_slot_by_source(const Entry& entry) const {
  return placement_.new_slot(entry.hash, groups_.of(entry.endpoint.address),
                             groups_.of(entry.source));
}

// -- What is heard --------------------------------------------------------------------------------

std::size_t AddressBook::add(UnixTime now, std::span<const HeardAddress> addresses,
                             const wire::NetAddress& source, seconds penalty, crypto::Dice& dice) {
  const AddressGroup source_group = groups_.of(source);
  std::size_t added = 0;
  for (const HeardAddress& heard : addresses) {
    const seconds own_penalty = heard.endpoint.address == source ? seconds(0) : penalty;
    if (add_one(Seconds32::of(now), heard, source, source_group, own_penalty, dice)) ++added;
  }
  return added;
}

bool AddressBook::add_one(Seconds32 now, const HeardAddress& heard, const wire::NetAddress& source,
                          AddressGroup source_group, seconds penalty, crypto::Dice& dice) {
  if (!may_be_kept(heard.endpoint)) return false;
  const Seconds32 seen = plausible_time(heard.time, now);
  const std::uint64_t hash = placement_.hash_of(heard.endpoint);
  auto number = number_of(hash, heard.endpoint);
  if (number && !wants_further_place(entries_[*number], heard, seen, now, penalty, dice)) {
    return false;
  }
  const Slot slot = placement_.new_slot(hash, groups_.of(heard.endpoint.address), source_group);
  const auto occupant = new_.at(slot);
  if (occupant && occupant == number) return false;
  if (!make_room(slot, number ? entries_[*number].new_places : 0, now)) return false;
  if (!number) {
    number = create({.hash = hash,
                     .services = heard.services,
                     .time = seen.before(penalty),
                     .endpoint = heard.endpoint,
                     .source = source});
  }
  give_new_place(*number, slot);
  return true;
}

// Refreshes what is known. Another place, and so a greater chance to be picked, is for news only, and
// each is twice as hard to get as the one before: who repeats an address does not fill the table.
bool AddressBook::wants_further_place(Entry& entry, const HeardAddress& heard, Seconds32 seen,
                                      Seconds32 now, seconds penalty, crypto::Dice& dice) const {
  const bool is_online = now.since(seen) < kOnlineWithin;
  const seconds step = is_online ? kRefreshWhenOnline : kRefreshOtherwise;
  if (entry.time < seen.before(penalty).before(step)) entry.time = seen.before(penalty);
  entry.services |= heard.services;
  if (seen <= entry.time || entry.state == Entry::State::kTried) return false;
  if (entry.new_places == figures().new_places_per_address) return false;
  return dice.below(1u << entry.new_places) == 0;
}

// Whether the slot of the new table is free now. An entry yields where it is terrible, or has another
// place while the newcomer has none.
bool AddressBook::make_room(Slot slot, std::size_t newcomers_places, Seconds32 now) {
  const auto occupant = new_.at(slot);
  if (!occupant) return true;
  const Entry& old = entries_[*occupant];
  const bool yields = is_terrible(old, now) || (old.new_places > 1 && newcomers_places == 0);
  if (yields) take_new_place(*occupant, slot);
  return yields;
}

// -- Entries and their places ---------------------------------------------------------------------

// REQUIRES: a place waits for it, so that there are never more entries than places.
EntryNumber AddressBook::create(const Entry& draft) {
  const EntryNumber number = entries_.allocate(draft);
  Entry& entry = entries_[number];
  entry.state = Entry::State::kFree;
  entry.new_places = 0;
  set_state(entry, Entry::State::kNew);
  index_.insert(entry.hash, number);
  return number;
}

void AddressBook::remove(EntryNumber number) {
  stop_waiting(number);
  Entry& entry = entries_[number];
  index_.remove(entry.hash, number);
  set_state(entry, Entry::State::kFree);
  entries_.free(number);
}

void AddressBook::set_state(Entry& entry, Entry::State state) {
  const std::size_t network = network_place(entry.network());
  if (entry.state != Entry::State::kFree) --counts_[table_of(entry.state)][network];
  entry.state = state;
  if (state != Entry::State::kFree) ++counts_[table_of(state)][network];
}

void AddressBook::give_new_place(EntryNumber number, Slot slot) {
  Entry& entry = entries_[number];
  new_.put(slot, number, entry.network());
  entry.new_slots[entry.new_places++] = slot;
}

// The last one takes the entry with it.
void AddressBook::take_new_place(EntryNumber number, Slot slot) {
  Entry& entry = entries_[number];
  new_.clear(slot, entry.network());
  *std::ranges::find(entry.new_slots, slot) = entry.new_slots[entry.new_places - 1u];
  if (--entry.new_places == 0) remove(number);
}

// REQUIRES: the slot is empty.
void AddressBook::put_in_tried(EntryNumber number, Slot slot) {
  tried_.put(slot, number, entries_[number].network());
  set_state(entries_[number], Entry::State::kTried);
}

// From the new table into the tried one.
void AddressBook::promote(EntryNumber number) {
  stop_waiting(number);
  Entry& entry = entries_[number];
  for (const Slot slot : entry.slots()) new_.clear(slot, entry.network());
  entry.new_places = 0;
  const Slot slot = tried_slot(entry);
  if (const auto old = tried_.at(slot)) demote(*old, slot);
  put_in_tried(number, slot);
}

// Back to where its source puts it; whoever has that place loses it.
void AddressBook::demote(EntryNumber number, Slot slot) {
  tried_.clear(slot, entries_[number].network());
  set_state(entries_[number], Entry::State::kNew);
  const Slot place = new_slot_by_source(entries_[number]);
  if (const auto occupant = new_.at(place)) take_new_place(*occupant, place);
  give_new_place(number, place);
}

bool AddressBook::restore(Entry draft) {
  draft.hash = placement_.hash_of(draft.endpoint);
  if (!may_be_kept(draft.endpoint) || number_of(draft.hash, draft.endpoint)) return false;
  draft.is_pending = false;
  if (draft.state == Entry::State::kTried) {
    if (const Slot slot = tried_slot(draft); !tried_.at(slot)) {
      put_in_tried(create(draft), slot);
      return true;
    }
  }
  std::vector<Slot> free;
  const auto want = [&](Slot slot) {
    if (!new_.at(slot) && std::ranges::find(free, slot) == free.end()) free.push_back(slot);
  };
  for (const Slot slot : draft.slots().first(
           std::min<std::size_t>(draft.new_places, figures().new_places_per_address))) {
    if (slot.bucket() < figures().new_buckets) {
      want(placement_.new_slot_in(slot.bucket(), draft.hash));
    }
  }
  if (free.empty()) want(new_slot_by_source(draft));
  if (free.empty()) return false;
  const EntryNumber number = create(draft);
  for (const Slot slot : free) give_new_place(number, slot);
  return true;
}

}  // namespace veilwire::addr
