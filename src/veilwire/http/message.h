// A request, its answer, and who gives it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/base/endpoint.h"

namespace veilwire::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kDelete, kOther };
// "GET"; empty for kOther.
std::string_view method_name(Method method);

struct Header {
  std::string name;
  std::string value;
};

// Foreign text: at most ServerConfig::max_header_bytes of it, and a body of at most
// ServerConfig::max_body_bytes.
struct Request {
  Method method = Method::kGet;
  std::string path{};   // as it was sent, nothing decoded: "/metrics"
  std::string query{};  // after the '?', or empty
  std::vector<Header> headers{};
  std::string body{};
  Endpoint client{};

  // The first of that name, in either case; empty where there is none: header("Authorization").
  std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  // To a HEAD request only its length is sent.
  std::string body{};
  // Beside those that every answer has. REQUIRES: no line ends in them.
  std::vector<Header> headers{};
};

// "404 Not Found" as a page.
Response status_page(unsigned status);

// Sends the answer to one request: at once or later, on the server's loop. Only the first call
// counts, and none once the client has gone. Where the last copy goes without a call, the client
// gets 500.
class Answer {
 public:
  explicit Answer(std::function<void(Response)> send);
  void operator()(Response response) const;

 private:
  struct Pending;
  std::shared_ptr<Pending> pending_;
};

// Must not throw.
using Handler = std::function<void(const Request&, Answer)>;

// A handler that knows its answer at once.
Handler answer_at_once(std::function<Response(const Request&)> page);

}  // namespace veilwire::http
