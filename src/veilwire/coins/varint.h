// The two encodings of numbers that undo files have beside the protocol's own CompactSize.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/consensus/amount.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::coins {

// Seven bits a byte, the highest first; all but the last byte have bit 7 set, and each of them stands
// for one more than its bits say. So every number has one encoding.
void write_varint(wire::Writer& writer, std::uint64_t value);
// kBadValue over `at_most`.
std::uint64_t read_varint(wire::Reader& reader, std::uint64_t at_most = UINT64_MAX);

// An amount as a number that is small where the amount ends in zeros. One to one.
std::uint64_t packed_amount(consensus::Amount amount);
// Nothing where it is no amount.
std::optional<consensus::Amount> unpacked_amount(std::uint64_t packed);

}  // namespace veilwire::coins
