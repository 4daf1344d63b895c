// Asking for the chain and answering with it: getheaders, getblocks, headers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/protocol/message_kind.h"
#include "veilwire/wire/block_header.h"
#include "veilwire/wire/item_range.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

inline constexpr std::size_t kMaxLocatorHashes = 101;
inline constexpr std::size_t kMaxHeaders = 2000;

// Blocks that the asker knows, newest first, and where to stop (zeros: nowhere).
struct Locator {
  std::uint32_t version = 0;  // of the protocol; read by nobody
  std::vector<Hash256> hashes;
  Hash256 stop{};

  static Locator read(Reader& reader);
  void write(Writer& writer) const;

  friend bool operator==(const Locator&, const Locator&) = default;
};

struct GetHeaders {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetHeaders;

  Locator locator;

  static GetHeaders read(Reader& reader) { return {Locator::read(reader)}; }
  void write(Writer& writer) const { locator.write(writer); }

  friend bool operator==(const GetHeaders&, const GetHeaders&) = default;
};

struct GetBlocks {
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kGetBlocks;

  Locator locator;

  static GetBlocks read(Reader& reader) { return {Locator::read(reader)}; }
  void write(Writer& writer) const { locator.write(writer); }

  friend bool operator==(const GetBlocks&, const GetBlocks&) = default;
};

// A header and the number of transactions behind it. The number means nothing: peers write 0 and
// read over whatever is there, and so do we. It is kept, so that what was read is written back.
struct CountedHeader {
  static constexpr std::size_t kMinBytes = BlockHeader::kBytes + 1;

  BlockHeader header;
  std::uint64_t transaction_count = 0;

  static CountedHeader take(const std::uint8_t*& at);
};

// Points into the payload; a header is decoded each time it is looked at.
class Headers {
 public:
  static constexpr protocol::MessageKind kKind = protocol::MessageKind::kHeaders;

  static Headers read(Reader& reader);
  void write(Writer& writer) const;

  ItemRange<CountedHeader> items() const { return {bytes_.data(), count_}; }

 private:
  ByteView bytes_;  // all items, without the count before them
  std::size_t count_ = 0;
};

// The message "headers" made of headers of our own. REQUIRES: at most kMaxHeaders.
void write_headers(Writer& writer, std::span<const BlockHeader> headers);

}  // namespace veilwire::wire
