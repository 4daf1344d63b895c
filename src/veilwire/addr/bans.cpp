#include "veilwire/addr/bans.h"

#include "veilwire/addr/address_bytes.h"

namespace veilwire::addr {

BanAnswer Bans::put(const Ban& ban, UnixTime now) {
  const Times times{Seconds32::of(ban.created), Seconds32::of(ban.until)};
  if (const auto found = bans_.find(ban.subnet); found != bans_.end()) {
    if (found->second.until >= times.until) return BanAnswer::kBannedLonger;
    found->second = times;
    return BanAnswer::kBanned;
  }
  if (bans_.size() >= kMaxBans) drop_expired(now);
  if (bans_.size() >= kMaxBans) return BanAnswer::kFull;
  bans_.emplace(ban.subnet, times);
  ++widths_[width_of(ban.subnet)];
  return BanAnswer::kBanned;
}

Bans::Map::iterator Bans::drop(Map::iterator ban) {
  const auto width = widths_.find(width_of(ban->first));
  if (--width->second == 0) widths_.erase(width);
  return bans_.erase(ban);
}

bool Bans::unban(const Subnet& subnet) {
  const auto found = bans_.find(subnet);
  if (found == bans_.end()) return false;
  drop(found);
  return true;
}

void Bans::clear() {
  bans_.clear();
  widths_.clear();
}

bool Bans::is_banned(UnixTime now, const wire::NetAddress& address) const {
  for (auto width = widths_.lower_bound({address.network(), 0});
       width != widths_.end() && width->first.network == address.network(); ++width) {
    const auto subnet = Subnet::of(address, width->first.bits);
    if (!subnet) continue;
    const auto found = bans_.find(*subnet);
    if (found != bans_.end() && found->second.until > Seconds32::of(now)) return true;
  }
  return false;
}

std::vector<Ban> Bans::list(UnixTime now) const {
  std::vector<Ban> out;
  for (const auto& [subnet, times] : bans_) {
    if (times.until > Seconds32::of(now)) {
      out.push_back({subnet, times.created.time(), times.until.time()});
    }
  }
  return out;
}

void Bans::drop_expired(UnixTime now) {
  for (auto ban = bans_.begin(); ban != bans_.end();) {
    ban = ban->second.until > Seconds32::of(now) ? std::next(ban) : drop(ban);
  }
}

// -- As bytes -------------------------------------------------------------------------------------

Bytes ban_bytes(const Bans& bans, UnixTime now, const protocol::Magic& network) {
  const std::vector<Ban> list = bans.list(now);
  Bytes contents;
  wire::Writer writer(contents);
  writer.compact_size(list.size());
  for (const Ban& ban : list) {
    write_address(writer, ban.subnet.base());
    writer.u16(static_cast<std::uint16_t>(ban.subnet.bits()));
    writer.unix_time32(ban.created);
    writer.unix_time32(ban.until);
  }
  return seal_kept(kBansKind, network, contents);
}

std::expected<Bans, KeptRule> parse_bans(ByteView bytes, UnixTime now,
                                         const protocol::Magic& network) {
  const auto contents = open_kept(kBansKind, network, bytes);
  if (!contents) return std::unexpected(contents.error());
  wire::Reader reader(*contents);
  Bans bans;
  constexpr std::size_t kMinBanBytes = kMinAddressBytes + 2 + 2 * 4;
  for (auto left = reader.count(kMaxBans, kMinBanBytes); left > 0 && reader.ok(); --left) {
    const wire::NetAddress base = read_address(reader);
    const auto subnet = Subnet::of(base, reader.u16());
    const UnixTime created = reader.unix_time32();
    const UnixTime until = reader.unix_time32();
    if (!subnet) reader.fail(wire::PayloadRule::kBadValue);
    if (reader.ok()) bans.put({*subnet, created, until}, now);
  }
  if (!reader.ok() || reader.left() > 0) return std::unexpected(KeptRule::kBadContents);
  return bans;
}

}  // namespace veilwire::addr
