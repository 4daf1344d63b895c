#include "veilwire/proxy/admission.h"

#include <algorithm>

namespace veilwire::proxy {
namespace {

constexpr Duration time_per_token(std::uint32_t per_second) {
  return Duration(std::chrono::seconds(1)) / Duration::rep{per_second};
}

IpAddress source_of(const IpAddress& address) {
  return address.prefix(address.is_ipv4() ? IpAddress::kIpv4PrefixBits + 24 : 64);
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAdmitted:
      return "admitted";
    case Verdict::kConnections:
      return "connections";
    case Verdict::kRate:
      return "rate";
    case Verdict::kSourceConnections:
      return "source_connections";
    case Verdict::kSourcePending:
      return "source_pending";
    case Verdict::kSourceRate:
      return "source_rate";
  }
  return "";
}

bool TokenBucket::has_token(TimePoint now, std::uint32_t per_second, std::uint32_t burst) const {
  return full_at_ <= now + time_per_token(per_second) * Duration::rep{burst - 1};
}

void TokenBucket::take(TimePoint now, std::uint32_t per_second) {
  full_at_ = std::max(full_at_, now) + time_per_token(per_second);
}

void Admission::set_limits(const AdmissionLimits& limits) {
  limits_ = limits;
  while (idle_.size() > limits_.sources) drop_oldest_idle();
}

Verdict Admission::admit(TimePoint now, const IpAddress& address) {
  // The source first: the rate over all is not for one source to use up.
  if (const Verdict verdict = judge_source(now, address); verdict != Verdict::kAdmitted) {
    return verdict;
  }
  if (connections_ >= limits_.connections) return Verdict::kConnections;
  if (!bucket_.has_token(now, limits_.per_second, limits_.burst)) return Verdict::kRate;

  bucket_.take(now, limits_.per_second);
  Source& source = source_with_connection(address);
  source.bucket.take(now, limits_of(address).per_second);
  ++source.pending;
  ++source.connections;
  ++pending_;
  ++connections_;
  return Verdict::kAdmitted;
}

Verdict Admission::judge_source(TimePoint now, const IpAddress& address) {
  const Source* source = find(address);
  if (source == nullptr) return Verdict::kAdmitted;
  const SourceLimits limits = limits_of(address);
  if (source->connections >= limits.connections) return Verdict::kSourceConnections;
  if (source->pending >= limits.pending) return Verdict::kSourcePending;
  if (!source->bucket.has_token(now, limits.per_second, limits.burst)) return Verdict::kSourceRate;
  return Verdict::kAdmitted;
}

void Admission::handshake_done(const IpAddress& address) {
  Source* source = find(address);
  if (source == nullptr || source->pending == 0) return;
  --source->pending;
  --pending_;
}

void Admission::closed(const IpAddress& address) {
  Source* source = find(address);
  if (source == nullptr || source->connections == 0) return;
  --connections_;
  // No handshake is under way without its connection, whatever was not reported.
  if (source->pending == source->connections) handshake_done(address);
  if (--source->connections > 0 || source == &loopback_) return;
  source->idle_place = idle_.insert(idle_.end(), source_of(address));
  if (idle_.size() > limits_.sources) drop_oldest_idle();
}

Admission::SourceLimits Admission::limits_of(const IpAddress& address) const {
  if (address.is_loopback()) {
    return {limits_.loopback_per_second, limits_.loopback_burst, limits_.loopback_pending,
            limits_.connections};
  }
  return {limits_.source_per_second, limits_.source_burst, limits_.source_pending,
          limits_.source_connections};
}

Admission::Source* Admission::find(const IpAddress& address) {
  if (address.is_loopback()) return &loopback_;
  const auto found = sources_.find(source_of(address));
  return found == sources_.end() ? nullptr : &found->second;
}

Admission::Source& Admission::source_with_connection(const IpAddress& address) {
  if (address.is_loopback()) return loopback_;
  const auto [place, is_new] = sources_.try_emplace(source_of(address));
  Source& source = place->second;
  if (!is_new && source.connections == 0) idle_.erase(source.idle_place);
  return source;
}

void Admission::drop_oldest_idle() {
  sources_.erase(idle_.front());
  idle_.pop_front();
}

}  // namespace veilwire::proxy
