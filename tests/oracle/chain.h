// A chain on regtest as a node would know it, and our verdicts on what might come next.
#pragma once

#include <string>
#include <vector>

#include "instance.h"
#include "veilwire/consensus/check_block.h"
#include "veilwire/consensus/testing/coin_map.h"
#include "veilwire/consensus/testing/listed_ancestors.h"

namespace veilwire::oracle {

struct OurVerdict {
  bool valid = false;
  std::string reason;  // "valid" where it is

  static OurVerdict refused(std::string reason) { return {false, std::move(reason)}; }
};

// A block with what it takes from the chain. Both null where the bytes are no block.
struct Taken {
  std::shared_ptr<const consensus::ParsedBlock> block;
  std::shared_ptr<const consensus::OutsideCoins> coins;
};

class Chain {
 public:
  // The genesis block only.
  explicit Chain(const Instance& instance);

  const Instance& instance() const { return *instance_; }
  const protocol::Network& network() const { return network_; }
  const consensus::Ancestors& ancestors() const { return ancestors_; }
  protocol::Height next_height() const { return ancestors_.last().next(); }
  const consensus::Ancestor tip() const { return ancestors_.at(ancestors_.last()); }
  UnixTime median_time() const;
  consensus::Amount subsidy() const;
  // The clock of the node, which stands still: somewhat after the tip.
  UnixTime now() const;

  // As a proposal: without proof of work.
  OurVerdict judge(const Bytes& block) const;
  Taken taken_by(const Bytes& block) const;
  // The block becomes the tip. Throws where it is not valid.
  void add(const Bytes& block);
  // All blocks added, the first one after the genesis block first.
  const std::vector<Bytes>& blocks() const { return blocks_; }

 private:
  consensus::Verdict check(std::shared_ptr<const consensus::ParsedBlock> block,
                           consensus::CheckScope::Work work) const;

  const Instance* instance_;
  protocol::Network network_;
  consensus::testing::ListedAncestors ancestors_;
  consensus::testing::CoinMap coins_;
  std::vector<Bytes> blocks_;
};

}  // namespace veilwire::oracle
