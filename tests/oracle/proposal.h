// One block for both to judge.
#pragma once

#include <string_view>
#include <vector>

#include "wallet.h"

namespace veilwire::oracle {

struct Proposal {
  std::uint64_t number = 0;
  Bytes block;
  std::vector<std::string_view> mutations;  // what was done to it
};

// The same for the same seed, chain and number.
Proposal make_proposal(const FundedChain& funded, std::uint64_t seed, std::uint64_t number);

}  // namespace veilwire::oracle
