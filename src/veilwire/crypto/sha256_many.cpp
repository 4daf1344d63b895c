#include "veilwire/crypto/sha256_many.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/hash_kernel.h"
#include "veilwire/crypto/kernels/hash_table.h"
#include "veilwire/crypto/kernels/sha256_numbers.h"

namespace veilwire::crypto {
namespace {

// REQUIRES: it has one.
const HashKernel& narrower_than(const HashKernel& kernel) {
  const std::string_view name = kernel.narrower->name;
  const bool is_usable =
      name == kernel.name || std::ranges::any_of(usable_hash_kernels(), [&](const auto* usable) {
        return usable->name == name;
      });
  return is_usable ? *kernel.narrower : kOpenSslHashKernel;
}

// Takes rows as long as the kernel is good at that many; gives the number of those left.
std::size_t hash_rows(const HashKernel& kernel, const std::uint8_t*& rows, std::uint8_t*& out,
                      std::size_t count) {
  while (count >= kernel.lanes) {
    kernel.sha256d_64(rows, out);
    rows += kernel.lanes * kHashBlockBytes;
    out += kernel.lanes * kDigestBytes;
    count -= kernel.lanes;
  }
  if (count == 0 || count < kernel.fewest_together) return count;
  std::uint8_t some_rows[kMostLanes * kHashBlockBytes] = {};
  std::uint8_t digests[kMostLanes * kDigestBytes];
  std::memcpy(some_rows, rows, count * kHashBlockBytes);
  kernel.sha256d_64(some_rows, digests);
  std::memcpy(out, digests, count * kDigestBytes);
  return 0;
}

}  // namespace

void sha256d_64(ByteView rows, std::span<Hash256> out) {
  const HashKernel* kernel = &active_hash_kernel();
  const std::uint8_t* from = rows.data();
  auto* to = reinterpret_cast<std::uint8_t*>(out.data());
  std::size_t left = hash_rows(*kernel, from, to, out.size());
  while (left != 0) {
    kernel = &narrower_than(*kernel);
    left = hash_rows(*kernel, from, to, left);
  }
}

void sha256d_many(std::span<const ByteView> inputs, std::span<Hash256> out) {
  Sha256dQueue queue;
  for (std::size_t i = 0; i < inputs.size(); ++i) queue.add(inputs[i], out[i]);
  queue.finish();
}

// -- One input ------------------------------------------------------------------------------------

void Sha256dQueue::Input::start(std::span<const ByteView> parts) {
  std::ranges::copy(parts, parts_.begin());
  part_count_ = parts.size();
  next_part_ = 0;
  rest_ = {};
  bytes_ = 0;
  for (const ByteView part : parts) bytes_ += part.size();
  has_ended_ = false;
}

void Sha256dQueue::Input::skip_empty_parts() {
  while (rest_.empty() && next_part_ < part_count_) rest_ = parts_[next_part_++];
}

Sha256dQueue::Input::Run Sha256dQueue::Input::next_run() {
  skip_empty_parts();
  if (rest_.size() >= kMostCopied) {
    const Run run = {rest_.data(), rest_.size() / kBlockBytes};
    rest_ = rest_.subspan(run.blocks * kBlockBytes);
    return run;
  }
  if (has_ended_) return {nullptr, 0};
  for (std::size_t filled = 0; filled < kMostCopied; skip_empty_parts()) {
    if (rest_.empty()) return end_after(filled);
    const ByteView taken = rest_.first(std::min(rest_.size(), kMostCopied - filled));
    std::memcpy(copy_.data() + filled, taken.data(), taken.size());
    filled += taken.size();
    rest_ = rest_.subspan(taken.size());
  }
  return {copy_.data(), kMostCopied / kBlockBytes};
}

// FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits in the last eight bytes.
Sha256dQueue::Input::Run Sha256dQueue::Input::end_after(std::size_t filled) {
  const std::size_t blocks = (filled + 1 + sizeof bytes_ + kBlockBytes - 1) / kBlockBytes;
  const std::size_t size = blocks * kBlockBytes;
  std::memset(copy_.data() + filled, 0, size - filled);
  copy_[filled] = 0x80;
  store_be(copy_.data() + size - sizeof bytes_, 8 * bytes_);
  has_ended_ = true;
  return {copy_.data(), blocks};
}

// -- Many -----------------------------------------------------------------------------------------

Sha256dQueue::Sha256dQueue() : Sha256dQueue(active_hash_kernel()) {}

Sha256dQueue::Sha256dQueue(const HashKernel& kernel) : kernel_(kernel), lanes_(kernel.lanes) {}

void Sha256dQueue::add(std::span<const ByteView> parts, Hash256& out) {
  const std::size_t lane = free_lane();
  states_[lane] = std::to_array(kInitialState);
  inputs_[lane].start(parts);
  outs_[lane] = &out;
  ++busy_;
  advance(lane);
}

std::size_t Sha256dQueue::free_lane() {
  while (busy_ == lanes_) run();
  const auto lanes = std::span(left_).first(lanes_);
  return static_cast<std::size_t>(std::ranges::find(lanes, std::size_t{0}) - lanes.begin());
}

// As many blocks as every busy lane has in a row. What free lanes do meanwhile is not looked at.
void Sha256dQueue::run() {
  std::size_t blocks = SIZE_MAX;
  const std::uint8_t* readable = nullptr;
  for (std::size_t i = 0; i < lanes_; ++i) {
    if (left_[i] == 0 || left_[i] >= blocks) continue;
    blocks = left_[i];
    readable = at_[i];
  }
  if (busy_ < lanes_) {
    for (std::size_t i = 0; i < lanes_; ++i) {
      if (left_[i] == 0) at_[i] = readable;
    }
  }
  kernel_.compress(states_.front().data(), at_.data(), blocks);
  for (std::size_t i = 0; i < lanes_; ++i) {
    if (left_[i] == 0) continue;
    at_[i] += blocks * kBlockBytes;
    left_[i] -= blocks;
    if (left_[i] == 0) advance(i);
  }
}

void Sha256dQueue::advance(std::size_t lane) {
  const Input::Run run = inputs_[lane].next_run();
  at_[lane] = run.begin;
  left_[lane] = run.blocks;
  if (run.blocks == 0) end(lane);
}

void Sha256dQueue::end(std::size_t lane) {
  ended_states_[ended_] = states_[lane];
  ended_outs_[ended_] = outs_[lane];
  --busy_;
  if (++ended_ == lanes_) rehash();
}

void Sha256dQueue::rehash() {
  std::array<std::uint8_t, kMostLanes * kDigestBytes> digests;
  kernel_.rehash(ended_states_.front().data(), digests.data());
  for (std::size_t i = 0; i < ended_; ++i) {
    std::memcpy(ended_outs_[i]->data(), digests.data() + i * kDigestBytes, kDigestBytes);
  }
  ended_ = 0;
}

void Sha256dQueue::finish() {
  while (busy_ >= kernel_.fewest_together) run();
  if (ended_ >= kernel_.fewest_together) rehash();
  if (busy_ + ended_ != 0) finish_narrowly();
}

void Sha256dQueue::finish_narrowly() {
  Sha256dQueue narrow(narrower_than(kernel_));
  for (std::size_t i = 0; i < ended_; ++i) narrow.take_over_ended(*this, i);
  for (std::size_t i = 0; i < lanes_; ++i) {
    if (left_[i] != 0) narrow.take_over_busy(*this, i);
  }
  narrow.finish();
  left_ = {};
  busy_ = 0;
  ended_ = 0;
}

void Sha256dQueue::take_over_ended(Sha256dQueue& from, std::size_t index) {
  ended_states_[ended_] = from.ended_states_[index];
  ended_outs_[ended_] = from.ended_outs_[index];
  if (++ended_ == lanes_) rehash();
}

// A run may lie in a copy; that stays where it is.
void Sha256dQueue::take_over_busy(Sha256dQueue& from, std::size_t lane) {
  const std::size_t to = free_lane();
  states_[to] = from.states_[lane];
  inputs_[to] = from.inputs_[lane];
  outs_[to] = from.outs_[lane];
  at_[to] = from.at_[lane];
  left_[to] = from.left_[lane];
  ++busy_;
}

}  // namespace veilwire::crypto
