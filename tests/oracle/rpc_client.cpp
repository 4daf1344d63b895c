#include "rpc_client.h"

#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/http.hpp>
#include <stdexcept>

namespace veilwire::oracle {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

// A node answers a proposal with a few words.
constexpr std::uint64_t kMaxAnswerBytes = 16'000'000;

std::string base64(std::string_view text) {
  std::string out(beast::detail::base64::encoded_size(text.size()), '\0');
  out.resize(beast::detail::base64::encode(out.data(), text.data(), text.size()));
  return out;
}

std::string batch_of(std::string_view method, const std::vector<std::string>& parameters) {
  std::string body = "[";
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i != 0) body += ',';
    body += R"({"id":)" + std::to_string(i) + R"(,"method":")";
    body += method;
    body += R"(","params":[)" + parameters[i] + "]}";
  }
  return body + "]";
}

}  // namespace

RpcClient::RpcClient(std::uint16_t port, std::string_view credentials)
    : authorization_("Basic " + base64(credentials)) {
  socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  socket_.set_option(boost::asio::ip::tcp::no_delay(true));
}

void RpcClient::send(std::string_view method, const std::vector<std::string>& parameters) {
  http::request<http::string_body> request(http::verb::post, "/", 11);
  request.set(http::field::host, "127.0.0.1");
  request.set(http::field::authorization, authorization_);
  request.set(http::field::content_type, "application/json");
  request.keep_alive(true);
  request.body() = batch_of(method, parameters);
  request.prepare_payload();
  http::write(socket_, request);
}

std::vector<boost::json::object> RpcClient::receive() {
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxAnswerBytes);
  http::read(socket_, buffer_, parser);
  const boost::json::value answer = boost::json::parse(parser.get().body());
  if (!answer.is_array()) throw std::runtime_error("the node said: " + parser.get().body());
  std::vector<boost::json::object> answers(answer.as_array().size());
  for (const boost::json::value& each : answer.as_array()) {
    const auto place = each.at("id").to_number<std::size_t>();
    answers.at(place) = each.as_object();
  }
  return answers;
}

}  // namespace veilwire::oracle
