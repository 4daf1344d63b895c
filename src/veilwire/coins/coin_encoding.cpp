#include "veilwire/coins/coin_encoding.h"

#include "veilwire/coins/varint.h"
#include "veilwire/consensus/script/limits.h"

namespace veilwire::coins {
namespace {

using consensus::Coin;

static_assert(consensus::kMaxScriptBytes == 10'000);

std::uint32_t height_and_origin(const Coin& coin) {
  return coin.height().value() << 1 | static_cast<std::uint32_t>(coin.origin());
}

void write_amount_and_script(wire::Writer& writer, const Coin& coin, ScriptDialect dialect) {
  write_varint(writer, packed_amount(coin.value()));
  write_script(writer, coin.script(), dialect);
}

Coin read_amount_and_script(wire::Reader& reader, std::uint32_t height_and_origin,
                            ScriptDialect dialect, ScriptRoom& room) {
  const auto amount = unpacked_amount(read_varint(reader));
  const EncodedScript encoded = take_script(reader, dialect);
  if (!reader.ok()) return {};
  const auto script = expand_script(encoded, room);
  if (!amount || !script) {
    reader.fail(wire::PayloadRule::kBadValue);
    return {};
  }
  return Coin(*amount, *script, consensus::Height::of(height_and_origin >> 1),
              static_cast<consensus::CoinOrigin>(height_and_origin & 1));
}

std::uint32_t read_height_and_origin(wire::Reader& reader) {
  return static_cast<std::uint32_t>(read_varint(reader, UINT32_MAX));
}

}  // namespace

void write_coin(wire::Writer& writer, const Coin& coin) {
  write_varint(writer, height_and_origin(coin));
  write_amount_and_script(writer, coin, ScriptDialect::kTable);
}

Coin read_coin(wire::Reader& reader, ScriptRoom& room) {
  const std::uint32_t first = read_height_and_origin(reader);
  return read_amount_and_script(reader, first, ScriptDialect::kTable, room);
}

ByteView take_encoded_coin(wire::Reader& reader) {
  const std::uint8_t* const begin = reader.position();
  read_varint(reader);
  read_varint(reader);
  take_script(reader, ScriptDialect::kTable);
  return reader.ok() ? ByteView(begin, reader.position()) : ByteView();
}

void write_undo_coin(wire::Writer& writer, const Coin& coin) {
  write_varint(writer, height_and_origin(coin));
  if (coin.height().value() > 0) writer.u8(0);
  write_amount_and_script(writer, coin, ScriptDialect::kUndoFile);
}

Coin read_undo_coin(wire::Reader& reader, ScriptRoom& room) {
  const std::uint32_t first = read_height_and_origin(reader);
  if (first > 1) read_varint(reader, UINT32_MAX);
  return read_amount_and_script(reader, first, ScriptDialect::kUndoFile, room);
}

}  // namespace veilwire::coins
