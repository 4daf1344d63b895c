// Which handler answers which request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "veilwire/http/message.h"
#include "veilwire/http/web_socket.h"

namespace veilwire::http {

// A path is compared as it was sent. One that ends in "/*" takes all that begin with what stands
// before the star, unless another route has the very path. GET answers HEAD as well.
class Routes {
 public:
  Routes& add(Method method, std::string path, Handler handler);
  Routes& add_web_socket(std::string path, WebSocketHandler handler);

  // Who answers; neither where nobody does.
  struct Found {
    const Handler* handler = nullptr;
    const WebSocketHandler* web_socket = nullptr;
    // The answer where nobody does: 404 for a path that there is not, 405 with its Allow for
    // another method, 426 for a WebSocket's path without the wish for one.
    Response refusal{};
  };
  Found find(const Request& request) const;

 private:
  struct Route {
    Method method;
    std::string path;
    Handler handler;  // one of the two
    WebSocketHandler web_socket;
  };

  std::vector<const Route*> at(std::string_view path) const;

  std::vector<Route> routes_;
};

}  // namespace veilwire::http
