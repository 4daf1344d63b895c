// The limits that several message families share, or that a user of the messages needs.
#pragma once

#include <cstddef>

namespace veilwire::wire {

// -- The protocol's: peers end the connection, or drop the message, over these --------------------

inline constexpr std::size_t kMaxUserAgentBytes = 256;
inline constexpr std::size_t kMinFeatureIdBytes = 4;      // BIP 434
inline constexpr std::size_t kMaxFeatureIdBytes = 80;     // BIP 434
inline constexpr std::size_t kMaxFeatureDataBytes = 512;  // BIP 434

inline constexpr std::size_t kMaxAddresses = 1000;
inline constexpr std::size_t kMaxAddressBytes = 512;  // BIP 155

inline constexpr std::size_t kMaxInventory = 50'000;
// What is asked for in one getdata. Peers read up to kMaxInventory there too, and so do we: the
// limit of 1000 is on what is sent, and a peer that asks for more, as older ones do, is not at
// fault.
inline constexpr std::size_t kMaxGetDataToSend = 1000;

inline constexpr std::size_t kMaxBloomFilterBytes = 36'000;  // BIP 37
inline constexpr std::size_t kMaxBloomHashFunctions = 50;    // BIP 37
inline constexpr std::size_t kMaxBloomElementBytes = 520;    // BIP 37

// BIP 157. For getcfilters and getcfheaders they bound a span of heights, which only somebody with
// the chain can count.
inline constexpr std::size_t kMaxCompactFilters = 1000;
inline constexpr std::size_t kMaxFilterHeaders = 2000;
inline constexpr std::size_t kFilterCheckpointInterval = 1000;

// BIP 152 counts a block's transactions in 16 bits.
inline constexpr std::size_t kMaxCompactBlockTransactions = 0xffff;

// A block's weight over the least weight of a transaction (60 bytes, four times).
inline constexpr std::size_t kMaxBlockTransactions = 4'000'000 / 240;

// -- Ours -----------------------------------------------------------------------------------------

// Checkpoints in one cfcheckpt: a chain of 10 million blocks. The BIP names no limit; bounds what a
// peer can make us look at to 320 kB.
inline constexpr std::size_t kMaxFilterCheckpoints = 10'000;
// One block filter (BIP 158). The BIP names no limit. An element takes about 21 bits, and a block
// has room for fewer than 100 000: 262 kB. Bounds what is kept of each filter that was asked for.
inline constexpr std::size_t kMaxBlockFilterBytes = 1'000'000;
// Flag bits in one merkleblock: a tree has fewer than twice as many nodes as leaves, and one more
// for each of its levels.
inline constexpr std::size_t kMaxMerkleFlagBytes = (2 * kMaxBlockTransactions + 32) / 8;

}  // namespace veilwire::wire
