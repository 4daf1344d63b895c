// What changed in the set of coins since some state of it: coins that were added, and those of the
// state below that are gone. In as little memory as can be.
//
// The outputs of a transaction lie together, eight at most: a record has the txid once, which of the
// eight are known, and the coins as write_coin() writes them. About 50 bytes a coin with two of one
// transaction, 75 with one, the index included; bytes() tells exactly. Whoever fills it bounds it, by
// a checkpoint.
//
// The index hashes under a key that nobody outside knows: ids that share a place cannot be chosen.
// One thread at a time; once nothing changes any more, any number.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <vector>

#include "veilwire/coins/coin_encoding.h"
#include "veilwire/coins/record_arena.h"
#include "veilwire/coins/table.h"
#include "veilwire/crypto/siphash.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::coins {

// Whether the state below has, or may have, something at an outpoint.
enum class Below : std::uint8_t { kHasNothing, kMayHave };

struct NewCoin {
  std::uint32_t output = 0;
  consensus::Coin coin;
};

class ChangeTable final : public Changes {
 public:
  // Outputs with a higher index are known nowhere: no block has room for as many.
  static constexpr std::uint32_t kMaxOutput = 8 * 65'536 - 1;

  explicit ChangeTable(const crypto::SipKey& salt);
  ChangeTable(const ChangeTable&) = delete;
  ChangeTable& operator=(const ChangeTable&) = delete;

  enum class Knowledge : std::uint8_t { kNone, kCoin, kGone };
  struct Answer {
    Knowledge knowledge = Knowledge::kNone;
    ByteView coin;  // for read_coin(); valid until something changes
  };
  Answer find(const wire::Outpoint& outpoint) const;

  // Replaces what is known. `below` is what is known of the state below where nothing is known yet.
  // REQUIRES: outputs in order, each at most kMaxOutput; scripts that can be spent.
  void add(const Hash256& txid, std::span<const NewCoin> coins, Below below);
  // A coin of which the state below has nothing is forgotten; any other is known to be gone.
  // REQUIRES: outpoint.index <= kMaxOutput.
  void remove(const wire::Outpoint& outpoint);

  void for_each(const Visitor& visitor) const override;

  std::size_t coin_count() const { return coin_count_; }
  std::size_t gone_count() const { return gone_count_; }
  // All its memory, the object's own too. for_each() takes eight bytes a record more while it runs.
  std::size_t bytes() const;

 private:
  struct Key;
  struct Record;

  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const ChangeTable* table;
    std::size_t operator()(const Key& key) const;
    std::size_t operator()(RecordArena::Place place) const;
  };
  struct Equal {
    using is_transparent = void;
    const ChangeTable* table;
    bool operator()(RecordArena::Place a, RecordArena::Place b) const { return a == b; }
    bool operator()(const Key& key, RecordArena::Place place) const;
    bool operator()(RecordArena::Place place, const Key& key) const { return (*this)(key, place); }
  };
  // Tells how much is taken.
  template <typename T>
  struct Counting {
    using value_type = T;
    std::size_t* taken;

    explicit Counting(std::size_t* counter) : taken(counter) {}
    template <typename U>
    Counting(const Counting<U>& other) : taken(other.taken) {}
    T* allocate(std::size_t count) {
      T* const memory = std::allocator<T>().allocate(count);
      *taken += count * sizeof(T);
      return memory;
    }
    void deallocate(T* memory, std::size_t count) {
      *taken -= count * sizeof(T);
      std::allocator<T>().deallocate(memory, count);
    }
    template <typename U>
    bool operator==(const Counting<U>& other) const {
      return taken == other.taken;
    }
  };
  using Index =
      boost::unordered_flat_set<RecordArena::Place, Hash, Equal, Counting<RecordArena::Place>>;

  Record record_at(RecordArena::Place place) const;
  void encode(const Record& record);
  void count(const Record& record, std::size_t times);
  // Puts it in the place of the old one, where there is one.
  void store(const Record& record, Index::iterator old);
  bool is_before(RecordArena::Place a, RecordArena::Place b) const;
  // A record by the first bytes of its txid.
  struct SortedPlace {
    std::uint32_t prefix;
    RecordArena::Place place;
  };
  std::vector<SortedPlace> sorted_places() const;

  crypto::SipKey salt_;
  RecordArena arena_;
  std::size_t index_bytes_ = 0;
  Index index_;
  std::size_t coin_count_ = 0;
  std::size_t gone_count_ = 0;
  // Of what is being stored.
  Bytes encoded_coins_;
  Bytes record_bytes_;
};

}  // namespace veilwire::coins
