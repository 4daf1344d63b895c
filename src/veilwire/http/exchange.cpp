#include "veilwire/http/exchange.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <string_view>
#include <utility>

namespace veilwire::http {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

using ErrorCode = Exchange::ErrorCode;

namespace {

// More than a scraper's whole request.
constexpr std::size_t kFirstReadBytes = 1024;

Response page_of(bhttp::status status) {
  const std::string reason(bhttp::obsolete_reason(status));
  const auto code = static_cast<unsigned>(status);
  return {.status = code, .body = std::to_string(code) + " " + reason + "\n"};
}

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

bool is_too_long(const boost::system::error_code& error) {
  return error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow;
}

bool is_not_by_name(std::string_view host) {
  const auto endpoint = parse_endpoint(host, 80);
  if (!endpoint) return false;
  ErrorCode no_address;
  boost::asio::ip::make_address(endpoint->host, no_address);
  return !no_address || beast::iequals(endpoint->host, "localhost");
}

// As opposed to a client that went away or was too slow, who waits for no answer.
bool is_malformed(const boost::system::error_code& error) {
  static const auto& parser_errors = bhttp::make_error_code(bhttp::error::bad_method).category();
  return error.category() == parser_errors && error != bhttp::error::end_of_stream &&
         error != bhttp::error::partial_message;
}

}  // namespace

Response not_found() { return page_of(bhttp::status::not_found); }

Exchange::Exchange(Tcp::socket socket, Hosts hosts, const Handler& handler,
                   const ServerConfig& config, Done done)
    : stream_(std::move(socket)),
      hosts_(hosts),
      handler_(handler),
      config_(config),
      done_(std::move(done)),
      buffer_(config.max_header_bytes) {
  parser_.header_limit(config.max_header_bytes);
}

void Exchange::start() {
  stream_.expires_after(config_.silence);
  stream_.async_read_some(
      buffer_.prepare(std::min<std::size_t>(kFirstReadBytes, config_.max_header_bytes)),
      [self = shared_from_this()](const ErrorCode& error, std::size_t count) {
        self->first_bytes_read(error, count);
      });
}

void Exchange::first_bytes_read(const ErrorCode& error, std::size_t count) {
  if (!done_) return;
  if (error) return finish();
  buffer_.commit(count);
  read_header();
}

void Exchange::read_header() {
  stream_.expires_after(config_.timeout);
  bhttp::async_read_header(stream_, buffer_, parser_,
                           [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                             self->header_read(error);
                           });
}

void Exchange::header_read(const ErrorCode& error) {
  if (!done_) return;
  if (!error) return answer(response_to_request());
  if (is_too_long(error)) return answer(page_of(bhttp::status::request_header_fields_too_large));
  if (is_malformed(error)) return answer(page_of(bhttp::status::bad_request));
  finish();
}

Response Exchange::response_to_request() {
  const auto& request = parser_.get();
  // RFC 9112, section 3.2: exactly one Host in version 1.1.
  if (request.version() >= 11 && request.count(bhttp::field::host) != 1) {
    return page_of(bhttp::status::bad_request);
  }
  if (!names_host_that_may_be()) return page_of(bhttp::status::misdirected_request);
  const bool has_body = parser_.chunked() || parser_.content_length().value_or(0) > 0;
  if (has_body) return page_of(bhttp::status::payload_too_large);
  switch (request.method()) {
    case bhttp::verb::get:
      return response_of_handler(Method::kGet);
    case bhttp::verb::head:
      return response_of_handler(Method::kHead);
    default:
      return page_of(bhttp::status::method_not_allowed);
  }
}

// Version 1.0 may have none; browsers do not speak it.
bool Exchange::names_host_that_may_be() const {
  const auto& request = parser_.get();
  if (hosts_ == Hosts::kAny || request.count(bhttp::field::host) == 0) return true;
  const auto fields = request.equal_range(bhttp::field::host);
  return std::all_of(fields.first, fields.second,
                     [](const auto& field) { return is_not_by_name(view_of(field.value())); });
}

Response Exchange::response_of_handler(Method method) {
  const std::string_view target = view_of(parser_.get().target());
  const auto mark = target.find('?');
  Request request{.method = method, .path = std::string(target.substr(0, mark)), .query = {}};
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  return handler_(request);
}

void Exchange::answer(Response response) {
  response_.version(11);
  response_.result(response.status);
  response_.set(bhttp::field::content_type, response.content_type);
  response_.set(bhttp::field::cache_control, "no-store");
  response_.set("X-Content-Type-Options", "nosniff");
  if (response.status == static_cast<unsigned>(bhttp::status::method_not_allowed)) {
    response_.set(bhttp::field::allow, "GET, HEAD");
  }
  response_.keep_alive(false);
  response_.content_length(response.body.size());
  if (parser_.get().method() != bhttp::verb::head) response_.body() = std::move(response.body);
  stream_.expires_after(config_.timeout);
  bhttp::async_write(
      stream_, response_,
      [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->answered(error); });
}

void Exchange::answered(const ErrorCode& error) {
  if (!done_) return;
  if (error) return finish();
  ErrorCode ignored;
  stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  stream_.expires_after(config_.linger);
  linger(0);
}

void Exchange::linger(std::size_t read_bytes) {
  if (read_bytes >= kMaxLingerBytes) return finish();
  stream_.async_read_some(
      boost::asio::buffer(rest_),
      [self = shared_from_this(), read_bytes](const ErrorCode& error, std::size_t count) {
        if (!self->done_) return;
        if (error) return self->finish();
        self->linger(read_bytes + count);
      });
}

void Exchange::finish() {
  const auto done = std::exchange(done_, nullptr);
  close();
  done(shared_from_this());
}

void Exchange::close() {
  done_ = nullptr;
  stream_.close();
}

}  // namespace veilwire::http
