// The block-relay-only peers of the last run: dialled first by the next, so that a restart is no chance
// to surround us. Read once: whoever reads them removes the file, lest a peer that makes us crash is
// dialled again each time.
#pragma once

#include <expected>
#include <vector>

#include "veilwire/addr/kept_bytes.h"
#include "veilwire/wire/net_endpoint.h"

namespace veilwire::addr {

inline constexpr std::size_t kMaxAnchors = 2;

// At most kMaxAnchors, the oldest connection first.
using Anchors = std::vector<wire::NetEndpoint>;

// As bytes to be kept: see kept_bytes.h. Of more than kMaxAnchors the first are taken.
inline constexpr KeptKind kAnchorsKind{"vwanch\r\n", 1, 128};
Bytes anchor_bytes(const Anchors& anchors, const protocol::Magic& network);
// Without those that may not be dialled.
std::expected<Anchors, KeptRule> parse_anchors(ByteView bytes, const protocol::Magic& network);

}  // namespace veilwire::addr
