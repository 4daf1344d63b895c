#include "veilwire/engine/look_ahead.h"

#include <vector>

namespace veilwire::engine {

using coins::TableError;

std::expected<const coins::ReadAhead*, TableError> LookAhead::take(
    const BlockPointer& next, std::span<const BlockPointer> ready) {
  if (ahead_for_ == 0) {
    if (const auto done = read(next, ready); !done) return std::unexpected(done.error());
  }
  --ahead_for_;
  begin_more(next, ready);
  return &ahead_;
}

std::expected<void, TableError> LookAhead::read(const BlockPointer& next,
                                                std::span<const BlockPointer> ready) {
  if (!coming_) {
    std::vector<BlockPointer> blocks{next};
    blocks.insert(blocks.end(), ready.begin(), ready.end());
    return keep(coins_.read_ahead(blocks)(), blocks.size());
  }
  auto read = coming_->take();
  coming_.reset();
  return keep(std::move(read), coming_for_);
}

std::expected<void, TableError> LookAhead::keep(Result read, std::size_t blocks) {
  if (!read) return std::unexpected(std::move(read.error()));
  ahead_ = std::move(*read);
  ahead_for_ = blocks;
  return {};
}

// When as many blocks are parsed behind those that were read for as there are of these.
void LookAhead::begin_more(const BlockPointer& next, std::span<const BlockPointer> ready) {
  if (coming_ || ready.size() <= ahead_for_ || ready.size() - ahead_for_ < ahead_for_) return;
  std::vector<BlockPointer> before{next};
  before.insert(before.end(), ready.begin(),
                ready.begin() + static_cast<std::ptrdiff_t>(ahead_for_));
  const auto blocks = ready.subspan(ahead_for_);
  coming_for_ = blocks.size();
  coming_.emplace(executor_, coins_.read_ahead(blocks, before));
}

void LookAhead::forget() {
  ahead_ = {};
  ahead_for_ = 0;
  coming_.reset();
}

}  // namespace veilwire::engine
