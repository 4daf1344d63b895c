#include "veilwire/http/header_text.h"

#include "veilwire/base/ascii.h"
#include "veilwire/base/endpoint.h"
#include "veilwire/base/ip_address.h"

namespace veilwire::http {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

bool has_token(std::string_view list, std::string_view token) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (equal_in_either_case(trimmed(list.substr(0, comma)), token)) return true;
    if (comma == list.npos) return false;
    list.remove_prefix(comma + 1);
  }
}

bool is_not_by_name(std::string_view host) {
  const auto endpoint = parse_endpoint(host, 80);
  return endpoint && (IpAddress::parse(endpoint->host).has_value() ||
                      equal_in_either_case(endpoint->host, "localhost"));
}

bool asks_for_web_socket(const Request& request) {
  return request.method == Method::kGet && has_token(request.header("Connection"), "upgrade") &&
         has_token(request.header("Upgrade"), "websocket");
}

bool is_of_same_origin(const Request& request) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return true;
  const std::size_t scheme = origin.find("://");
  return scheme != origin.npos &&
         equal_in_either_case(origin.substr(scheme + 3), request.header("Host"));
}

}  // namespace veilwire::http
