// The address book as one would write it down first: maps, and a look at everything. What the book
// does must be what this does; only where an address may lie (Placement) is the same code.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "veilwire/addr/book.h"

namespace veilwire::addr::testing {

class NaiveBook {
 public:
  struct Info {
    KnownAddress known;
    std::set<Slot> places;  // in the new table
    std::int64_t last_counted = 0;
    bool is_tried = false;
  };

  NaiveBook(const BookFigures& figures, Groups groups, const crypto::SipKey& key)
      : groups_(std::move(groups)), placement_(key, figures) {}

  std::size_t add(UnixTime now, std::span<const HeardAddress> addresses,
                  const wire::NetAddress& source, seconds penalty, crypto::Dice& dice) {
    std::size_t added = 0;
    for (const HeardAddress& heard : addresses) {
      if (add_one(now, heard, source, penalty, dice)) ++added;
    }
    return added;
  }

  void good(UnixTime now, const wire::NetEndpoint& endpoint) {
    last_good_ = count(now);
    if (!infos_.contains(endpoint)) return;
    Info& info = infos_.at(endpoint);
    info.known.last_success = now;
    info.known.last_try = now;
    info.known.failures = 0;
    if (info.is_tried) return;
    if (!tried_.contains(tried_slot(endpoint))) return promote(endpoint);
    if (!waits(endpoint) && pending_.size() < 10) pending_.push_back(endpoint);
  }

  void attempt(UnixTime now, const wire::NetEndpoint& endpoint, CountFailure how) {
    if (!infos_.contains(endpoint)) return;
    Info& info = infos_.at(endpoint);
    info.known.last_try = now;
    if (how == CountFailure::kYes && (info.last_counted == 0 || info.last_counted < last_good_)) {
      info.last_counted = count(now);
      if (info.known.failures < 255) ++info.known.failures;
    }
  }

  void connected(UnixTime now, const wire::NetEndpoint& endpoint) {
    if (!infos_.contains(endpoint)) return;
    KnownAddress& known = infos_.at(endpoint).known;
    if (now - known.time > minutes(20)) known.time = now;
  }

  void set_services(const wire::NetEndpoint& endpoint, protocol::Services services) {
    if (infos_.contains(endpoint)) infos_.at(endpoint).known.services = services;
  }

  void resolve_tried_collisions(UnixTime now) {
    const std::vector<wire::NetEndpoint> waiting = pending_;
    for (const wire::NetEndpoint& endpoint : waiting) {
      if (!waits(endpoint)) continue;
      const auto old = tried_.find(tried_slot(endpoint));
      if (old == tried_.end()) {
        promote(endpoint);
        continue;
      }
      const KnownAddress& before = infos_.at(old->second).known;
      const bool answered = now - before.last_success < hours(4);
      const bool was_tried = now - before.last_try < hours(4);
      if (answered) {
        std::erase(pending_, endpoint);
      } else if (was_tried ? now - before.last_try > minutes(1)
                           : now - infos_.at(endpoint).known.last_success > minutes(40)) {
        promote(endpoint);
      }
    }
  }

  std::optional<KnownAddress> find(const wire::NetEndpoint& endpoint) const {
    const auto found = infos_.find(endpoint);
    if (found == infos_.end()) return std::nullopt;
    KnownAddress known = found->second.known;
    known.table = found->second.is_tried ? Table::kTried : Table::kNew;
    known.new_places = static_cast<std::uint8_t>(found->second.places.size());
    return known;
  }

  const std::map<wire::NetEndpoint, Info>& infos() const { return infos_; }
  const std::vector<wire::NetEndpoint>& pending() const { return pending_; }

  std::size_t count_of(Table table, wire::NetworkId network) const {
    return static_cast<std::size_t>(std::ranges::count_if(infos_, [&](const auto& each) {
      return each.first.address.network() == network &&
             each.second.is_tried == (table == Table::kTried);
    }));
  }

  static bool is_terrible(const KnownAddress& known, UnixTime now) {
    const bool never_tried = known.last_try == UnixTime{};
    if (!never_tried && now - known.last_try <= minutes(1)) return false;
    if (known.time > now + minutes(10) || now - known.time > hours(30 * 24)) return true;
    if (known.last_success == UnixTime{} && known.failures >= 3) return true;
    return now - known.last_success > hours(7 * 24) && known.failures >= 10;
  }

