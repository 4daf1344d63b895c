// Proposals to both, for as long as it is wanted.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node.h"
#include "proposal.h"
#include "tally.h"

namespace veilwire::oracle {

struct RunOptions {
  std::uint64_t seed = 1;
  std::chrono::duration<double> time{60};
  std::string cases = ".";  // the folder for differences
};

// One node, and our chain that it shares.
class Bench {
 public:
  // Makes the chain and gives it to the node. Throws where the node refuses a block of it.
  Bench(const Instance& instance, std::unique_ptr<Node> node, const RunOptions& options);

  const FundedChain& funded() const { return funded_; }
  Node& node() { return *node_; }

  // A batch from proposal to comparison, in two parts, so that the node may work in between. One is
  // under way at most.
  void begin();
  bool is_under_way() const { return !proposals_.empty(); }
  void end(Tally& tally);

 private:
  void compare(std::size_t place, const NodeVerdict& node, Tally& tally);

  const Instance& instance_;
  std::unique_ptr<Node> node_;
  RunOptions options_;
  FundedChain funded_;
  std::uint64_t next_ = 0;
  std::vector<Proposal> proposals_;
  std::vector<OurVerdict> ours_;
};

// Gives a node the chain, block by block, and sets its clock. Throws where it refuses one.
void feed(Node& node, const Chain& chain);

// Returns when the time is over. Writes how far it is to standard error where that is a terminal.
Tally run(std::deque<Bench>& benches, const RunOptions& options);

}  // namespace veilwire::oracle
