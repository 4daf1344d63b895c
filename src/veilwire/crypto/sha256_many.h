// Double SHA-256, Bitcoin's checksums and ids, of many independent inputs side by side: several times
// as fast as one after the other, see hash_kernel.h. Constant time in the contents, not in lengths
// and counts. Nothing is allocated but at first use in the process, when the kernel is chosen.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"

namespace veilwire::crypto {

struct HashKernel;

// out[i] is the hash of the 64 bytes from rows[64 * i] on: one row of a Merkle tree from the row
// below. `out` may begin where `rows` does and otherwise may not overlap it.
// REQUIRES: rows.size() == 64 * out.size().
void sha256d_64(ByteView rows, std::span<Hash256> out);

// out[i] is the hash of inputs[i], of any length. REQUIRES: as many hashes as inputs, and no hash
// lies in an input.
void sha256d_many(std::span<const ByteView> inputs, std::span<Hash256> out);

// The same for inputs that come one by one, or in parts that need not be joined: each takes the next
// free lane, whatever its length. A few kilobytes, meant for the stack.
class Sha256dQueue {
 public:
  static constexpr std::size_t kMostParts = 4;

  Sha256dQueue();
  Sha256dQueue(const Sha256dQueue&) = delete;
  Sha256dQueue& operator=(const Sha256dQueue&) = delete;

  // `out` gets the hash of the parts one after the other, by the end of finish() at the latest. Until
  // then it must live and not be read, and the bytes must stay as they are; `parts` itself need not.
  // REQUIRES: at most kMostParts parts.
  void add(std::span<const ByteView> parts, Hash256& out);
  void add(ByteView input, Hash256& out) { add({&input, 1}, out); }

  // After it the queue is as new.
  void finish();

 private:
  static constexpr std::size_t kBlockBytes = 64;
  static constexpr std::size_t kStateWords = 8;
  static constexpr std::size_t kMostLanes = 16;

  // What is still to be hashed of an input. Few bytes are joined and padded in a copy, which costs less
  // than lanes that stop and go on; of many in a row whole blocks are taken where they lie.
  class Input {
   public:
    static constexpr std::size_t kMostCopied = 8 * kBlockBytes;

    struct Run {
      const std::uint8_t* begin;
      std::size_t blocks;  // 0: there is nothing left
    };

    void start(std::span<const ByteView> parts);
    Run next_run();

   private:
    void skip_empty_parts();
    Run end_after(std::size_t filled);

    std::array<ByteView, kMostParts> parts_;
    std::size_t part_count_;
    std::size_t next_part_;
    ByteView rest_;  // of the part before the next
    std::uint64_t bytes_;
    bool has_ended_;
    std::array<std::uint8_t, kMostCopied + kBlockBytes> copy_;
  };

  explicit Sha256dQueue(const HashKernel& kernel);
  std::size_t free_lane();
  void run();
  void advance(std::size_t lane);
  void end(std::size_t lane);
  void rehash();
  // Lets a queue of the narrower kernel do what is left.
  void finish_narrowly();
  void take_over_ended(Sha256dQueue& from, std::size_t index);
  void take_over_busy(Sha256dQueue& from, std::size_t lane);

  const HashKernel& kernel_;
  std::size_t lanes_;
  std::size_t busy_ = 0;   // lanes
  std::size_t ended_ = 0;  // hashed once, and to be hashed again together

  using State = std::array<std::uint32_t, kStateWords>;
  alignas(64) std::array<State, kMostLanes> states_;
  alignas(64) std::array<State, kMostLanes> ended_states_;
  std::array<Hash256*, kMostLanes> ended_outs_;

  std::array<const std::uint8_t*, kMostLanes> at_;
  std::array<std::size_t, kMostLanes> left_{};  // blocks from there on; 0: the lane is free
  std::array<Hash256*, kMostLanes> outs_;
  std::array<Input, kMostLanes> inputs_;
};

}  // namespace veilwire::crypto
