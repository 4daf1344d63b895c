// What the other end seems to be where it is no peer of ours, by the first bytes that it sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/protocol/network.h"

namespace veilwire::probe {

struct Speaker {
  std::string_view error;  // "wrong_network", "web_server", "not_bitcoin"
  std::string text;        // a sentence without its full stop: "a web server answered"
};

// Nothing where the bytes say nothing.
std::optional<Speaker> guess_speaker(ByteView first_bytes, const protocol::Network& ours);

}  // namespace veilwire::probe
