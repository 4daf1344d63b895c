#include "veilwire/coins/statistics.h"

#include "veilwire/coins/block_coins.h"
#include "veilwire/crypto/sha256_stream.h"
#include "veilwire/wire/writer.h"

namespace veilwire::coins {
namespace {

using consensus::Coin;

constexpr std::uint64_t kBogosizeBesideScript = 50;

class Summing {
 public:
  explicit Summing(SetHash wanted) : wanted_(wanted) {}

  void add(const wire::Outpoint& outpoint, const Coin& coin) {
    if (summary_.counts.coins == 0 || outpoint.txid != txid_) ++summary_.transactions;
    txid_ = outpoint.txid;
    summary_.counts.add(coin);
    if (wanted_ == SetHash::kNone) return;
    element_.clear();
    append_hashed_coin(element_, outpoint, coin);
    if (wanted_ == SetHash::kMuHash) {
      muhash_.add(element_);
    } else {
      serialized_.add(element_);
    }
  }
  SetSummary finish() && {
    if (wanted_ == SetHash::kMuHash) summary_.hash = muhash_.hash();
    if (wanted_ == SetHash::kSerialized) summary_.hash = serialized_.finish_double();
    return summary_;
  }

 private:
  SetHash wanted_;
  SetSummary summary_;
  Hash256 txid_{};
  Bytes element_;
  crypto::MuHash muhash_;
  crypto::Sha256Stream serialized_;
};

}  // namespace

void append_hashed_coin(Bytes& out, const wire::Outpoint& outpoint, const Coin& coin) {
  wire::Writer writer(out);
  writer.bytes(outpoint.txid);
  writer.u32(outpoint.index);
  writer.u32(coin.height().value() << 1 | static_cast<std::uint32_t>(coin.origin()));
  writer.i64(coin.value().units());
  writer.sized_bytes(coin.script());
}

std::uint64_t bogosize_of(const Coin& coin) { return kBogosizeBesideScript + coin.script().size(); }

void CoinCounts::add(const Coin& coin) {
  ++coins;
  total_units += coin.value().units();
  bogosize += bogosize_of(coin);
}

void CoinCounts::remove(const Coin& coin) {
  --coins;
  total_units -= coin.value().units();
  bogosize -= bogosize_of(coin);
}

void RunningStatistics::add(const wire::Outpoint& outpoint, const Coin& coin) {
  counts_.add(coin);
  element_.clear();
  append_hashed_coin(element_, outpoint, coin);
  hash_.add(element_);
}

void RunningStatistics::remove(const wire::Outpoint& outpoint, const Coin& coin) {
  counts_.remove(coin);
  element_.clear();
  append_hashed_coin(element_, outpoint, coin);
  hash_.remove(element_);
}

void RunningStatistics::connect(const consensus::ConnectedBlock& connected) {
  const auto& outside = connected.block->sources().outside;
  for (std::size_t i = 0; i < outside.size(); ++i) {
    if (const auto coin = connected.taken->at(i)) remove(outside[i], *coin);
  }
  for (const consensus::CreatedCoin& created : connected.created) {
    add({connected.block->ids()[created.transaction].txid, created.output}, created.coin);
  }
}

void RunningStatistics::disconnect(const consensus::ParsedBlock& block, const BlockUndo& undo,
                                   consensus::Height height) {
  for_each_created(block, height, [this](const wire::Outpoint& outpoint, const Coin& coin) {
    remove(outpoint, coin);
  });
  for_each_restored(block, undo, [this](const wire::Outpoint& outpoint, const Coin& coin) {
    add(outpoint, coin);
  });
}

std::expected<SetSummary, TableError> summarize(const Table& table, SetHash wanted) {
  Summing summing(wanted);
  const auto walked = table.iterate([&summing](const wire::Outpoint& outpoint, const Coin& coin) {
    summing.add(outpoint, coin);
    return Walk::kOn;
  });
  if (!walked) return std::unexpected(walked.error());
  return std::move(summing).finish();
}

}  // namespace veilwire::coins
