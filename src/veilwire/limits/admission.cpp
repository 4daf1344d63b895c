#include "veilwire/limits/admission.h"

namespace veilwire::limits {
namespace {

IpAddress source_of(const IpAddress& address) {
  return address.prefix(address.is_ipv4() ? IpAddress::kIpv4PrefixBits + 24 : 64);
}

}  // namespace

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
  }
  return "";
}

void Admission::set_limits(const AdmissionLimits& limits) {
  limits_ = limits;
  while (idle_.size() > limits_.sources) drop_oldest_idle();
}

Admittance Admission::admit(TimePoint now, const IpAddress& address) {
  // The source first: the rate over all is not for one source to use up.
  if (const Admittance admittance = judge_source(now, address);
      admittance != Admittance::kAdmitted) {
    return admittance;
  }
  if (connections_ >= limits_.connections) return Admittance::kConnections;
  if (!bucket_.has_token(now, limits_.per_second, limits_.burst)) return Admittance::kRate;

  bucket_.take(now, limits_.per_second);
  Source& source = source_with_connection(address);
  source.bucket.take(now, limits_of(address).per_second);
  ++source.pending;
  ++source.connections;
  ++pending_;
  ++connections_;
  return Admittance::kAdmitted;
}

Admittance Admission::judge_source(TimePoint now, const IpAddress& address) {
  const Source* source = find(address);
  if (source == nullptr) return Admittance::kAdmitted;
  const SourceLimits limits = limits_of(address);
  if (source->connections >= limits.connections) return Admittance::kSourceConnections;
  if (source->pending >= limits.pending) return Admittance::kSourcePending;
  if (!source->bucket.has_token(now, limits.per_second, limits.burst))
    return Admittance::kSourceRate;
  return Admittance::kAdmitted;
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

}  // namespace veilwire::limits
