#include "veilwire/http/exchange.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "veilwire/base/ascii.h"
#include "veilwire/http/header_text.h"

namespace veilwire::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

using net::ErrorCode;
using net::Tcp;

namespace {

// More than a scraper's whole request.
constexpr std::size_t kFirstReadBytes = 1024;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

// As opposed to a client that went away or was too slow, who waits for no answer.
bool is_malformed(const ErrorCode& error) {
  static const auto& parser_errors = bhttp::make_error_code(bhttp::error::bad_method).category();
  return error.category() == parser_errors && error != bhttp::error::end_of_stream &&
         error != bhttp::error::partial_message;
}

// Nothing where nobody waits for an answer.
std::optional<unsigned> status_of(const ErrorCode& error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) return 431;
  if (error == bhttp::error::body_limit) return 413;
  if (is_malformed(error)) return 400;
  return std::nullopt;
}

Method method_of(bhttp::verb verb) {
  switch (verb) {
    case bhttp::verb::get:
      return Method::kGet;
    case bhttp::verb::head:
      return Method::kHead;
    case bhttp::verb::post:
      return Method::kPost;
    case bhttp::verb::put:
      return Method::kPut;
    case bhttp::verb::delete_:
      return Method::kDelete;
    default:
      return Method::kOther;
  }
}

class HttpExchange final : public Exchange, public std::enable_shared_from_this<HttpExchange> {
 public:
  HttpExchange(Tcp::socket socket, Hosts hosts, const Routes& routes, const ServerConfig& config,
               ExchangeOwner& owner)
      : client_(net::remote_of(socket)),
        stream_(std::move(socket)),
        hosts_(hosts),
        routes_(routes),
        config_(config),
        owner_(&owner),
        buffer_(config.max_header_bytes) {}

  void start() { await_request(config_.silence); }
  void stop() override;
  void abort() override;

 private:
  enum class State : std::uint8_t {
    kWaiting,    // for the first byte of a request
    kReading,    // a request
    kThinking,   // the handler has the request
    kAnswering,  // the answer is on its way
    kLingering,  // for the client to close
  };

  // What the operation under way calls when it is done, unless the exchange has ended by then.
  template <typename Then>
  auto then(Then next) {
    return [self = shared_from_this(), next](const ErrorCode& error, std::size_t count = 0) {
      if (self->owner_ != nullptr) next(*self, error, count);
    };
  }

  void await_request(Duration patience);
  void first_bytes_read(const ErrorCode& error, std::size_t count);
  void read_header();
  void header_read(const ErrorCode& error);
  bool is_continue_expected() const;
  void read_body();
  void request_read(const ErrorCode& error);
  std::optional<unsigned> refusal_of_header() const;
  bool names_host_that_may_be() const;
  Request request_of_parser();
  void serve(const Request& request);
  void ask(const Handler& handler, const Request& request);
  void watch_client();
  void upgrade(const WebSocketHandler& handler, const Request& request);
  void refuse(unsigned status);
  void answer(Response response);
  void answered(const ErrorCode& error);
  void linger(std::size_t read_bytes);
  void finish();

  const Endpoint client_;
  beast::tcp_stream stream_;
  const Hosts hosts_;
  const Routes& routes_;
  const ServerConfig& config_;
  ExchangeOwner* owner_;  // none once it has ended
  State state_ = State::kWaiting;
  bool is_last_ = false;  // the connection ends with the answer
  bool is_head_ = false;
  std::uint64_t number_ = 0;  // of the request, so that no answer comes to another one's
  beast::flat_buffer buffer_;
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  bhttp::response<bhttp::string_body> response_;
  std::array<char, 1024> rest_;
};

// -- The request ----------------------------------------------------------------------------------

