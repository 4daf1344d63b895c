// Blocks that a whole chain is needed for, and what a real node said of them.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "veilwire/consensus/script/error.h"
#include "veilwire/consensus/testing/vectors.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/block.h"

namespace veilwire::consensus::testing {

// Blocks that lie one after the other.
inline std::vector<Bytes> split_blocks(ByteView all) {
  std::vector<Bytes> blocks;
  for (wire::Reader reader(all); reader.left() > 0;) {
    const std::uint8_t* const begin = reader.position();
    (void)wire::Block::read(reader);
    if (!reader.ok()) throw std::runtime_error("a block that cannot be read");
    blocks.emplace_back(begin, reader.position());
  }
  return blocks;
}

// -- full_blocks_regtest ----------------------------------------------------------------------------

// In which words the node tells of a script's failure.
inline ScriptError error_of_sentence(std::string_view sentence) {
  const std::map<std::string_view, ScriptError> kSentences{
      {"Witness provided for non-witness script", ScriptError::kWitnessUnexpected},
      {"Invalid OP_IF construction", ScriptError::kUnbalancedConditional},
      {"OP_RETURN was encountered", ScriptError::kOpReturn},
      {"Attempted to use a disabled opcode", ScriptError::kDisabledOpcode},
  };
  return kSentences.at(sentence);
}

// What our chain says where the node says this.
inline std::string our_words(const boost::json::value& node_says) {
  if (node_says.is_null()) return {};
  const std::string said = text_of(node_says);
  if (said.starts_with("rpc error: Block decode failed")) return "decode";
  if (said.starts_with("bad-version(")) return "bad-version";
  constexpr std::string_view kScript = "mandatory-script-verify-flag-failed (";
  if (!said.starts_with(kScript)) return said;
  const std::string sentence = said.substr(kScript.size(), said.size() - kScript.size() - 1);
  return "block-script-verify-flag-failed (" +
         std::string(script_error_name(error_of_sentence(sentence))) + ")";
}

// Without the place in the block, which the node does not tell.
inline std::string without_place(const std::string& failure) {
  return failure.substr(0, failure.find(", transaction"));
}

// After this step the scenario had the node call its tip invalid (`invalidateblock`), which is no
// step of the file but shows in the next one's tip.
inline constexpr std::size_t kTipIsCalledInvalidAfter = 186;

struct FullBlocksStep {
  std::size_t number = 0;
  Bytes block;
  UnixTime now{};
  std::string verdict;  // in our words, without a place; nothing where the block is the new tip
  std::string tip;      // after it, for display
};

inline std::vector<FullBlocksStep> full_blocks_steps(const boost::json::value& file) {
  std::vector<FullBlocksStep> steps;
  for (const boost::json::value& each : file.at("steps").as_array()) {
    const boost::json::object& step = each.as_object();
    steps.push_back({.number = steps.size(),
                     .block = unhex(step.at("block")),
                     .now = from_unix_seconds(step.at("unix_time").to_number<std::int64_t>()),
                     .verdict = our_words(step.at("node_says")),
                     .tip = std::string(text_of(step.at("tip")))});
  }
  return steps;
}

// The rules of the node that was asked.
inline protocol::Network full_blocks_network() {
  protocol::Network network = *protocol::network_from_name("regtest");
  network.heights.bip34 = protocol::Height::of(2);
  return network;
}

}  // namespace veilwire::consensus::testing
