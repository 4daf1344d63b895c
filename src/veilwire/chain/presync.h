// Headers of a chain that has yet to show its work.
//
// The attack: headers of little work cost nothing once one chip made for it is at hand, and whoever
// keeps what he is sent runs out of memory. The defence: such a chain is fetched twice. The first
// time its headers are only added up, with one bit in several hundred headers kept of them; which
// headers, and what the bit is of, nobody else knows. Once the claimed work is enough the chain is
// fetched again, and a header is let into the tree only when it is buried under so many headers
// whose bits were the same that another chain than the first would have been noticed.
//
// Needs nothing of the tree but where the chain begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "veilwire/base/entropy.h"
#include "veilwire/base/time.h"
#include "veilwire/chain/bit_queue.h"
#include "veilwire/chain/header_nodes.h"
#include "veilwire/chain/header_sync_end.h"
#include "veilwire/crypto/siphash.h"
#include "veilwire/protocol/network.h"

namespace veilwire::chain {

// The header of ours on which the chain stands.
struct PresyncStart {
  Hash256 hash{};
  protocol::Height height{};
  std::uint32_t bits = 0;
  ChainWork work{};
  UnixTime median_time{};
};

class Presync {
 public:
  enum class Phase : std::uint8_t { kCommitting, kRedownloading, kDone };

  // Draws the secret of its commitments. The network must outlive it.
  static std::expected<Presync, EntropyFailure> begin(const protocol::Network& network,
                                                      const PresyncStart& start,
                                                      const ChainWork& required, UnixTime now,
                                                      Entropy& entropy);

  // The next message: what it lets into the tree, oldest first. Up to redownload_buffer + 2000 at
  // the end. Less than a full message (wire::kMaxHeaders) is the chain's end. After a failure, and
  // once it is done, it is of no more use.
  std::expected<std::vector<HashedHeader>, HeaderSyncEnd> on_headers(
      std::span<const HashedHeader> headers);

  Phase phase() const { return phase_; }
  const PresyncStart& start() const { return start_; }
  // After which header the peer is to be asked next, in the phase that it is in.
  const Hash256& last() const { return last_.hash; }
  protocol::Height height() const { return last_.height; }
  const ChainWork& work() const { return last_.work; }

  // What it holds. At most: bits for six headers a second since the start, since the median of
  // eleven times goes on by a second in six blocks at the least, and 80 bytes for each of
  // redownload_buffer + 2000 headers. Of main from its genesis block on that is 0.63 MB of bits,
  // for which a peer must send 260 GB of headers with work, and 1.38 MB of headers, for which it
  // must have shown the network's work; an honest chain of a million headers takes 0.2 KB and 1.38
  // MB.
  std::size_t bytes() const;
  static std::size_t most_bytes(const protocol::Network& network, const PresyncStart& start,
                                UnixTime now);

 private:
  // Of the last header of the phase.
  struct Last {
    Hash256 hash{};
    protocol::Height height{};
    std::uint32_t bits = 0;
    ChainWork work{};
  };
  // A header without the previous one's hash, with its own. 80 bytes.
  struct Held {
    Hash256 hash;
    Hash256 merkle_root;
    std::int32_t version;
    std::uint32_t time;
    std::uint32_t bits;
    std::uint32_t nonce;
  };

  Presync(const protocol::Network& network, const PresyncStart& start, const ChainWork& required,
          UnixTime now);

  std::expected<void, HeaderSyncEnd> take(const HashedHeader& header);
  std::expected<void, HeaderSyncEnd> commit(const HashedHeader& header);
  std::expected<void, HeaderSyncEnd> hold(const HashedHeader& header);
  bool is_committed_to(protocol::Height height) const;
  bool bit_of(const Hash256& hash) const;
  void begin_again();
  void release(std::vector<HashedHeader>& out);

  const protocol::Network* network_;
  PresyncStart start_;
  ChainWork required_;
  std::size_t most_commitments_;
  Phase phase_ = Phase::kCommitting;
  Last last_;

  crypto::SipKey key_{};
  std::uint32_t offset_ = 0;  // of the heights that are committed to, within a period
  BitQueue commitments_;

  bool has_enough_ = false;  // work, the second time
  Hash256 before_held_{};    // of the header before the first that is held
  std::vector<Held> held_;

  WorkOfBits work_of_;
};

}  // namespace veilwire::chain
