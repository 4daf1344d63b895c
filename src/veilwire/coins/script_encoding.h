// Output scripts in few bytes: those of the common kinds as a code and the hash or key in them, any
// other as its length and itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::coins {

// Which kinds have a code.
enum class ScriptDialect : std::uint8_t {
  kUndoFile,  // P2PKH, P2SH, P2PK: what `rev*.dat` has
  kTable,     // P2WPKH, P2WSH and P2TR too
};

// As long as the longest script of a common kind: P2PK with an uncompressed key.
using ScriptRoom = std::array<std::uint8_t, 67>;

// As it lies among bytes, to which it points.
struct EncodedScript {
  static constexpr std::uint8_t kRaw = 0xff;

  std::uint8_t kind = kRaw;
  ByteView payload;  // the hash or key, or the script itself
};

void write_script(wire::Writer& writer, ByteView script, ScriptDialect dialect);

// kTooLong over what a script that can be spent may have.
EncodedScript take_script(wire::Reader& reader, ScriptDialect dialect);

// The script. It lies in `room`, or where the encoded one lies. Nothing where a key should be
// uncompressed again and is no point of the curve. That costs a square root; nothing else does.
std::optional<ByteView> expand_script(const EncodedScript& encoded, ScriptRoom& room);

}  // namespace veilwire::coins
