#include "veilwire/store/chain_log.h"

#include <algorithm>

namespace veilwire::store {

namespace {

using chain::NodeIndex;

constexpr LogFormat kFormat{{'v', 'w', 'c', 'h'}, 1};

// A smaller log is left as it is: whatever was said otherwise later in it, it is read in a few
// hundredths of a second.
constexpr std::uint64_t kWorthWritingAnewBytes = 4 << 20;

// A log that cannot be written anew, for want of room above all, serves as well as it did.
void write_anew_if_worth_it(const ToldChain& told, RecordLog& log) {
  if (log.size() < kWorthWritingAnewBytes || log.size() <= 2 * told.bytes()) return;
  static_cast<void>(log.replace([&told](RecordLog& to) { return told.write(to); }));
}

}  // namespace

std::expected<ChainLog, LogError> ChainLog::open(host::Files& files, const std::string& path,
                                                 chain::HeaderTree& tree) {
  ToldChain told(tree);
  auto log =
      RecordLog::open(files, path, kFormat, [&told](ByteView record) { return told.take(record); });
  if (!log) return std::unexpected(log.error());
  if (told.refusal() != nullptr) {
    return std::unexpected(LogError{LogError::Kind::kForeign, "'" + path + "' " + told.refusal()});
  }
  told.finish();
  if (told.is_begun()) {
    write_anew_if_worth_it(told, *log);
  } else if (const auto added = log->add(network_record(tree.network().magic)); !added) {
    return std::unexpected(LogError::of(added.error()));
  }
  return ChainLog(std::move(*log), tree, told);
}

host::FileResult<void> ChainLog::keep_headers(const chain::HeaderTree& tree) {
  while (kept_headers_ < tree.nodes().size()) {
    const auto added = log_.add(headers_record(tree, kept_headers_));
    if (!added) return added;
    kept_headers_ = std::min(kept_headers_ + kTogether, tree.nodes().size());
  }
  return {};
}

host::FileResult<void> ChainLog::keep_block(const chain::HeaderTree& tree, NodeIndex index,
                                            const BlockPlaces& places) {
  if (const auto kept = keep_headers(tree); !kept) return kept;
  const BlockEntry block{index.value(), tree.standing(index), places};
  if (const auto added = log_.add(blocks_record({&block, 1})); !added) return added;
  places_.set(index, places);
  return {};
}

host::FileResult<void> ChainLog::keep_tip(const chain::HeaderTree& tree, NodeIndex index) {
  if (const auto kept = keep_headers(tree); !kept) return kept;
  if (const auto added = log_.add(tip_record(index.value())); !added) return added;
  tip_ = index;
  return {};
}

}  // namespace veilwire::store
