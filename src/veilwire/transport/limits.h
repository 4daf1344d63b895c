// Every number that bounds a transport. First what the specification says, then what we chose, each
// of ours with the attack or the cost that it bounds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "veilwire/base/time.h"

namespace veilwire::transport {

// -- BIP 324 --------------------------------------------------------------------------------------

inline constexpr std::size_t kEllSwiftBytes = 64;
inline constexpr std::size_t kMaxGarbageBytes = 4095;
inline constexpr std::size_t kGarbageTerminatorBytes = 16;
inline constexpr std::size_t kLengthBytes = 3;
inline constexpr std::size_t kHeaderBytes = 1;
inline constexpr std::size_t kTagBytes = 16;
// A packet is its contents and this much more.
inline constexpr std::size_t kPacketExpansionBytes = kLengthBytes + kHeaderBytes + kTagBytes;
inline constexpr std::uint8_t kIgnoreBit = 0x80;
// Both ciphers of a direction rekey after this many packets.
inline constexpr std::uint32_t kRekeyIntervalPackets = 224;
inline constexpr std::size_t kSessionIdBytes = 32;

// -- Version 1 ------------------------------------------------------------------------------------

inline constexpr std::size_t kV1HeaderBytes = 24;
// What a version 1 connection starts with: magic, then "version" padded to 12 bytes.
inline constexpr std::size_t kV1PrefixBytes = 16;

// -- What peers expect (Bitcoin Core) -------------------------------------------------------------

// The largest payload of a message, in both transports.
inline constexpr std::size_t kMaxPayloadBytes = 4'000'000;
// The largest contents of a packet: a message of that size under a long name. Checked before
// anything is allocated, in the handshake too: bounds the memory that one length field can ask for.
inline constexpr std::size_t kMaxContentsBytes = 1 + 12 + kMaxPayloadBytes;
// From the first byte to the version packet. Bounds what a silent peer can occupy.
inline constexpr Duration kDefaultHandshakeTimeout = std::chrono::seconds(60);
// At or above this many unsent bytes nothing more may be pushed. One message may pass it: bounds
// memory for a peer that asks and does not read at 5 MB.
inline constexpr std::size_t kMaxUnsentBytes = 1'000'000;

// What other networks carry in version 1, whose blocks are larger (Bitcoin Core's own MAX_SIZE): the
// most that V1Config may allow. Bounds the memory that one peer can fill by sending as much.
inline constexpr std::size_t kMostV1PayloadBytes = 0x0200'0000;

// -- Ours -----------------------------------------------------------------------------------------

// Reserved ahead of what has arrived, at most: a peer that announces 4 MB and sends nothing costs
// this much and no more.
inline constexpr std::size_t kMaxReservedAheadBytes = 256 * 1024;
// Messages and decoys that wait for the handshake to end, beside kMaxUnsentBytes. A node says
// `version` and little else before it knows its peer; bounds the bookkeeping.
inline constexpr std::size_t kMaxQueuedBeforeHandshake = 64;
// Decoys before the version packet, as bytes on the wire: one packet of the largest size. Every
// byte of them costs us a decryption for a peer that has proved nothing.
inline constexpr std::size_t kMaxEarlyDecoyBytes = kMaxContentsBytes + kPacketExpansionBytes;
// Decoys after it, and packets that are dropped, fill a token bucket: a burst of two largest
// packets, then 1 MB/s, four times what a busy node receives. Bounds the processor time of a peer
// that sends nothing of use below 1 %, at 40 ns a packet.
inline constexpr std::size_t kDecoyBurstBytes = 2 * (kMaxContentsBytes + kPacketExpansionBytes);
inline constexpr std::size_t kDecoyBytesPerSecond = 1'000'000;
// After this long without traffic what was made ahead is wiped and freed: bounds the memory of ten
// thousand idle peers, and the time for which keystream of coming packets lies in memory.
inline constexpr Duration kIdleRelease = std::chrono::seconds(1);
// What an empty buffer keeps while there is traffic, and the slack of one that grows: spares an
// allocation for each small message. Bounds what a busy transport holds beyond its messages.
inline constexpr std::size_t kKeptBufferBytes = 1024;
// Contents over this size are sealed when they are pushed, while they are in the cache; smaller
// packets wait and are sealed together, which is what makes small ones cheap.
inline constexpr std::size_t kSealAtPushBytes = 4096;

}  // namespace veilwire::transport
