// The tree of headers: which are valid, whose blocks are here, and which chain is the best.
//
// A block is remembered as bad only where its hash is: a failure that may be of the copy alone
// (consensus::Guilt::kCopy: a Merkle root that two lists of transactions share, a witness that was
// stripped) drops the copy, and the block can be had elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>

#include "veilwire/chain/header_nodes.h"
#include "veilwire/chain/header_refusal.h"
#include "veilwire/consensus/failure.h"
#include "veilwire/protocol/network.h"

namespace veilwire::chain {

struct Added {
  enum class Novelty : std::uint8_t { kNew, kKnown };

  NodeIndex index{};
  Novelty novelty{};

  friend bool operator==(const Added&, const Added&) = default;
};

// Of several headers in a row: how many were taken or known, the last of them, and why not the
// next.
struct AddedRun {
  std::size_t taken = 0;
  std::optional<NodeIndex> last{};
  std::optional<HeaderRefusal> refusal{};
};

// What is known against a block.
enum class Blame : std::uint8_t {
  kNone,
  kOwnFault,   // it broke a rule, or a person has said so
  kAncestors,  // it stands on one that did
};

// What a tree was told of one block, to be written down and told to the next tree.
struct StoredStanding {
  enum class Data : std::uint8_t { kAbsent, kHere, kConnected };
  Data data{};
  bool has_failed = false;  // by its own fault
  // In which order chains became whole; 0 where its own has not.
  std::uint32_t sequence = 0;

  friend bool operator==(const StoredStanding&, const StoredStanding&) = default;
};

// One thread's, but for what HeaderNodes says of others. 120 bytes a header and 10.7 to 21.4 for
// the index: 51 to 62 beyond the header's own 80.
class HeaderTree {
 public:
  // The network must outlive it. The salt is secret: HashIndex.
  HeaderTree(const protocol::Network& network, std::uint64_t salt);

  const protocol::Network& network() const { return network_; }
  const HeaderNodes& nodes() const { return nodes_; }

  // -- Headers in ---------------------------------------------------------------------------------

  // Takes a header that keeps the rules: work first, then those of its place
  // (consensus::check_header), then the clock's. One that comes too early is not kept, and its
  // children are then of an unknown parent: that is nobody's fault, and they may be asked for
  // again.
  std::expected<Added, HeaderRefusal> add(const wire::BlockHeader& header, UnixTime now);
  std::expected<Added, HeaderRefusal> add(const HashedHeader& header, UnixTime now);
  // One after the other up to the first that is refused; hashed side by side.
  AddedRun add(std::span<const wire::BlockHeader> headers, UnixTime now);
  AddedRun add(std::span<const HashedHeader> headers, UnixTime now);

  // A header that this tree or one before it has checked and that was kept on our own disk; parents
  // come before children. Nothing where its parent is unknown, it is there already or the tree is
  // full.
  std::optional<NodeIndex> restore(const HashedHeader& header);
  // What was known of the blocks, by their index, once all headers are back and before anything else
  // is learned. Of blocks behind its end nothing was.
  void restore_standings(const StableArray<StoredStanding>& standings);

  // -- What is learned of blocks ------------------------------------------------------------------

  // The block is in our hands and sound as far as one can tell without its ancestors' coins.
  void set_data_here(NodeIndex index);
  // It is not any more: pruned, damaged, or the copy was wrong. A block that was connected once
  // stays part of its chain.
  void drop_data(NodeIndex index);
  // It keeps every rule, and so do its ancestors.
  void set_connected(NodeIndex index);
  // What undoes it is lost: it, and all that stands on it, has to be connected again.
  void unconnect(NodeIndex index);
  // It broke a rule; what follows depends on whose fault that is: nothing where only the clock says
  // so, the data are dropped where it may be the copy's, else the block and all on it are bad.
  void refuse(NodeIndex index, const consensus::Failure& failure);
  // As the calls `invalidateblock` and `reconsiderblock` do: a person's word for it, and the word
  // taken back from the block, its ancestors and all that stands on it. The genesis block is valid
  // whatever anybody says.
  void invalidate(NodeIndex index);
  void reconsider(NodeIndex index);

  // -- Questions ----------------------------------------------------------------------------------

  // Of the headers not known to be bad the one with the most work, of several the first.
  NodeIndex best_header() const { return best_header_; }
  // The same among blocks that are here with all their ancestors; of several the one whose chain
  // was whole first. That is where the active chain should go.
  NodeIndex best_block() const { return best_block_; }

  bool has_data(NodeIndex index) const { return standings_[index].has(kData); }
  // It and all its ancestors are here, or were when they were connected.
  bool is_whole(NodeIndex index) const { return standings_[index].sequence != kNotWhole; }
  bool is_connected(NodeIndex index) const { return standings_[index].has(kConnected); }
  Blame blame(NodeIndex index) const;
  StoredStanding standing(NodeIndex index) const;

  // What it has allocated, but for the few blocks that wait for an ancestor.
  std::size_t bytes() const { return nodes_.bytes() + standings_.bytes(); }

 private:
  static constexpr std::uint8_t kData = 1;
  static constexpr std::uint8_t kConnected = 2;
  static constexpr std::uint8_t kFailed = 4;
  static constexpr std::uint8_t kAncestorFailed = 8;
  static constexpr std::uint8_t kBad = kFailed | kAncestorFailed;
  static constexpr std::uint32_t kNotWhole = 0;

  // The part that changes, 8 bytes.
  struct Standing {
    std::uint32_t sequence = kNotWhole;  // in which chains became whole
    std::uint8_t flags = 0;

    bool has(std::uint8_t any_of) const { return (flags & any_of) != 0; }
    void set(std::uint8_t these) { flags = static_cast<std::uint8_t>(flags | these); }
    void clear(std::uint8_t these) { flags = static_cast<std::uint8_t>(flags & ~these); }
  };

  std::optional<HeaderRefusal> refusal_after(NodeIndex parent, const wire::BlockHeader& header,
                                             UnixTime now) const;
  NodeIndex append(const HashedHeader& header, NodeIndex parent);
  void restore_data(NodeIndex index, const StoredStanding& standing);
  void make_whole(NodeIndex index);
  void stop_waiting(NodeIndex index);
  void consider(NodeIndex index);
  bool is_better_block(NodeIndex a, NodeIndex than) const;
  void derive_from(NodeIndex first);
  void find_bests();
  void derive_failure(NodeIndex index);
  void derive_wholeness(NodeIndex index);

  const protocol::Network& network_;
  HeaderNodes nodes_;
  StableArray<Standing> standings_;
  std::uint32_t last_sequence_ = kNotWhole;
  // Blocks that are here and whose parent's chain is not whole, by that parent. They are of the window of
  // the download, or not far above the tip.
  std::multimap<NodeIndex, NodeIndex> waiting_;
  NodeIndex best_header_{};
  NodeIndex best_block_{};
};

}  // namespace veilwire::chain
