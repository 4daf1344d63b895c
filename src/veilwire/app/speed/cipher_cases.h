// Which work of the ciphers is measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace veilwire::app {

enum class CipherOp : std::uint8_t { kSeal, kOpen };

std::string_view op_name(CipherOp op);  // "seal", "open"

struct CipherCase {
  CipherOp op;
  std::size_t bytes;        // contents of each packet
  std::size_t queue;        // packets sealed in one call
  std::size_t connections;  // that get one packet each, in turn

  friend bool operator==(const CipherCase&, const CipherCase&) = default;
};

inline constexpr std::size_t kQueue = 32;
inline constexpr std::size_t kManyConnections = 1000;

// A ping, an inv of one, a 61-byte message, a transaction, a large transaction, then what blocks
// are cut into and blocks themselves: alone for all, in a queue of 32 for the small ones, and an
// inv on each of 1000 connections.
const std::vector<CipherCase>& cipher_cases();

}  // namespace veilwire::app
