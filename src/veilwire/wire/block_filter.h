// Compact block filters and their header chain (BIP 157).
#pragma once

#include <cstdint>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/limits.h"
#include "veilwire/wire/packed_list.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

// BIP 158's basic filter, the only type there is; any other number can stand in a message.
inline constexpr std::uint8_t kBasicFilter = 0;

// Blocks from a height on, up to and with the one of a hash. How many that are only the chain
// knows; they may be kMaxCompactFilters for filters and kMaxFilterHeaders for their headers.
struct FilterSpan {
  std::uint8_t filter_type = kBasicFilter;
  std::uint32_t start_height = 0;
  Hash256 stop{};

  static FilterSpan read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const FilterSpan&, const FilterSpan&) = default;
};

struct GetCFilters {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetCFilters;

  FilterSpan span;

  static GetCFilters read(Reader& reader) { return {FilterSpan::read(reader)}; }
  void write(Writer& writer) const { span.write(writer); }

  friend bool operator==(const GetCFilters&, const GetCFilters&) = default;
};

// The filter of one block; one message for each that was asked for. Points into the payload.
struct CFilter {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kCFilter;

  std::uint8_t filter_type = kBasicFilter;
  Hash256 block{};
  ByteView filter;  // at most kMaxBlockFilterBytes

  static CFilter read(Reader& reader);
  void write(Writer& writer) const;
};

struct GetCFHeaders {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetCFHeaders;

  FilterSpan span;

  static GetCFHeaders read(Reader& reader) { return {FilterSpan::read(reader)}; }
  void write(Writer& writer) const { span.write(writer); }

  friend bool operator==(const GetCFHeaders&, const GetCFHeaders&) = default;
};

// Points into the payload.
struct CFHeaders {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kCFHeaders;

  std::uint8_t filter_type = kBasicFilter;
  Hash256 stop{};
  Hash256 previous_header{};          // the filter header before the first of the hashes
  PackedList<Hash256> filter_hashes;  // at most kMaxFilterHeaders

  static CFHeaders read(Reader& reader);
  void write(Writer& writer) const;
};

struct GetCFCheckpoints {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetCFCheckpoints;

  std::uint8_t filter_type = kBasicFilter;
  Hash256 stop{};

  static GetCFCheckpoints read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const GetCFCheckpoints&, const GetCFCheckpoints&) = default;
};

// The filter headers at each kFilterCheckpointInterval. Points into the payload.
struct CFCheckpoints {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kCFCheckpoints;

  std::uint8_t filter_type = kBasicFilter;
  Hash256 stop{};
  PackedList<Hash256> filter_headers;  // at most kMaxFilterCheckpoints

  static CFCheckpoints read(Reader& reader);
  void write(Writer& writer) const;
};

}  // namespace veilwire::wire
