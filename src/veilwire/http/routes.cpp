#include "veilwire/http/routes.h"

#include <algorithm>
#include <utility>

#include "veilwire/http/header_text.h"

namespace veilwire::http {
namespace {

bool is_prefix(std::string_view route, std::string_view path) {
  return route.ends_with("/*") && path.starts_with(route.substr(0, route.size() - 1));
}

bool serves(Method offered, Method asked) {
  return offered == asked || (offered == Method::kGet && asked == Method::kHead);
}

void allow(std::string& list, std::string_view method) {
  if (has_token(list, method)) return;
  if (!list.empty()) list += ", ";
  list += method;
}

}  // namespace

Routes& Routes::add(Method method, std::string path, Handler handler) {
  routes_.push_back({method, std::move(path), std::move(handler), {}});
  return *this;
}

Routes& Routes::add_web_socket(std::string path, WebSocketHandler handler) {
  routes_.push_back({Method::kGet, std::move(path), {}, std::move(handler)});
  return *this;
}

// Those with the very path; where there is none, those with the longest beginning of it.
std::vector<const Routes::Route*> Routes::at(std::string_view path) const {
  std::vector<const Route*> found;
  std::string_view pattern;
  for (const Route& route : routes_) {
    if (route.path == path) pattern = path;
    if (pattern != path && is_prefix(route.path, path) && route.path.size() > pattern.size()) {
      pattern = route.path;
    }
  }
  for (const Route& route : routes_) {
    if (!pattern.empty() && route.path == pattern) found.push_back(&route);
  }
  return found;
}

Routes::Found Routes::find(const Request& request) const {
  const auto candidates = at(request.path);
  if (candidates.empty()) return {.refusal = status_page(404)};
  const bool wants_socket = asks_for_web_socket(request);
  bool has_socket = false;
  std::string allowed;
  for (const Route* route : candidates) {
    if (route->web_socket) {
      has_socket = true;
      if (wants_socket) return {.web_socket = &route->web_socket};
    } else if (serves(route->method, request.method)) {
      return {.handler = &route->handler};
    }
    allow(allowed, method_name(route->method));
    if (route->handler && route->method == Method::kGet) allow(allowed, "HEAD");
  }
  if (has_socket && request.method == Method::kGet) {
    Response refusal = status_page(426);
    refusal.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
    return {.refusal = std::move(refusal)};
  }
  Response refusal = status_page(405);
  refusal.headers = {{"Allow", allowed}};
  return {.refusal = std::move(refusal)};
}

}  // namespace veilwire::http
