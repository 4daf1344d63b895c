// What is kept on a disk between runs, as bytes: the address book, bans, anchors. Whoever writes the
// file writes these bytes whole; whoever reads one that is refused sets it aside and says why, and
// begins with none: never a crash, and never silently empty.
//
//   tag          8   which of them it is
//   version      4   of the contents
//   network      4   its magic
//   size         8   of the contents
//   contents
//   checksum    32   SHA-256 of all before
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::addr {

// What is wrong with a file.
enum class KeptRule : std::uint8_t {
  kNotOurs,       // it begins as no file of this kind does, or is shorter than any
  kNewer,         // a later version wrote it, in a way not known here
  kOtherNetwork,  // it belongs to another network
  kWrongSize,     // it is shorter or longer than it says, or too large
  kDamaged,       // the checksum is wrong
  kBadContents,   // a field has no meaning
};
// A stable name for logs and tests: "other_network".
std::string_view rule_name(KeptRule rule);
// One sentence's end: "it belongs to another network".
std::string_view rule_text(KeptRule rule);

struct KeptKind {
  std::string_view tag;  // 8 characters
  std::uint32_t version;
  std::size_t max_contents;  // bytes
};

inline constexpr std::size_t kKeptBytesAround = 8 + 4 + 4 + 8 + 32;

Bytes seal_kept(const KeptKind& kind, const protocol::Magic& network, ByteView contents);
// The contents, which lie in `bytes`.
std::expected<ByteView, KeptRule> open_kept(const KeptKind& kind, const protocol::Magic& network,
                                            ByteView bytes);

}  // namespace veilwire::addr