 private:
  bool waits(const wire::NetEndpoint& endpoint) const {
    return std::ranges::find(pending_, endpoint) != pending_.end();
  }

  static std::int64_t count(UnixTime time) { return to_unix_seconds(time); }

  Slot tried_slot(const wire::NetEndpoint& endpoint) const {
    return placement_.tried_slot(placement_.hash_of(endpoint), groups_.of(endpoint.address));
  }
  Slot new_slot(const wire::NetEndpoint& endpoint, const wire::NetAddress& source) const {
    return placement_.new_slot(placement_.hash_of(endpoint), groups_.of(endpoint.address),
                               groups_.of(source));
  }

  bool add_one(UnixTime now, const HeardAddress& heard, const wire::NetAddress& source,
               seconds penalty, crypto::Dice& dice) {
    const wire::NetEndpoint& endpoint = heard.endpoint;
    if (endpoint.port == 0 || !endpoint.address.is_routable()) return false;
    const bool is_sensible =
        heard.time > from_unix_seconds(100'000'000) && heard.time <= now + minutes(10);
    const UnixTime seen = is_sensible ? heard.time : now - hours(5 * 24);
    const UnixTime held = endpoint.address == source ? seen : seen - penalty;
    std::size_t places = 0;
    if (infos_.contains(endpoint)) {
      Info& info = infos_.at(endpoint);
      const seconds step = now - seen < hours(24) ? hours(1) : hours(24);
      if (info.known.time < held - step) info.known.time = held;
      info.known.services |= heard.services;
      places = info.places.size();
      if (seen <= info.known.time || info.is_tried ||
          places == placement_.figures().new_places_per_address) {
        return false;
      }
      if (dice.below(1u << places) != 0) return false;
    }
    const Slot slot = new_slot(endpoint, source);
    if (new_.contains(slot)) {
      const wire::NetEndpoint old = new_.at(slot);
      const Info& info = infos_.at(old);
      if (old == endpoint) return false;
      if (!is_terrible(info.known, now) && !(info.places.size() > 1 && places == 0)) return false;
      leave_new(old, slot);
    }
    if (!infos_.contains(endpoint)) {
      infos_[endpoint].known = {
          .endpoint = endpoint, .source = source, .services = heard.services, .time = held};
    }
    enter_new(endpoint, slot);
    return true;
  }

  void enter_new(const wire::NetEndpoint& endpoint, Slot slot) {
    new_[slot] = endpoint;
    infos_.at(endpoint).places.insert(slot);
  }
  void leave_new(const wire::NetEndpoint& endpoint, Slot slot) {
    new_.erase(slot);
    Info& info = infos_.at(endpoint);
    info.places.erase(slot);
    if (!info.places.empty()) return;
    std::erase(pending_, endpoint);
    infos_.erase(wire::NetEndpoint(endpoint));
  }

  void promote(const wire::NetEndpoint& endpoint) {
    std::erase(pending_, wire::NetEndpoint(endpoint));
    Info& info = infos_.at(endpoint);
    for (const Slot slot : info.places) new_.erase(slot);
    info.places.clear();
    const Slot slot = tried_slot(endpoint);
    if (tried_.contains(slot)) {
      const wire::NetEndpoint old = tried_.at(slot);
      infos_.at(old).is_tried = false;
      const Slot place = new_slot(old, infos_.at(old).known.source);
      if (new_.contains(place)) leave_new(wire::NetEndpoint(new_.at(place)), place);
      enter_new(old, place);
    }
    tried_[slot] = endpoint;
    info.is_tried = true;
  }

  Groups groups_;
  Placement placement_;
  std::map<wire::NetEndpoint, Info> infos_;
  std::map<Slot, wire::NetEndpoint> new_;
  std::map<Slot, wire::NetEndpoint> tried_;
  std::vector<wire::NetEndpoint> pending_;  // who came first is judged first
  std::int64_t last_good_ = 0;
};

}  // namespace veilwire::addr::testing
