#include "veilwire/chain/presync.h"

#include <algorithm>
#include <array>

#include "veilwire/base/endian.h"
#include "veilwire/chain/difficulty_change.h"
#include "veilwire/consensus/header_check.h"
#include "veilwire/consensus/limits.h"
#include "veilwire/wire/headers.h"

namespace veilwire::chain {
namespace {

// The median of eleven times goes on with every sixth block.
constexpr std::uint64_t kMostBlocksPerSecond = consensus::kMedianTimeBlocks / 2 + 1;

std::size_t most_commitments(const protocol::Network& network, UnixTime median_time, UnixTime now) {
  const auto since = (now - median_time + consensus::kMaxFutureBlockTime).count();
  const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0));
  return kMostBlocksPerSecond * seconds / network.headers_presync.commitment_period + 1;
}

std::size_t most_held(const protocol::Network& network) {
  return network.headers_presync.redownload_buffer + wire::kMaxHeaders;
}

}  // namespace

Presync::Presync(const protocol::Network& network, const PresyncStart& start,
                 const ChainWork& required, UnixTime now)
    : network_(&network),
      start_(start),
      required_(required),
      most_commitments_(most_commitments(network, start.median_time, now)),
      last_{start.hash, start.height, start.bits, start.work} {}

std::expected<Presync, EntropyFailure> Presync::begin(const protocol::Network& network,
                                                      const PresyncStart& start,
                                                      const ChainWork& required, UnixTime now,
                                                      Entropy& entropy) {
  Presync presync(network, start, required, now);
  std::array<std::uint8_t, 16> key;
  if (const auto filled = entropy.fill(key); !filled) return std::unexpected(filled.error());
  presync.key_ = {load_le<std::uint64_t>(key.data()), load_le<std::uint64_t>(key.data() + 8)};
  const auto offset = uniform_below(entropy, network.headers_presync.commitment_period);
  if (!offset) return std::unexpected(offset.error());
  presync.offset_ = *offset;
  return presync;
}

std::expected<std::vector<HashedHeader>, HeaderSyncEnd> Presync::on_headers(
    std::span<const HashedHeader> headers) {
  const Phase phase = phase_;
  std::vector<HashedHeader> released;
  for (const HashedHeader& header : headers) {
    if (const auto taken = take(header); !taken) return std::unexpected(taken.error());
  }
  if (phase == Phase::kCommitting && last_.work >= required_) {
    begin_again();
  } else if (headers.size() < wire::kMaxHeaders && !has_enough_) {
    return std::unexpected(phase == Phase::kCommitting ? HeaderSyncEnd::kTooLittleWork
                                                       : HeaderSyncEnd::kEndedEarly);
  }
  release(released);
  if (has_enough_) phase_ = Phase::kDone;
  return released;
}

std::expected<void, HeaderSyncEnd> Presync::take(const HashedHeader& header) {
  if (header.header.previous != last_.hash) return std::unexpected(HeaderSyncEnd::kDoesNotContinue);
  if (!consensus::has_work(*network_, header.header, header.hash)) {
    return std::unexpected(HeaderSyncEnd::kHighHash);
  }
  const protocol::Height height = last_.height.next();
  if (!is_possible_change(*network_, height, last_.bits, header.header.bits)) {
    return std::unexpected(HeaderSyncEnd::kBadDifficulty);
  }
  last_ = {header.hash, height, header.header.bits, last_.work + work_of_(header.header.bits)};
  return phase_ == Phase::kCommitting ? commit(header) : hold(header);
}

std::expected<void, HeaderSyncEnd> Presync::commit(const HashedHeader& header) {
  if (!is_committed_to(last_.height)) return {};
  if (commitments_.pushed() == most_commitments_) return std::unexpected(HeaderSyncEnd::kTooLong);
  commitments_.push(bit_of(header.hash));
  return {};
}

// Once the work is there, all that is held is as good as its proof: nothing is compared any more.
std::expected<void, HeaderSyncEnd> Presync::hold(const HashedHeader& header) {
  has_enough_ = has_enough_ || last_.work >= required_;
  if (!has_enough_ && is_committed_to(last_.height) && commitments_.pop() != bit_of(header.hash)) {
    return std::unexpected(HeaderSyncEnd::kChangedChain);
  }
  held_.push_back({.hash = header.hash,
                   .merkle_root = header.header.merkle_root,
                   .version = header.header.version,
                   .time = static_cast<std::uint32_t>(to_unix_seconds(header.header.time)),
                   .bits = header.header.bits,
                   .nonce = header.header.nonce});
  return {};
}

bool Presync::is_committed_to(protocol::Height height) const {
  return height.value() % network_->headers_presync.commitment_period == offset_;
}

bool Presync::bit_of(const Hash256& hash) const { return (crypto::siphash24(key_, hash) & 1) != 0; }

void Presync::begin_again() {
  phase_ = Phase::kRedownloading;
  last_ = {start_.hash, start_.height, start_.bits, start_.work};
  before_held_ = start_.hash;
  // At once, so that it never doubles beyond its bound.
  held_.reserve(most_held(*network_));
}

// The oldest that are buried deeply enough; all of them where the work is there.
void Presync::release(std::vector<HashedHeader>& out) {
  const std::size_t buffer = has_enough_ ? 0 : network_->headers_presync.redownload_buffer;
  const std::size_t count = held_.size() > buffer ? held_.size() - buffer : 0;
  out.reserve(count);
  for (const Held& held : std::span(held_).first(count)) {
    out.push_back({.header = {.version = held.version,
                              .previous = before_held_,
                              .merkle_root = held.merkle_root,
                              .time = from_unix_seconds(held.time),
                              .bits = held.bits,
                              .nonce = held.nonce},
                   .hash = held.hash});
    before_held_ = held.hash;
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(count));
}

std::size_t Presync::bytes() const {
  return commitments_.bytes() + held_.capacity() * sizeof(Held);
}

std::size_t Presync::most_bytes(const protocol::Network& network, const PresyncStart& start,
                                UnixTime now) {
  const std::size_t words = most_commitments(network, start.median_time, now) / 64 + 1;
  return (words + BitQueue::kStepWords) * sizeof(std::uint64_t) + most_held(network) * sizeof(Held);
}

}  // namespace veilwire::chain
