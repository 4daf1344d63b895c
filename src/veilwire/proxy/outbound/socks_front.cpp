#include "veilwire/proxy/outbound/socks_front.h"

#include <array>
#include <utility>

namespace veilwire::proxy {

using net::ErrorCode;
using net::Tcp;

SocksFront::SocksFront(Tcp::socket socket)
    : socket_(std::move(socket)), timer_(socket_.get_executor()) {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(Tcp::no_delay(true), ignored);
}

void SocksFront::start(Asked asked) {
  asked_ = std::move(asked);
  timer_.expires_after(kSocksTimeout);
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error) self->finish(std::unexpected(std::nullopt));
  });
  wait();
}

void SocksFront::wait() {
  socket_.async_wait(Tcp::socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
    if (!error && self->asked_) self->hear();
  });
}

void SocksFront::hear() {
  std::array<std::uint8_t, 1024> buffer;
  ErrorCode error;
  const std::size_t count = socket_.read_some(boost::asio::buffer(buffer), error);
  if (error == boost::asio::error::would_block) return wait();
  if (error) return finish(std::unexpected(std::nullopt));
  take(ByteView(buffer).first(count));
}

void SocksFront::take(ByteView bytes) {
  const ByteView rest = bytes.subspan(server_.feed(bytes));
  send();
  if (const auto fault = server_.fault()) return finish(std::unexpected(NoRequest(*fault)));
  if (!server_.request()) return wait();
  first_bytes_.assign(rest.begin(), rest.end());
  finish(*server_.request());
}

void SocksFront::send() {
  ErrorCode error;
  while (!error && !server_.bytes_to_send().empty()) {
    const ByteView bytes = server_.bytes_to_send();
    server_.mark_sent(socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error));
  }
  if (error && error != boost::asio::error::would_block) finish(std::unexpected(std::nullopt));
}

void SocksFront::reply(net::Socks5Reply reply, const Endpoint& bound) {
  server_.reply(reply, bound);
  send();
}

void SocksFront::close() {
  ErrorCode ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  socket_.close(ignored);
  finish(std::unexpected(std::nullopt));
}

void SocksFront::finish(std::expected<net::Socks5Request, NoRequest> result) {
  timer_.cancel();
  if (const auto asked = std::exchange(asked_, nullptr)) asked(std::move(result));
}

}  // namespace veilwire::proxy
