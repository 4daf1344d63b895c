#include "veilwire/net/resolve.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "veilwire/net/address.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {
namespace {

using Addresses = std::expected<std::vector<Endpoint>, std::string>;
using Done = std::function<void(Addresses)>;

// One name being looked up, and the timer that runs beside it.
struct Lookup : std::enable_shared_from_this<Lookup> {
  Lookup(Runtime& runtime, Done to)
      : strand(boost::asio::make_strand(runtime.context())),
        resolver(strand),
        timer(strand),
        done(std::move(to)) {}

  void start(const Endpoint& target, Duration timeout) {
    host = target.host;
    port = target.port;
    timer.expires_after(timeout);
    timer.async_wait([self = shared_from_this()](const ErrorCode& error) {
      if (!error) self->finish(std::unexpected("'" + self->host + "' was not resolved in time"));
    });
    resolver.async_resolve(host, std::to_string(port), Tcp::resolver::numeric_service,
                           [self = shared_from_this()](const ErrorCode& error,
                                                       const Tcp::resolver::results_type& found) {
                             self->resolved(error, found);
                           });
  }

  void resolved(const ErrorCode& error, const Tcp::resolver::results_type& found) {
    if (error) {
      return finish(std::unexpected("'" + host + "' cannot be resolved: " + error.message()));
    }
    std::vector<Endpoint> addresses;
    for (const auto& one : found) {
      const Endpoint address = to_endpoint(one.endpoint());
      if (addresses.size() < kMaxAddressesOfName && !std::ranges::count(addresses, address)) {
        addresses.push_back(address);
      }
    }
    finish(std::move(addresses));
  }

  // The first of resolver and timer wins.
  void finish(Addresses addresses) {
    if (!done) return;
    timer.cancel();
    resolver.cancel();
    std::exchange(done, nullptr)(std::move(addresses));
  }

  boost::asio::strand<boost::asio::io_context::executor_type> strand;
  Tcp::resolver resolver;
  boost::asio::steady_timer timer;
  Done done;
  std::string host;
  std::uint16_t port = 0;
};

}  // namespace

bool is_numeric(const std::string& host) { return numeric_address(host).has_value(); }

void resolve(Runtime& runtime, const Endpoint& target, Duration timeout, Done done) {
  const auto answer = [&](Addresses addresses) {
    runtime.post([done = std::move(done), addresses = std::move(addresses)] { done(addresses); });
  };
  if (is_numeric(target.host)) return answer(std::vector{target});
  if (is_hidden_service(target.host)) {
    return answer(std::unexpected("'" + target.host + "' can be reached only through a proxy"));
  }
  std::make_shared<Lookup>(runtime, std::move(done))->start(target, timeout);
}

}  // namespace veilwire::net
