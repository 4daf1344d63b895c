#include "veilwire/addr/anchors.h"

#include <algorithm>
#include <span>

#include "veilwire/addr/address_bytes.h"

namespace veilwire::addr {

Bytes anchor_bytes(const Anchors& anchors, const protocol::Magic& network) {
  Bytes contents;
  wire::Writer writer(contents);
  const auto kept = std::span(anchors).first(std::min(anchors.size(), kMaxAnchors));
  writer.compact_size(kept.size());
  for (const wire::NetEndpoint& anchor : kept) write_endpoint(writer, anchor);
  return seal_kept(kAnchorsKind, network, contents);
}

std::expected<Anchors, KeptRule> parse_anchors(ByteView bytes, const protocol::Magic& network) {
  const auto contents = open_kept(kAnchorsKind, network, bytes);
  if (!contents) return std::unexpected(contents.error());
  wire::Reader reader(*contents);
  Anchors anchors;
  for (auto left = reader.count(kMaxAnchors, kMinAddressBytes + 2); left > 0; --left) {
    const wire::NetEndpoint anchor = read_endpoint(reader);
    if (anchor.port != 0 && anchor.address.is_routable()) anchors.push_back(anchor);
  }
  if (!reader.ok() || reader.left() > 0) return std::unexpected(KeptRule::kBadContents);
  return anchors;
}

}  // namespace veilwire::addr
