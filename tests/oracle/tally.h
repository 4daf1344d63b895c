// How many verdicts of each kind there were.
#pragma once

#include <map>
#include <string>

#include "chain.h"
#include "node.h"
#include "proposal.h"

namespace veilwire::oracle {

class Tally {
 public:
  void add(const Proposal& proposal, const OurVerdict& ours, const NodeVerdict& node);
  void add_difference() { ++differences_; }

  std::uint64_t verdicts() const { return verdicts_; }
  std::uint64_t valid() const { return valid_; }
  std::uint64_t differences() const { return differences_; }
  // Three tables: our reasons, the node's, and what each mutation came to.
  std::string text() const;

 private:
  struct Outcome {
    std::uint64_t tried = 0;
    std::uint64_t valid = 0;
  };

  std::uint64_t verdicts_ = 0;
  std::uint64_t valid_ = 0;
  std::uint64_t differences_ = 0;
  std::map<std::string, std::uint64_t> ours_;
  std::map<std::string, std::uint64_t> node_;
  std::map<std::string_view, Outcome> mutations_;
};

}  // namespace veilwire::oracle
