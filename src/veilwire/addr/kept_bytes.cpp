#include "veilwire/addr/kept_bytes.h"

#include <algorithm>

#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::addr {
namespace {

constexpr std::size_t kTagBytes = 8;
constexpr std::size_t kChecksumBytes = 32;

struct RuleRow {
  std::string_view name;
  std::string_view text;
};

constexpr RuleRow kRules[] = {
    {"not_ours", "it is not a file of this kind"},
    {"newer", "a later version of this program wrote it"},
    {"other_network", "it belongs to another network"},
    {"wrong_size", "it is not as long as it should be"},
    {"damaged", "its checksum is wrong"},
    {"bad_contents", "one of its fields has no meaning"},
};

}  // namespace

std::string_view rule_name(KeptRule rule) { return kRules[static_cast<std::size_t>(rule)].name; }
std::string_view rule_text(KeptRule rule) { return kRules[static_cast<std::size_t>(rule)].text; }

Bytes seal_kept(const KeptKind& kind, const protocol::Magic& network, ByteView contents) {
  Bytes out(kind.tag.begin(), kind.tag.end());
  out.reserve(contents.size() + kKeptBytesAround);
  wire::Writer writer(out);
  writer.u32(kind.version);
  writer.bytes(network);
  writer.u64(contents.size());
  writer.bytes(contents);
  writer.bytes(crypto::sha256(out));
  return out;
}

// The version comes before the checksum: a later version may have another.
std::expected<ByteView, KeptRule> open_kept(const KeptKind& kind, const protocol::Magic& network,
                                            ByteView bytes) {
  wire::Reader reader(bytes);
  const ByteView tag = reader.bytes(kTagBytes);
  if (!std::ranges::equal(tag, kind.tag)) return std::unexpected(KeptRule::kNotOurs);
  const std::uint32_t version = reader.u32();
  if (!reader.ok()) return std::unexpected(KeptRule::kNotOurs);
  if (version > kind.version) return std::unexpected(KeptRule::kNewer);
  const auto magic = reader.array<protocol::Magic{}.size()>();
  const std::uint64_t size = reader.u64();
  const bool has_size = bytes.size() >= kKeptBytesAround &&
                        size == bytes.size() - kKeptBytesAround && size <= kind.max_contents;
  if (!reader.ok() || !has_size) return std::unexpected(KeptRule::kWrongSize);
  const ByteView summed = bytes.first(bytes.size() - kChecksumBytes);
  if (!std::ranges::equal(bytes.last(kChecksumBytes), crypto::sha256(summed))) {
    return std::unexpected(KeptRule::kDamaged);
  }
  if (magic != network) return std::unexpected(KeptRule::kOtherNetwork);
  return reader.bytes(static_cast<std::size_t>(size));
}

}  // namespace veilwire::addr
