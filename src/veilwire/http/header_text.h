// What stands in some header fields. Private to the folder.
#pragma once

#include <string_view>

#include "veilwire/http/message.h"

namespace veilwire::http {

// Whether a list such as "keep-alive, Upgrade" has the token, in either case.
bool has_token(std::string_view list, std::string_view token);

// Whether a Host names an address or localhost, with any port: what a page cannot give itself as a
// name.
bool is_not_by_name(std::string_view host);

// Whether the request asks for a WebSocket (RFC 6455, 4.1).
bool asks_for_web_socket(const Request& request);

// Whether the page that asks, where it is a page, was served under the very host and port that it
// asks: a browser lets any page open a WebSocket to anywhere, and says in Origin whose page it is.
bool is_of_same_origin(const Request& request);

}  // namespace veilwire::http
