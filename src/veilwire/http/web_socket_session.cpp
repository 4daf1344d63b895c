#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "veilwire/http/exchange.h"

namespace veilwire::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
namespace websocket = boost::beast::websocket;

using net::ErrorCode;
using net::Tcp;

namespace {

// The part of a request that makes a handshake.
bhttp::request<bhttp::empty_body> handshake_of(const Request& request) {
  bhttp::request<bhttp::empty_body> out(bhttp::verb::get, request.path, 11);
  for (const char* name :
       {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
    const std::string_view value = request.header(name);
    if (!value.empty()) out.set(name, beast::string_view(value.data(), value.size()));
  }
  return out;
}

// Beast's own way to end waits for the client for as long as that likes; this one for `linger`.
struct Stream : beast::tcp_stream {
  Stream(Tcp::socket socket, Duration patience)
      : beast::tcp_stream(std::move(socket)), linger(patience) {}
  const Duration linger;
};

template <typename Handler>
void drain(Stream& stream, std::shared_ptr<std::array<char, 1024>> rest, Handler handler) {
  const auto into = boost::asio::buffer(*rest);
  stream.async_read_some(into, [&stream, rest, handler = std::move(handler)](const ErrorCode& error,
                                                                             std::size_t) mutable {
    if (error) return handler(ErrorCode());
    drain(stream, std::move(rest), std::move(handler));
  });
}

// Found by Beast by the type of the stream.
template <typename Handler>
void async_teardown(beast::role_type, Stream& stream, Handler&& handler) {
  ErrorCode ignored;
  stream.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  stream.expires_after(stream.linger);
  drain(stream, std::make_shared<std::array<char, 1024>>(), std::forward<Handler>(handler));
}

class Session final : public WebSocketSession, public std::enable_shared_from_this<Session> {
 public:
  Session(const ServerConfig& config, ExchangeOwner& owner) : config_(config), owner_(&owner) {}

  void begin(Tcp::socket socket, const Request& request, WebSocketEvents events) override;
  void send(std::string text) override;
  void close() override { say_goodbye(websocket::close_code::normal); }
  void stop() override { say_goodbye(websocket::close_code::going_away); }
  void abort() override;

 private:
  using Socket = websocket::stream<Stream>;

  template <typename Then>
  auto then(Then next) {
    return [self = shared_from_this(), next](const ErrorCode& error, std::size_t = 0) {
      if (self->owner_ == nullptr) return;
      error ? self->finish() : next(*self);
    };
  }

  void accepted();
  void read();
  void message_read();
  void write();
  void message_written();
  void say_goodbye(websocket::close_code code);
  void finish();

  const ServerConfig& config_;
  ExchangeOwner* owner_;  // none once it has ended
  // Shared with whoever is calling one of them, which may end all this.
  std::shared_ptr<const WebSocketEvents> events_;
  bhttp::request<bhttp::empty_body> handshake_;
  std::optional<Socket> socket_;
  beast::flat_buffer buffer_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool is_open_ = false;
  bool is_writing_ = false;
  std::optional<websocket::close_code> goodbye_;  // once it is to be said
};

void Session::begin(Tcp::socket socket, const Request& request, WebSocketEvents events) {
  if (owner_ == nullptr) return;
  events_ = std::make_shared<WebSocketEvents>(std::move(events));
  handshake_ = handshake_of(request);
  socket_.emplace(std::move(socket), config_.linger);
  socket_->set_option(websocket::stream_base::timeout{
      .handshake_timeout = config_.timeout,
      .idle_timeout = config_.web_socket_idle,
      .keep_alive_pings = true,
  });
  socket_->read_message_max(config_.max_message_bytes);
  socket_->text(true);
  socket_->async_accept(handshake_, then([](Session& self) { self.accepted(); }));
}

void Session::accepted() {
  is_open_ = true;
  handshake_ = {};
  read();
  write();
}

void Session::read() {
  socket_->async_read(buffer_, then([](Session& self) { self.message_read(); }));
}

void Session::message_read() {
  if (!socket_->got_text()) {
    say_goodbye(websocket::close_code::unknown_data);
  } else if (const auto events = events_; events->message && !goodbye_) {
    const auto data = buffer_.data();
    events->message({static_cast<const char*>(data.data()), data.size()});
    if (owner_ == nullptr) return;
  }
  buffer_.clear();
  read();
}

void Session::send(std::string text) {
  if (owner_ == nullptr || goodbye_) return;
  queued_bytes_ += text.size();
  queue_.push_back(std::move(text));
  if (queued_bytes_ > config_.max_queued_bytes) {
    goodbye_ = websocket::close_code::policy_error;
    // Later: who calls is still using it.
    if (socket_) {
      boost::asio::post(socket_->get_executor(), [self = shared_from_this()] { self->finish(); });
    }
    return;
  }
  write();
}

void Session::write() {
  if (!is_open_ || is_writing_) return;
  if (!queue_.empty()) {
    is_writing_ = true;
    socket_->async_write(boost::asio::buffer(queue_.front()),
                         then([](Session& self) { self.message_written(); }));
  } else if (goodbye_) {
    is_writing_ = true;
    socket_->async_close(*goodbye_, then([](Session& self) { self.finish(); }));
  }
}

void Session::message_written() {
  is_writing_ = false;
  queued_bytes_ -= queue_.front().size();
  queue_.pop_front();
  write();
}

void Session::say_goodbye(websocket::close_code code) {
  if (owner_ == nullptr || goodbye_) return;
  goodbye_ = code;
  write();
}

void Session::finish() {
  if (owner_ == nullptr) return;
  const auto self = shared_from_this();
  ExchangeOwner* const owner = owner_;
  const auto events = events_;
  abort();
  owner->ended(*this);
  if (events->closed) events->closed();
}

void Session::abort() {
  owner_ = nullptr;
  events_.reset();
  if (socket_) beast::get_lowest_layer(*socket_).close();
}

}  // namespace

std::shared_ptr<WebSocketSession> make_web_socket(const ServerConfig& config,
                                                  ExchangeOwner& owner) {
  return std::make_shared<Session>(config, owner);
}

}  // namespace veilwire::http