void HttpExchange::await_request(Duration patience) {
  state_ = State::kWaiting;
  parser_.emplace();
  parser_->header_limit(config_.max_header_bytes);
  parser_->body_limit(config_.max_body_bytes);
  // Sent before the answer to the one before.
  if (buffer_.size() != 0) return read_header();
  stream_.expires_after(patience);
  stream_.async_read_some(
      buffer_.prepare(std::min<std::size_t>(kFirstReadBytes, config_.max_header_bytes)),
      then([](HttpExchange& self, const ErrorCode& error, std::size_t count) {
        self.first_bytes_read(error, count);
      }));
}

void HttpExchange::first_bytes_read(const ErrorCode& error, std::size_t count) {
  if (error) return finish();
  buffer_.commit(count);
  read_header();
}

void HttpExchange::read_header() {
  state_ = State::kReading;
  ++number_;
  stream_.expires_after(config_.timeout);
  bhttp::async_read_header(stream_, buffer_, *parser_,
                           then([](HttpExchange& self, const ErrorCode& error, std::size_t) {
                             self.header_read(error);
                           }));
}

void HttpExchange::header_read(const ErrorCode& error) {
  is_head_ = parser_->get().method() == bhttp::verb::head;
  if (error) return request_read(error);
  if (const auto refusal = refusal_of_header()) return refuse(*refusal);
  if (!is_continue_expected()) return read_body();
  boost::asio::async_write(stream_, boost::asio::buffer(kContinue),
                           then([](HttpExchange& self, const ErrorCode& failed, std::size_t) {
                             failed ? self.finish() : self.read_body();
                           }));
}

std::optional<unsigned> HttpExchange::refusal_of_header() const {
  const auto& request = parser_->get();
  // RFC 9112, section 3.2: exactly one Host in version 1.1.
  if (request.version() >= 11 && request.count(bhttp::field::host) != 1) return 400;
  if (!names_host_that_may_be()) return 421;
  const bool has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0;
  if (has_body && config_.max_body_bytes == 0) return 413;
  return std::nullopt;
}

// Version 1.0 may have none; browsers do not speak it.
bool HttpExchange::names_host_that_may_be() const {
  const auto& request = parser_->get();
  if (hosts_ == Hosts::kAny || request.count(bhttp::field::host) == 0) return true;
  const auto fields = request.equal_range(bhttp::field::host);
  return std::all_of(fields.first, fields.second,
                     [](const auto& field) { return is_not_by_name(view_of(field.value())); });
}

bool HttpExchange::is_continue_expected() const {
  return !parser_->is_done() &&
         equal_in_either_case(view_of(parser_->get()[bhttp::field::expect]), "100-continue");
}

void HttpExchange::read_body() {
  if (parser_->is_done()) return request_read({});
  bhttp::async_read(stream_, buffer_, *parser_,
                    then([](HttpExchange& self, const ErrorCode& error, std::size_t) {
                      self.request_read(error);
                    }));
}

void HttpExchange::request_read(const ErrorCode& error) {
  if (!error) {
    is_last_ = is_last_ || config_.idle == Duration::zero() || !parser_->keep_alive() ||
               parser_->get().version() < 11;
    return serve(request_of_parser());
  }
  if (const auto status = status_of(error)) return refuse(*status);
  finish();
}

Request HttpExchange::request_of_parser() {
  auto& from = parser_->get();
  const std::string_view target = view_of(from.target());
  const auto mark = target.find('?');
  Request request{.method = method_of(from.method()),
                  .path = std::string(target.substr(0, mark)),
                  .client = client_};
  if (mark != target.npos) request.query = target.substr(mark + 1);
  for (const auto& field : from) {
    request.headers.push_back(
        {std::string(view_of(field.name_string())), std::string(view_of(field.value()))});
  }
  request.body = std::move(from.body());
  return request;
}

// -- The answer -----------------------------------------------------------------------------------

void HttpExchange::serve(const Request& request) {
  auto found = routes_.find(request);
  if (found.handler != nullptr) return ask(*found.handler, request);
  if (found.web_socket != nullptr) return upgrade(*found.web_socket, request);
  answer(std::move(found.refusal));
}

