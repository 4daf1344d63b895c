// Undo records and coins as bytes: what parses is written back and reads as the same again, memory is
// bounded by the bytes, and what is skipped is what is read.

#include <algorithm>

#include "veilwire/coins/coin_encoding.h"
#include "veilwire/coins/undo.h"
#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::coins;
using consensus::Coin;

bool same(const Coin& a, const Coin& b) {
  return a.value() == b.value() && a.height() == b.height() && a.origin() == b.origin() &&
         std::ranges::equal(a.script(), b.script());
}

Bytes write_back(const BlockUndo& undo) {
  Bytes bytes;
  wire::Writer writer(bytes);
  writer.compact_size(undo.first_spent.size() - 1);
  for (std::size_t i = 0; i + 1 < undo.first_spent.size(); ++i) {
    writer.compact_size(undo.first_spent[i + 1] - undo.first_spent[i]);
    for (std::size_t at = undo.first_spent[i]; at < undo.first_spent[i + 1]; ++at) {
      write_undo_coin(writer, *undo.spent.at(at));
    }
  }
  return bytes;
}

void check_undo(ByteView payload) {
  const auto undo = parse_undo(payload);
  if (!undo) return;
  FUZZ_REQUIRE(undo->spent.size() <= payload.size() / 3, "a coin has its bytes");
  FUZZ_REQUIRE(undo->first_spent.back() == undo->spent.size(), "every coin has its transaction");
  // Where an old version stood, and a script that has a code was written in full, it differs.
  const Bytes written = write_back(*undo);
  const auto again = parse_undo(written);
  FUZZ_REQUIRE(again.has_value(), "what was written parses");
  FUZZ_REQUIRE(again->first_spent == undo->first_spent, "the transactions are the same again");
  for (std::size_t i = 0; i < undo->spent.size(); ++i) {
    FUZZ_REQUIRE(same(*again->spent.at(i), *undo->spent.at(i)), "a coin is the same again");
  }
  FUZZ_REQUIRE(write_back(*again) == written, "there is one way to write it");
  FUZZ_REQUIRE(!parse_undo(ByteView(written).first(written.size() - 1)),
               "what is cut short is refused");
}

void check_coin(ByteView payload) {
  wire::Reader reader(payload);
  ScriptRoom room;
  const Coin coin = read_coin(reader, room);
  if (!reader.ok()) return;
  const ByteView taken = payload.first(payload.size() - reader.left());
  wire::Reader skipping(payload);
  FUZZ_REQUIRE(take_encoded_coin(skipping).size() == taken.size(), "what is skipped is one coin");
  Bytes written;
  wire::Writer writer(written);
  write_coin(writer, coin);
  FUZZ_REQUIRE(written.size() <= taken.size(), "the shortest form is written");
  wire::Reader again(written);
  ScriptRoom other_room;
  FUZZ_REQUIRE(same(read_coin(again, other_room), coin) && again.ok(), "a coin is the same again");
}

constexpr Check kChecks[] = {check_undo, check_coin};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}
