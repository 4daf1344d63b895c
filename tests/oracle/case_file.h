// A difference as a file with all that it takes to see it again.
#pragma once

#include <string>
#include <vector>

#include "chain.h"
#include "node.h"

namespace veilwire::oracle {

struct Case {
  std::string instance;
  std::uint64_t seed = 0;
  std::uint64_t number = 0;
  std::vector<std::string> mutations;
  std::vector<Bytes> chain;  // from the block after the genesis block to the tip
  Bytes block;
  std::string ours;
  NodeVerdict node;
};

// JSON. The coins that the block takes and its context stand in it for those who read it; a replay
// takes both from the chain. Throws where the file cannot be written.
void write_case(const std::string& path, const Case& what, const Chain& chain);
// Throws where it is no such file.
Case read_case(const std::string& path);

}  // namespace veilwire::oracle
