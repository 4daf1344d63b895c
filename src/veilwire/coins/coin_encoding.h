// A coin as bytes: as tables keep it, and as undo files do.
//
// In a table: VARINT(2 height + 1 for a coinbase's), VARINT(packed amount), the script. An undo file
// has, where the height is not 0, a zero byte after the first, and the script in its own dialect.
#pragma once

#include "veilwire/coins/script_encoding.h"
#include "veilwire/consensus/coin.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::coins {

// The longest that write_coin() writes, of a coin that can be spent.
inline constexpr std::size_t kMaxEncodedCoinBytes = 5 + 9 + 3 + 10'000;

void write_coin(wire::Writer& writer, const consensus::Coin& coin);
// Its script lies in `room`, or where the bytes lie. kBadValue where a number is no height or no
// amount, or a key is no point of the curve; kTooLong for the script.
consensus::Coin read_coin(wire::Reader& reader, ScriptRoom& room);
// The bytes of the next coin, of which nothing but the length is judged.
ByteView take_encoded_coin(wire::Reader& reader);

void write_undo_coin(wire::Writer& writer, const consensus::Coin& coin);
// As read_coin(). What stands where a version once stood is not looked at.
consensus::Coin read_undo_coin(wire::Reader& reader, ScriptRoom& room);

}  // namespace veilwire::coins
