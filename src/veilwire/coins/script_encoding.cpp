#include "veilwire/coins/script_encoding.h"

#include <algorithm>

#include "veilwire/coins/varint.h"
#include "veilwire/consensus/script/limits.h"
#include "veilwire/consensus/script/opcode.h"
#include "veilwire/crypto/public_key.h"

namespace veilwire::coins {
namespace {

using namespace veilwire::consensus;

constexpr std::size_t kHashBytes = 20;
constexpr std::size_t kKeyBytes = 32;
constexpr std::uint8_t kEvenKey = 2;
constexpr std::uint8_t kOddKey = 3;
constexpr std::uint8_t kUncompressedKey = 4;

// What stands before and after the payload.
constexpr std::uint8_t kBeforeKeyHash[] = {kOpDup, kOpHash160, kHashBytes};
constexpr std::uint8_t kAfterKeyHash[] = {kOpEqualVerify, kOpCheckSig};
constexpr std::uint8_t kBeforeScriptHash[] = {kOpHash160, kHashBytes};
constexpr std::uint8_t kAfterScriptHash[] = {kOpEqual};
constexpr std::uint8_t kBeforeEvenKey[] = {33, kEvenKey};
constexpr std::uint8_t kBeforeOddKey[] = {33, kOddKey};
constexpr std::uint8_t kBeforeLongKey[] = {65, kUncompressedKey};
constexpr std::uint8_t kAfterKey[] = {kOpCheckSig};
constexpr std::uint8_t kBeforeWitnessKeyHash[] = {kOp0, kHashBytes};
constexpr std::uint8_t kBeforeWitnessScriptHash[] = {kOp0, kKeyBytes};
constexpr std::uint8_t kBeforeTaprootKey[] = {kOp1, kKeyBytes};

struct Kind {
  ByteView before;
  std::size_t payload;
  ByteView after;
};

// By code. Those of P2PK with a long key, 4 and 5 by the parity of y, have only half of the key.
constexpr std::uint8_t kLongEvenKey = 4;
constexpr std::uint8_t kLongOddKey = 5;
constexpr std::array<Kind, 9> kKinds = {{
    {kBeforeKeyHash, kHashBytes, kAfterKeyHash},
    {kBeforeScriptHash, kHashBytes, kAfterScriptHash},
    {kBeforeEvenKey, kKeyBytes, kAfterKey},
    {kBeforeOddKey, kKeyBytes, kAfterKey},
    {kBeforeLongKey, kKeyBytes, kAfterKey},
    {kBeforeLongKey, kKeyBytes, kAfterKey},
    {kBeforeWitnessKeyHash, kHashBytes, {}},
    {kBeforeWitnessScriptHash, kKeyBytes, {}},
    {kBeforeTaprootKey, kKeyBytes, {}},
}};

static_assert(kKinds.size() == 9);

constexpr std::uint8_t kind_count(ScriptDialect dialect) {
  return dialect == ScriptDialect::kUndoFile ? 6 : 9;
}

bool has_parts(ByteView script, const Kind& kind, std::size_t payload) {
  return script.size() == kind.before.size() + payload + kind.after.size() &&
         std::ranges::equal(script.first(kind.before.size()), kind.before) &&
         std::ranges::equal(script.last(kind.after.size()), kind.after);
}

// Its code and the x of its key, where it is P2PK with a long key that can be got back.
bool write_long_key(wire::Writer& writer, ByteView script) {
  if (!has_parts(script, kKinds[kLongEvenKey], 2 * kKeyBytes)) return false;
  const auto key = crypto::compress_key(script.subspan<1, 65>());
  if (!key) return false;
  writer.u8((*key)[0] == kEvenKey ? kLongEvenKey : kLongOddKey);
  writer.bytes(ByteView(*key).subspan(1));
  return true;
}

std::optional<ByteView> expand_long_key(const EncodedScript& encoded, ScriptRoom& room) {
  crypto::CompressedKey key;
  key[0] = encoded.kind == kLongEvenKey ? kEvenKey : kOddKey;
  std::ranges::copy(encoded.payload, key.begin() + 1);
  const auto whole = crypto::decompress_key(key);
  if (!whole) return std::nullopt;
  room[0] = static_cast<std::uint8_t>(whole->size());
  std::ranges::copy(*whole, room.begin() + 1);
  room.back() = kOpCheckSig;
  return room;
}

}  // namespace

void write_script(wire::Writer& writer, ByteView script, ScriptDialect dialect) {
  const std::uint8_t kinds = kind_count(dialect);
  for (std::uint8_t i = 0; i < kinds; ++i) {
    const Kind& kind = kKinds[i];
    if (i == kLongEvenKey || i == kLongOddKey || !has_parts(script, kind, kind.payload)) continue;
    writer.u8(i);
    writer.bytes(script.subspan(kind.before.size(), kind.payload));
    return;
  }
  if (write_long_key(writer, script)) return;
  write_varint(writer, script.size() + kinds);
  writer.bytes(script);
}

EncodedScript take_script(wire::Reader& reader, ScriptDialect dialect) {
  const std::uint64_t code = read_varint(reader);
  const std::uint8_t kinds = kind_count(dialect);
  if (code < kinds) {
    const auto kind = static_cast<std::uint8_t>(code);
    return {kind, reader.bytes(kKinds[kind].payload)};
  }
  if (code - kinds > kMaxScriptBytes) {
    reader.fail(wire::PayloadRule::kTooLong);
    return {};
  }
  return {EncodedScript::kRaw, reader.bytes(static_cast<std::size_t>(code - kinds))};
}

std::optional<ByteView> expand_script(const EncodedScript& encoded, ScriptRoom& room) {
  if (encoded.kind == EncodedScript::kRaw) return encoded.payload;
  if (encoded.kind == kLongEvenKey || encoded.kind == kLongOddKey) {
    return expand_long_key(encoded, room);
  }
  const Kind& kind = kKinds[encoded.kind];
  auto end = std::ranges::copy(kind.before, room.begin()).out;
  end = std::ranges::copy(encoded.payload, end).out;
  end = std::ranges::copy(kind.after, end).out;
  return ByteView(room.begin(), end);
}

}  // namespace veilwire::coins
