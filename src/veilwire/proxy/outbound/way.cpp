#include "veilwire/proxy/outbound/way.h"

#include <algorithm>
#include <utility>

#include "veilwire/base/ip_address.h"
#include "veilwire/net/resolve.h"
#include "veilwire/net/runtime.h"

namespace veilwire::proxy {

using net::Socks5Reply;

namespace {

constexpr NoWay kToItself{Refusal::kToItself, "the target is this proxy", Socks5Reply::kNotAllowed};
constexpr NoWay kNeedsUpstream{Refusal::kNeedsUpstream, "a hidden service needs an upstream proxy",
                               Socks5Reply::kHostUnreachable};
constexpr NoWay kLocalTarget{
    Refusal::kLocalTarget,
    "the target is on this machine or its network, and the program is not on this machine: "
    "allow-local-targets lets it through",
    Socks5Reply::kNotAllowed};

// Programs ask for isolated streams by the login that they use, in which either text may be empty.
// The operator's own is one that the upstream checks: it would refuse theirs.
std::optional<net::Socks5Proxy> upstream_for(const Settings& config,
                                             const net::Socks5Request& request) {
  auto upstream = config.upstream;
  if (upstream && upstream->user.empty() && upstream->password.empty()) {
    upstream->user = request.user;
    upstream->password = request.password;
  }
  return upstream;
}

// RFC 6761, 6.3: every name that ends so is this machine's.
bool is_localhost(std::string_view host) {
  const std::string name = canonical_host(host);
  return name == "localhost" || name.ends_with(".localhost");
}

// A name may stand for any address: an upstream that resolves it decides.
bool is_local(std::string_view host) {
  const auto address = IpAddress::parse(host);
  return address ? address->is_internal() : is_localhost(host);
}

}  // namespace

Way::Way(const Service& service, const net::Socks5Request& request, Reach reach)
    : target_(service.config.map.find(request.target)),
      upstream_(upstream_for(service.config, request)),
      reach_(reach),
      answer_by_(net::now() + service.config.limits.connect_timeout) {
  if (!needs_addresses()) addresses_ = {target_};
}

bool Way::needs_addresses() const { return !upstream_ && !net::is_numeric(target_.host); }

std::optional<NoWay> Way::obstacle(const Service& service) const {
  if (is_hidden_service(target_.host) && !upstream_) return kNeedsUpstream;
  return obstacle_at(service, target_);
}

std::optional<NoWay> Way::obstacle_at(const Service& service, const Endpoint& place) const {
  if (service.own_addresses.is_reached_by(place)) return kToItself;
  if (reach_ == Reach::kNothingLocal && is_local(place.host)) return kLocalTarget;
  return std::nullopt;
}

void Way::set_addresses(std::vector<Endpoint> addresses) {
  std::ranges::reverse(addresses);
  addresses_ = std::move(addresses);
}

std::optional<NoWay> Way::next(const Service& service) {
  address_ = addresses_.back();
  addresses_.pop_back();
  policy_ = service.config.policies.of_resolved(target_.host, address_.host);
  return obstacle_at(service, address_);
}

bool Way::leads_to_this_machine(const Service& service, const FourTuple& tuple) const {
  return !upstream_ && service.own_addresses.is_end_of(tuple);
}

Duration Way::time_to_answer() const {
  return std::max<Duration>(answer_by_ - net::now(), std::chrono::milliseconds(1));
}

Socks5Reply reply_for(net::DialError error) {
  switch (error) {
    case net::DialError::kRefused:
      return Socks5Reply::kRefused;
    case net::DialError::kUnreachable:
      return Socks5Reply::kHostUnreachable;
    case net::DialError::kTimedOut:
      return Socks5Reply::kTtlExpired;
    default:
      return Socks5Reply::kGeneralFailure;
  }
}

}  // namespace veilwire::proxy
