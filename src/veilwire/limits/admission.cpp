#include "veilwire/limits/admission.h"

#include <algorithm>
#include <ranges>

#include "veilwire/base/deadline.h"

namespace veilwire::limits {

std::string_view admittance_name(Admittance admittance) {
  switch (admittance) {
    case Admittance::kAdmitted:
      return "admitted";
    case Admittance::kConnections:
      return "connections";
    case Admittance::kRate:
      return "rate";
    case Admittance::kSourceConnections:
      return "source_connections";
    case Admittance::kSourcePending:
      return "source_pending";
    case Admittance::kSourceRate:
      return "source_rate";
    case Admittance::kLoopbackPending:
      return "loopback_pending";
    case Admittance::kLoopbackRate:
      return "loopback_rate";
  }
  return "";
}

// The narrowest first.
std::vector<Admission::Width> Admission::widths_of(const IpAddress& address) {
  constexpr auto kIpv4 = static_cast<std::uint8_t>(IpAddress::kIpv4PrefixBits);
  if (address.is_ipv4()) return {{kIpv4 + 24, 1}, {kIpv4 + 16, 4}};
  return {{64, 1}, {56, 2}, {48, 2}, {32, 4}};
}

Admission::Origin Admission::origin_of(const IpAddress& address) const {
  const bool is_loopback =
      address.is_loopback() ||
      std::ranges::find(limits_.like_loopback, address) != limits_.like_loopback.end();
  return {is_loopback ? Class::kLoopback : Class::kSource, address};
}

void Admission::set_limits(const AdmissionLimits& limits) {
  limits_ = limits;
  for (Idle& idle : idle_ | std::views::values) {
    while (idle.size() > limits_.sources) drop_oldest_idle(idle);
  }
}

// -- Connections ----------------------------------------------------------------------------------

Admission::Answer Admission::admit(TimePoint now, Id id, const IpAddress& address) {
  const Origin origin = origin_of(address);
  // What is refused in any case makes nobody give way.
  if (const Admittance judged = judge(now, origin); judged != Admittance::kAdmitted) {
    return {judged};
  }
  const Answer answer = make_room(origin);
  if (answer.admittance != Admittance::kAdmitted) return answer;
  if (answer.gives_way) closed(*answer.gives_way);
  count(now, id, origin);
  return answer;
}

// What no silent connection's end would change.
Admittance Admission::judge(TimePoint now, const Origin& origin) const {
  if (origin.kind == Class::kLoopback) return Admittance::kAdmitted;
  for (const auto& [bits, multiple] : widths_of(origin.address)) {
    const auto found = sources_.find({bits, origin.address.prefix(bits)});
    if (found == sources_.end()) continue;
    const Source& source = found->second;
    if (source.connections >= limits_.source_connections * multiple) {
      return Admittance::kSourceConnections;
    }
    if (!source.bucket.has_token(now, limits_.source_per_second * multiple,
                                 limits_.source_burst * multiple)) {
      return Admittance::kSourceRate;
    }
  }
  return Admittance::kAdmitted;
}

Admission::Answer Admission::make_room(const Origin& origin) const {
  const Answer answer = make_room_in_class(origin);
  // One less there is one less over all.
  if (answer.admittance != Admittance::kAdmitted || answer.gives_way) return answer;
  const bool is_full = connections_.size() >= limits_.connections;
  if (is_full && silent_.empty()) return {Admittance::kConnections};
  if (is_full || silent_.size() >= kMaxSilent) return {Admittance::kAdmitted, silent_.front().id};
  return answer;
}

Admission::Answer Admission::make_room_in_class(const Origin& origin) const {
  if (origin.kind == Class::kLoopback) {
    if (loopback_pending_ < limits_.loopback_pending) return {};
    const auto gives_way = longest_silent_in(0, origin);
    return {gives_way ? Admittance::kAdmitted : Admittance::kLoopbackPending, gives_way};
  }
  for (const auto& [bits, multiple] : widths_of(origin.address)) {
    const auto found = sources_.find({bits, origin.address.prefix(bits)});
    if (found == sources_.end()) continue;
    if (found->second.pending < limits_.source_pending * multiple) continue;
    // One less in a network is one less in every wider one.
    const auto gives_way = longest_silent_in(bits, origin);
    return {gives_way ? Admittance::kAdmitted : Admittance::kSourcePending, gives_way};
  }
  return {};
}

// Of the same class, in the network of so many bits. Walks over at most kMaxSilent.
std::optional<Admission::Id> Admission::longest_silent_in(std::uint8_t bits,
                                                          const Origin& origin) const {
  const auto found = std::ranges::find_if(silent_, [&](const Silent& silent) {
    return silent.origin.kind == origin.kind &&
           (bits == 0 || silent.origin.address.shares(bits, origin.address));
  });
  if (found == silent_.end()) return std::nullopt;
  return found->id;
}

void Admission::count(TimePoint now, Id id, const Origin& origin) {
  Connection connection{.origin = origin};
  connection.silent_place = silent_.insert(silent_.end(), {id, origin, now});
  connections_.insert_or_assign(id, connection);
  ++pending_;
  if (origin.kind == Class::kLoopback) {
    ++loopback_pending_;
    ++loopback_silent_;
    return;
  }
  for (const auto& [bits, multiple] : widths_of(origin.address)) {
    Source& source = with_connection({bits, origin.address.prefix(bits)});
    source.bucket.take(now, limits_.source_per_second * multiple);
    ++source.pending;
    ++source.connections;
  }
}

Admittance Admission::first_byte(TimePoint now, Id id) {
  const auto place = connections_.find(id);
  if (place == connections_.end()) return Admittance::kAdmitted;
  Connection& connection = place->second;
  if (connection.state != State::kSilent) return Admittance::kAdmitted;
  end_silence(connection);
  connection.state = State::kPending;
  const bool is_loopback = connection.origin.kind == Class::kLoopback;
  if (is_loopback &&
      !loopback_bucket_.has_token(now, limits_.loopback_per_second, limits_.loopback_burst)) {
    return Admittance::kLoopbackRate;
  }
  if (!bucket_.has_token(now, limits_.per_second, limits_.burst)) return Admittance::kRate;
  bucket_.take(now, limits_.per_second);
  if (is_loopback) loopback_bucket_.take(now, limits_.loopback_per_second);
  return Admittance::kAdmitted;
}

void Admission::end_silence(const Connection& connection) {
  silent_.erase(connection.silent_place);
  if (connection.origin.kind == Class::kLoopback) --loopback_silent_;
}

void Admission::handshake_done(Id id) {
  const auto place = connections_.find(id);
  if (place == connections_.end()) return;
  Connection& connection = place->second;
  if (connection.state == State::kDone) return;
  if (connection.state == State::kSilent) end_silence(connection);
  connection.state = State::kDone;
  uncount_pending(connection.origin);
}

void Admission::closed(Id id) {
  handshake_done(id);
  const auto place = connections_.find(id);
  if (place == connections_.end()) return;
  uncount_connection(place->second.origin);
  connections_.erase(place);
}

// -- Silence --------------------------------------------------------------------------------------

Duration Admission::patience() const {
  const bool is_pressed =
      silent_.size() >= kMaxSilent / 2 || 2 * loopback_silent_ >= limits_.loopback_pending;
  return is_pressed ? std::min(kFirstByteTimeoutUnderPressure, limits_.first_byte_timeout)
                    : limits_.first_byte_timeout;
}

std::optional<Admission::Id> Admission::poll_silent(TimePoint now) {
  const auto deadline = next_deadline();
  if (!deadline || now < *deadline) return std::nullopt;
  const Id id = silent_.front().id;
  closed(id);
  return id;
}

std::optional<TimePoint> Admission::next_deadline() const {
  if (silent_.empty()) return std::nullopt;
  return deadline_after(silent_.front().since, patience());
}

// -- Sources --------------------------------------------------------------------------------------

Admission::Source& Admission::with_connection(const SourceKey& key) {
  const auto [place, is_new] = sources_.try_emplace(key);
  Source& source = place->second;
  if (!is_new && source.connections == 0) idle_[key.bits].erase(source.idle_place);
  return source;
}

void Admission::uncount_pending(const Origin& origin) {
  --pending_;
  if (origin.kind == Class::kLoopback) {
    --loopback_pending_;
    return;
  }
  for (const auto& [bits, multiple] : widths_of(origin.address)) {
    --sources_.find({bits, origin.address.prefix(bits)})->second.pending;
  }
}

void Admission::uncount_connection(const Origin& origin) {
  if (origin.kind == Class::kLoopback) return;
  for (const auto& [bits, multiple] : widths_of(origin.address)) {
    const auto place = sources_.find({bits, origin.address.prefix(bits)});
    if (--place->second.connections > 0) continue;
    Idle& idle = idle_[bits];
    place->second.idle_place = idle.insert(idle.end(), place->first);
    if (idle.size() > limits_.sources) drop_oldest_idle(idle);
  }
}

void Admission::drop_oldest_idle(Idle& idle) {
  sources_.erase(idle.front());
  idle.pop_front();
}

}  // namespace veilwire::limits
