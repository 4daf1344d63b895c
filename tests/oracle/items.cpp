#include "items.h"

#include "script_bytes.h"
#include "veilwire/consensus/script/script_reader.h"

namespace veilwire::oracle {

std::optional<std::vector<Bytes>> pushed_items(ByteView script) {
  consensus::ScriptReader reader(script);
  consensus::Instruction instruction;
  std::vector<Bytes> items;
  while (reader.next(instruction)) {
    if (instruction.opcode > consensus::kOpPushData4) return std::nullopt;
    items.emplace_back(instruction.data.begin(), instruction.data.end());
  }
  if (reader.is_broken()) return std::nullopt;
  return items;
}

Bytes pushes_of(const std::vector<Bytes>& items) {
  ScriptBytes script;
  for (const Bytes& item : items) script.push(item);
  return script.bytes();
}

bool looks_like_der(const Bytes& item) {
  return item.size() >= 68 && item.size() <= 74 && item[0] == 0x30;
}
bool looks_like_schnorr(const Bytes& item) { return item.size() == 64 || item.size() == 65; }

void change_item(Making& making, Dice& dice, bool (*wanted)(const Bytes&),
                 void (*change)(Bytes&, Dice&)) {
  struct Place {
    std::size_t input;
    std::size_t item;
    bool in_witness;
  };
  std::vector<Place> places;
  auto& inputs = making.draft.inputs;
  std::vector<std::vector<Bytes>> pushed(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (auto items = pushed_items(inputs[i].script)) pushed[i] = std::move(*items);
    for (std::size_t j = 0; j < pushed[i].size(); ++j) {
      if (wanted(pushed[i][j])) places.push_back({i, j, false});
    }
    for (std::size_t j = 0; j < inputs[i].witness.size(); ++j) {
      if (wanted(inputs[i].witness[j])) places.push_back({i, j, true});
    }
  }
  if (places.empty()) return;
  const Place place = dice.pick(places);
  auto& in = inputs[place.input];
  change(place.in_witness ? in.witness[place.item] : pushed[place.input][place.item], dice);
  if (!place.in_witness) in.script = pushes_of(pushed[place.input]);
}

}  // namespace veilwire::oracle