void HttpExchange::ask(const Handler& handler, const Request& request) {
  state_ = State::kThinking;
  stream_.expires_never();
  handler(request, Answer([weak = weak_from_this(), number = number_](Response response) {
            const auto self = weak.lock();
            if (self && self->state_ == State::kThinking && self->number_ == number) {
              self->answer(std::move(response));
            }
          }));
  if (owner_ != nullptr && state_ == State::kThinking) watch_client();
}

// A client that goes while its answer is thought about frees its place. What it sends instead is
// left in the socket until there is an answer, and it is not watched any more.
void HttpExchange::watch_client() {
  stream_.socket().async_wait(
      Tcp::socket::wait_read,
      then([number = number_](HttpExchange& self, const ErrorCode& error, std::size_t) {
        if (error || self.state_ != State::kThinking || self.number_ != number) return;
        ErrorCode failed;
        if (self.stream_.socket().available(failed) == 0) self.finish();
      }));
}

void HttpExchange::upgrade(const WebSocketHandler& handler, const Request& request) {
  // What is sent before our handshake is no frame of this connection (RFC 6455, 4.1).
  if (buffer_.size() != 0 || parser_->get().version() < 11) return refuse(400);
  if (!is_of_same_origin(request)) return refuse(403);
  const auto session = make_web_socket(config_, *owner_);
  auto events = handler(request, session);
  if (!events) return answer(std::move(events.error()));
  stream_.expires_never();
  ExchangeOwner* const owner = std::exchange(owner_, nullptr);
  owner->replaced(*this, session);
  session->begin(stream_.release_socket(), request, std::move(*events));
}

// What follows a request that was not read to its end is no request.
void HttpExchange::refuse(unsigned status) {
  is_last_ = true;
  answer(status_page(status));
}

void HttpExchange::answer(Response response) {
  if (owner_ == nullptr) return;
  state_ = State::kAnswering;
  response_ = {};
  response_.version(11);
  response_.result(response.status);
  response_.set(bhttp::field::content_type, response.content_type);
  response_.set(bhttp::field::cache_control, "no-store");
  response_.set("X-Content-Type-Options", "nosniff");
  for (const Header& header : response.headers) response_.set(header.name, header.value);
  if (is_last_) response_.keep_alive(false);
  response_.content_length(response.body.size());
  if (!is_head_) response_.body() = std::move(response.body);
  stream_.expires_after(config_.timeout);
  bhttp::async_write(
      stream_, response_,
      then([](HttpExchange& self, const ErrorCode& error, std::size_t) { self.answered(error); }));
}

void HttpExchange::answered(const ErrorCode& error) {
  if (error) return finish();
  response_ = {};
  if (!is_last_) return await_request(config_.idle);
  state_ = State::kLingering;
  ErrorCode ignored;
  stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  stream_.expires_after(config_.linger);
  linger(0);
}

void HttpExchange::linger(std::size_t read_bytes) {
  if (read_bytes >= kMaxLingerBytes) return finish();
  stream_.async_read_some(
      boost::asio::buffer(rest_),
      then([read_bytes](HttpExchange& self, const ErrorCode& error, std::size_t count) {
        error ? self.finish() : self.linger(read_bytes + count);
      }));
}

// -- The end --------------------------------------------------------------------------------------

void HttpExchange::stop() {
  is_last_ = true;
  if (state_ == State::kWaiting) finish();
}

void HttpExchange::finish() {
  const auto self = shared_from_this();
  ExchangeOwner* const owner = owner_;
  abort();
  if (owner != nullptr) owner->ended(*this);
}

void HttpExchange::abort() {
  owner_ = nullptr;
  stream_.close();
}

}  // namespace

std::shared_ptr<Exchange> begin_exchange(Tcp::socket socket, Hosts hosts, const Routes& routes,
                                         const ServerConfig& config, ExchangeOwner& owner) {
  auto exchange = std::make_shared<HttpExchange>(std::move(socket), hosts, routes, config, owner);
  exchange->start();
  return exchange;
}

}  // namespace veilwire::http
