// The items that an input gives to its scripts, wherever they stand.
#pragma once

#include <optional>
#include <vector>

#include "workpiece.h"

namespace veilwire::oracle {

// The pushes of a script that has nothing else.
std::optional<std::vector<Bytes>> pushed_items(ByteView script);
Bytes pushes_of(const std::vector<Bytes>& items);

bool looks_like_der(const Bytes& item);
bool looks_like_schnorr(const Bytes& item);

// Changes one item of an input of the transaction that `wanted` chooses; nothing happens where there
// is none.
void change_item(Making& making, Dice& dice, bool (*wanted)(const Bytes&),
                 void (*change)(Bytes&, Dice&));

}  // namespace veilwire::oracle
