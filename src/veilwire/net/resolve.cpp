#include "veilwire/net/resolve.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <utility>

#include "veilwire/net/address.h"
#include "veilwire/net/lookup_threads.h"
#include "veilwire/net/tcp.h"

namespace veilwire::net {
namespace {

using Addresses = std::expected<std::vector<Endpoint>, std::string>;
using Done = std::function<void(Addresses)>;

// Blocks.
Addresses look_up(const Endpoint& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(target.host.c_str(), nullptr, &hints, &found); error != 0) {
    return std::unexpected("'" + target.host + "' cannot be resolved: " + ::gai_strerror(error));
  }
  std::vector<Endpoint> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    auto address = to_endpoint(*one->ai_addr);
    if (!address) continue;
    address->port = target.port;
    if (addresses.size() < kMaxAddressesOfName && !std::ranges::count(addresses, *address)) {
      addresses.push_back(*address);
    }
  }
  ::freeaddrinfo(found);
  return addresses;
}

// What a thread may still touch when the loop is gone: where to bring its
// answer, as long as somebody wants it.
class Mailbox {
 public:
  explicit Mailbox(std::function<void(Addresses)> to) : to_(std::move(to)) {}
  void deliver(Addresses addresses) {
    const std::lock_guard lock(mutex_);
    if (to_) to_(std::move(addresses));
  }
  bool is_open() {
    const std::lock_guard lock(mutex_);
    return to_ != nullptr;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    to_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::function<void(Addresses)> to_;
};

// One name being looked up, and the timer that runs beside it. The timer keeps
// it alive; with the loop both go.
class Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  Lookup(Runtime& runtime, Endpoint target, Done done)
      : strand_(boost::asio::make_strand(runtime.context())),
        timer_(strand_),
        target_(std::move(target)),
        done_(std::move(done)) {}
  ~Lookup() {
    if (mailbox_ != nullptr) mailbox_->close();
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  void start(Duration timeout) {
    timer_.expires_after(timeout);
    timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
      if (!error) {
        self->finish(std::unexpected("'" + self->target_.host + "' was not resolved in time"));
      }
    });
    mailbox_ =
        std::make_shared<Mailbox>([weak = weak_from_this(), strand = strand_](Addresses found) {
          boost::asio::post(strand, [weak, found = std::move(found)]() mutable {
            if (const auto self = weak.lock()) self->finish(std::move(found));
          });
        });
    // It may have waited for a thread for longer than its asker.
    const bool taken = run_lookup([mailbox = mailbox_, target = target_] {
      if (mailbox->is_open()) mailbox->deliver(look_up(target));
    });
    if (!taken) {
      mailbox_->deliver(std::unexpected(
          "'" + target_.host + "' was not looked up: too many lookups are already waiting"));
    }
  }

 private:
  // The first of answer and timer wins.
  void finish(Addresses addresses) {
    timer_.cancel();
    mailbox_->close();
    if (const Done done = std::exchange(done_, nullptr)) done(std::move(addresses));
  }

  Strand strand_;
  boost::asio::steady_timer timer_;
  const Endpoint target_;
  Done done_;
  std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace

bool is_numeric(const std::string& host) { return numeric_address(host).has_value(); }

void resolve(Runtime& runtime, const Endpoint& target, Duration timeout, Done done) {
  const auto answer = [&](Addresses addresses) {
    runtime.post([done = std::move(done), addresses = std::move(addresses)] { done(addresses); });
  };
  if (is_numeric(target.host)) return answer(std::vector{target});
  if (ends_in_a_number(target.host)) {
    return answer(std::unexpected("'" + target.host + "' is neither an address nor a name"));
  }
  if (is_hidden_service(target.host)) {
    return answer(std::unexpected("'" + target.host + "' can be reached only through a proxy"));
  }
  std::make_shared<Lookup>(runtime, target, std::move(done))->start(timeout);
}

}  // namespace veilwire::net
