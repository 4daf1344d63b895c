// Ways to make a block wrong, or unusual.
#pragma once

#include <span>
#include <string_view>

#include "workpiece.h"

namespace veilwire::oracle {

// When it is done: what is changed before signing is signed, what is changed in the outer structure
// after it was finished stays wrong.
enum class Phase : std::uint8_t { kPlan, kSigned, kFinished };

struct Mutation {
  std::string_view name;
  std::size_t weight;
  Phase phase;
  void (*apply)(Workpiece&);
};

// By what they change.
std::span<const Mutation> coin_mutations();
std::span<const Mutation> coinbase_mutations();
std::span<const Mutation> limit_mutations();
std::span<const Mutation> signature_mutations();
std::span<const Mutation> script_mutations();
std::span<const Mutation> witness_mutations();
std::span<const Mutation> outer_mutations();

// All of these.
std::span<const Mutation> mutations();
// Blocks as large as can be, each of which costs as much as hundreds of others.
std::span<const Mutation> rare_mutations();

// What changes the bytes of a whole block.
struct BytesMutation {
  std::string_view name;
  std::size_t weight;
  Bytes (*apply)(const Workpiece&, Dice&);
};
std::span<const BytesMutation> bytes_mutations();

}  // namespace veilwire::oracle
