// Scripts of every kind that has a code, and some that have none.
#pragma once

#include <algorithm>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hex.h"

namespace veilwire::coins::testing {

inline Bytes script_of(std::string_view before, std::uint8_t fill, std::size_t size,
                       std::string_view after = "") {
  Bytes script = from_hex(before).value();
  script.insert(script.end(), size, fill);
  const Bytes end = from_hex(after).value();
  script.insert(script.end(), end.begin(), end.end());
  return script;
}

inline Bytes p2pkh(std::uint8_t fill = 0x11) { return script_of("76a914", fill, 20, "88ac"); }
inline Bytes p2sh(std::uint8_t fill = 0x22) { return script_of("a914", fill, 20, "87"); }
inline Bytes p2wpkh(std::uint8_t fill = 0x33) { return script_of("0014", fill, 20); }
inline Bytes p2wsh(std::uint8_t fill = 0x44) { return script_of("0020", fill, 32); }
inline Bytes p2tr(std::uint8_t fill = 0x55) { return script_of("5120", fill, 32); }
inline Bytes p2pk_short() { return script_of("2102", 0x66, 32, "ac"); }
// With the key of the genesis block's coinbase.
inline Bytes p2pk_long() {
  return from_hex(
             "4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
             "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac")
      .value();
}

inline std::vector<Bytes> scripts_of_all_kinds() {
  Bytes off_the_curve = p2pk_long();
  off_the_curve[65] ^= 1;
  Bytes wrong_end = p2pkh();
  wrong_end.back() = 0;
  return {p2pkh(),
          p2sh(),
          p2pk_short(),
          script_of("2103", 0x77, 32, "ac"),
          p2pk_long(),
          p2wpkh(),
          p2wsh(),
          p2tr(),
          {},
          {0x51},
          off_the_curve,
          wrong_end,
          Bytes(200, 0x51),
          Bytes(10'000, 0x61)};
}

}  // namespace veilwire::coins::testing
