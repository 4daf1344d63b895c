#include "veilwire/net/stream.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "veilwire/net/dial_text.h"
#include "veilwire/net/socks5_client.h"

namespace veilwire::net {
namespace {

using Done = std::function<void(std::expected<Stream, StreamFailure>)>;

DialError dial_error_of(const ErrorCode& error) {
  namespace asio_error = boost::asio::error;
  if (error == asio_error::connection_refused) return DialError::kRefused;
  if (error == asio_error::timed_out) return DialError::kTimedOut;
  if (error == asio_error::host_unreachable || error == asio_error::network_unreachable ||
      error == boost::system::errc::address_not_available || error == asio_error::access_denied ||
      error == asio_error::invalid_argument || error == asio_error::address_family_not_supported) {
    return DialError::kUnreachable;
  }
  if (error == asio_error::connection_reset || error == asio_error::eof ||
      error == asio_error::broken_pipe) {
    return DialError::kPeerClosed;
  }
  return DialError::kSystem;
}

DialError dial_error_of(Socks5Error error) {
  switch (error) {
    case Socks5Error::kRefused:
      return DialError::kRefused;
    case Socks5Error::kNetworkUnreachable:
    case Socks5Error::kHostUnreachable:
      return DialError::kUnreachable;
    case Socks5Error::kTtlExpired:
      return DialError::kTimedOut;
    default:
      return DialError::kProxyFailed;
  }
}

// One call of dial_stream(): a chain of steps, each of which starts the next, on one strand.
class StreamRun final : public Dial, public std::enable_shared_from_this<StreamRun> {
 public:
  StreamRun(Strand strand, Endpoint target, StreamConfig config, Done done)
      : target_(std::move(target)),
        config_(std::move(config)),
        done_(std::move(done)),
        socket_(strand),
        timer_(strand) {}

  void start() {
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->connect(); });
  }
  void cancel() override {
    boost::asio::post(socket_.get_executor(),
                      [self = shared_from_this()] { self->fail(DialError::kCancelled); });
  }

 private:
  void connect();
  ErrorCode open(const Tcp::endpoint& to);
  void connected();
  void say_to_proxy();
  void hear_from_proxy();
  void take_from_proxy(ByteView bytes);
  void limit(Duration duration);
  void timed_out();
  void not_connected(DialError error, std::string_view detail = {});
  void fail(DialError error, std::string_view detail = {});
  void finish(std::expected<Stream, StreamFailure> result);

  const Endpoint target_;
  const StreamConfig config_;
  Done done_;
  Tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::optional<Socks5Client> socks_;
};

void StreamRun::connect() {
  if (!done_) return;
  const auto to = to_tcp(config_.proxy ? config_.proxy->address : target_);
  if (!to) return fail(DialError::kSystem, to.error());
  if (const ErrorCode error = open(*to); error) return fail(DialError::kSystem, error.message());
  limit(config_.connect_timeout);
  socket_.async_connect(*to, [self = shared_from_this()](const ErrorCode& error) {
    if (!self->done_) return;
    if (error) return self->not_connected(dial_error_of(error), error.message());
    self->connected();
  });
  if (config_.begun) {
    config_.begun(local_of(socket_), to_endpoint(*to->data()).value_or(Endpoint{}));
  }
}

ErrorCode StreamRun::open(const Tcp::endpoint& to) {
  ErrorCode error;
  socket_.open(to.protocol(), error);
  if (!error && config_.prepare) error = config_.prepare(socket_);
  return error;
}

void StreamRun::limit(Duration duration) {
  timer_.expires_after(duration);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    // It may have been due already when it was set anew.
    if (!error && self->timer_.expiry() <= std::chrono::steady_clock::now()) {
      self->timed_out();
    }
  });
}

void StreamRun::timed_out() {
  socks_ ? fail(DialError::kTimedOut) : not_connected(DialError::kTimedOut);
}

// Of a proxy that cannot be reached nobody may take it that its target is what was refused.
void StreamRun::not_connected(DialError error, std::string_view detail) {
  if (!config_.proxy || error == DialError::kSystem) return fail(error, detail);
  fail(DialError::kProxyFailed, proxy_unreached_text(config_.proxy->address, error, detail));
}

void StreamRun::connected() {
  if (!config_.proxy) return finish(Stream{std::move(socket_), {}});
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  limit(config_.proxy_timeout);
  socks_.emplace(target_, config_.proxy->user, config_.proxy->password);
  say_to_proxy();
}

// Some tens of bytes at a time: the socket's buffer takes them at once.
void StreamRun::say_to_proxy() {
  if (const auto error = socks_->error()) {
    return fail(dial_error_of(*error), socks5_error_text(*error));
  }
  const ByteView bytes = socks_->bytes_to_send();
  ErrorCode error;
  const std::size_t count =
      bytes.empty() ? 0
                    : socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error) return fail(dial_error_of(error), error.message());
  socks_->mark_sent(count);
  socket_.async_wait(Tcp::socket::wait_read, [self = shared_from_this()](const ErrorCode& failed) {
    if (!failed && self->done_) self->hear_from_proxy();
  });
}

void StreamRun::hear_from_proxy() {
  std::array<std::uint8_t, 512> buffer;
  ErrorCode error;
  const std::size_t count = socket_.read_some(boost::asio::buffer(buffer), error);
  if (error == boost::asio::error::would_block) return say_to_proxy();
  if (error) return fail(DialError::kPeerClosed);
  take_from_proxy(ByteView(buffer).first(count));
}

void StreamRun::take_from_proxy(ByteView bytes) {
  const ByteView rest = bytes.subspan(socks_->feed(bytes));
  if (!socks_->done()) return say_to_proxy();
  finish(Stream{std::move(socket_), Bytes(rest.begin(), rest.end())});
}

void StreamRun::fail(DialError error, std::string_view detail) {
  if (!done_) return;
  ErrorCode ignored;
  socket_.close(ignored);
  const DialPhase phase = config_.proxy ? DialPhase::kProxy : DialPhase::kConnect;
  finish(std::unexpected(StreamFailure{phase, error, std::string(detail)}));
}

void StreamRun::finish(std::expected<Stream, StreamFailure> result) {
  timer_.cancel();
  std::exchange(done_, nullptr)(std::move(result));
}

}  // namespace

std::shared_ptr<Dial> dial_stream(Strand strand, const Endpoint& target, StreamConfig config,
                                  Done done) {
  auto run =
      std::make_shared<StreamRun>(std::move(strand), target, std::move(config), std::move(done));
  run->start();
  return run;
}

}  // namespace veilwire::net
