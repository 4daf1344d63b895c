#include "veilwire/consensus/parsed_block.h"

namespace veilwire::consensus {

std::expected<std::shared_ptr<const ParsedBlock>, wire::PayloadRule> ParsedBlock::parse(
    Bytes payload) {
  auto block = wire::Owned<wire::Block>::parse(std::move(payload));
  if (!block) return std::unexpected(block.error());
  return std::make_shared<const ParsedBlock>(std::move(*block));
}

ParsedBlock::ParsedBlock(wire::Owned<wire::Block> block)
    : block_(std::move(block)),
      hash_(block_->header.hash()),
      ids_(wire::ids_of(*block_)),
      sources_(find_input_sources(block_->transactions, ids_, hash_)) {}

}  // namespace veilwire::consensus
