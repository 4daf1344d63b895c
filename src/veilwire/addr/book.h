// The addresses of other nodes that we know: what peers told us lies in the new table, what we have
// been connected to in the tried table.
//
// The attack is the eclipse: somebody fills the book with addresses of his own, until all our peers
// are his. What bounds him, whatever he sends: an address may lie only where a secret key and its group
// allow (placement.h), what he tells goes to the few buckets of his own group, and what lies in the
// tried table is pushed out only after it has failed a test.
//
// Time and dice are arguments, and `now` may be any number: nothing overflows. The same calls with the
// same key and dice give the same book and the same choices on every machine.
//
// Memory: 15 kB for an empty book; 296 bytes for each bucket in use, and at most as many entries of 128
// bytes as the tables have places: 12 MB in all, whatever peers send. See bytes().
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "veilwire/addr/bucket_table.h"
#include "veilwire/addr/endpoint_index.h"
#include "veilwire/addr/entry_store.h"
#include "veilwire/base/entropy.h"

namespace veilwire::addr {

// What is known after good().
enum class Promotion : std::uint8_t {
  kUnknown,       // the book does not have it
  kAlreadyTried,  // it was in the tried table before
  kPromoted,      // it is there now
  kPending,       // the entry in its place is to be tested first
  kNoRoom,        // as many as may wait for a test do
};

enum class CountFailure : std::uint8_t { kNo, kYes };
enum class From : std::uint8_t { kBothTables, kNewTable };

struct SampleLimits {
  std::size_t max_count = wire::kMaxAddresses;
  // Of the whole book, whatever the network.
  std::size_t max_percent = 23;
};

class AddressBook {
 public:
  AddressBook(const BookFigures& figures, Groups groups, const crypto::SipKey& key);

  static std::expected<crypto::SipKey, EntropyFailure> draw_key(Entropy& entropy);

  const BookFigures& figures() const { return placement_.figures(); }
  const Groups& groups() const { return groups_; }
  const crypto::SipKey& key() const { return placement_.key(); }

  // -- What is heard ------------------------------------------------------------------------------

  // What `source` tells; each address counts as last seen `penalty` before the time that it says,
  // but for the source's own. Returns how many places were taken. Left out are unroutable addresses
  // and port 0. A time over kMaxTimeAhead ahead, or before 1973, is taken for five days ago.
  std::size_t add(UnixTime now, std::span<const HeardAddress> addresses,
                  const wire::NetAddress& source, seconds penalty, crypto::Dice& dice);

  // -- What comes of connections; each does nothing for what is not in the book --------------------

  // A connection was made, and the peer is what we look for.
  Promotion good(UnixTime now, const wire::NetEndpoint& endpoint);
  // A connection is tried. That it failed is counted once, until some other address was good: while
  // our own line is down, nobody is blamed.
  void attempt(UnixTime now, const wire::NetEndpoint& endpoint, CountFailure count);
  // A connection has ended; until now the address was there. Not called when it begins, since times
  // are passed on, and would tell who is connected to us.
  void connected(UnixTime now, const wire::NetEndpoint& endpoint);
  void set_services(const wire::NetEndpoint& endpoint, protocol::Services services);

  // -- Whom to connect to -------------------------------------------------------------------------

  // One of the networks, of either table equally likely where both have one; what failed, or was
  // tried just now, is unlikely. Nothing where there is none.
  std::optional<KnownAddress> select(UnixTime now, NetworkSet networks, From from,
                                     crypto::Dice& dice) const;

  // Test before evict: a tried entry whose place another has a claim to. Connect to it and say
  // attempt() and good(), then ask for the tests' results.
  std::optional<KnownAddress> select_tried_collision(crypto::Dice& dice) const;
  void resolve_tried_collisions(UnixTime now);
  std::size_t pending_count() const { return pending_.size(); }

  // -- What is passed on --------------------------------------------------------------------------

  // Different ones in random order, none of them terrible.
  std::vector<HeardAddress> sample(UnixTime now, const SampleLimits& limits,
                                   std::optional<wire::NetworkId> network,
                                   crypto::Dice& dice) const;

  // -- What is there ------------------------------------------------------------------------------

  std::size_t size() const { return entries_.size(); }
  // Addresses, each once.
  std::size_t count(Table table, wire::NetworkId network) const;
  std::size_t count(Table table) const;
  std::optional<KnownAddress> find(const wire::NetEndpoint& endpoint) const;
  // All its memory but the map of groups.
  std::size_t bytes() const;

  // -- For book_bytes -----------------------------------------------------------------------------

  // In an order that the calls before decide.
  template <typename Visitor>
  void for_each(Visitor visitor) const {
    for (EntryNumber number = 0; number < entries_.end(); ++number) {
      if (entries_[number].state != Entry::State::kFree) visitor(entries_[number]);
    }
  }
  // Puts an entry where it was: of `draft` neither the hash nor the places in the buckets are taken.
  // Where none of its places is free it goes where its source puts it, or nowhere. Whether it is in
  // the book now. One that is there already is not replaced.
  bool restore(Entry draft);

 private:
  std::optional<EntryNumber> number_of(std::uint64_t hash, const wire::NetEndpoint& endpoint) const;
  Entry* find_entry(const wire::NetEndpoint& endpoint);
  Slot tried_slot(const Entry& entry) const;
  Slot new_slot_by_source(const Entry& entry) const;

  bool add_one(Seconds32 now, const HeardAddress& heard, const wire::NetAddress& source,
               AddressGroup source_group, seconds penalty, crypto::Dice& dice);
  bool wants_further_place(Entry& entry, const HeardAddress& heard, Seconds32 seen, Seconds32 now,
                           seconds penalty, crypto::Dice& dice) const;
  bool make_room(Slot slot, std::size_t newcomers_places, Seconds32 now);

  EntryNumber create(const Entry& draft);
  void remove(EntryNumber number);
  void give_new_place(EntryNumber number, Slot slot);
  void take_new_place(EntryNumber number, Slot slot);
  void put_in_tried(EntryNumber number, Slot slot);
  void promote(EntryNumber number);
  void demote(EntryNumber number, Slot slot);
  void set_state(Entry& entry, Entry::State state);

  enum class Verdict : std::uint8_t { kOldStays, kReplace, kUndecided };
  Verdict judge_pending(const Entry& entry, Seconds32 now) const;
  void stop_waiting(EntryNumber number);

  Groups groups_;
  Placement placement_;
  BucketTable new_;
  BucketTable tried_;
  EntryStore entries_;
  EndpointIndex index_;
  std::vector<EntryNumber> pending_;
  // By table, then network.
  std::array<std::array<std::uint32_t, kNetworks.size()>, 2> counts_{};
  Seconds32 last_good_;  // of any address
};

}  // namespace veilwire::addr
