#include "veilwire/proxy/carriage/partial_messages.h"

#include <algorithm>

#include "veilwire/base/bytes.h"
#include "veilwire/base/deadline.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::proxy {

std::string_view sender_name(Sender sender) {
  switch (sender) {
    case Sender::kInboundPeer:
      return "inbound_peer";
    case Sender::kOutboundPeer:
      return "outbound_peer";
    case Sender::kProgram:
      return "program";
  }
  return "";
}

IpAddress source_of(std::string_view host) {
  if (const auto address = IpAddress::parse(host)) {
    return address->prefix(address->is_ipv4() ? IpAddress::kIpv4PrefixBits + 24 : 64);
  }
  // Any 128 bits that tell it from others.
  const Bytes name(host.begin(), host.end());
  const Hash256 hash = crypto::sha256d(name);
  IpAddress::Bytes16 bytes{};
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  return IpAddress(bytes);
}

void PartialMessages::remove(Id id) {
  for (limits::BufferLedger& ledger : ledgers_) ledger.remove(id);
}

std::optional<PartialMessages::Decision> PartialMessages::poll(TimePoint now) {
  for (const Sender sender : {Sender::kInboundPeer, Sender::kOutboundPeer, Sender::kProgram}) {
    if (const auto decision = of(sender).poll(now)) return Decision{sender, *decision};
  }
  return std::nullopt;
}

std::optional<TimePoint> PartialMessages::next_deadline() const {
  std::optional<TimePoint> first;
  for (const limits::BufferLedger& ledger : ledgers_) {
    first = earlier(first, ledger.next_deadline());
  }
  return first;
}

}  // namespace veilwire::proxy
