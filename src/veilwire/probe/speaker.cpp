#include "veilwire/probe/speaker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "veilwire/net/dial_text.h"

namespace veilwire::probe {
namespace {

bool has_magic(ByteView bytes, const protocol::Magic& magic) {
  return bytes.size() >= magic.size() && std::ranges::equal(bytes.first(magic.size()), magic);
}

// A version 1 message: the network's magic, then the name of the message.
bool names_version(ByteView bytes) {
  constexpr std::array<std::uint8_t, 7> kName{'v', 'e', 'r', 's', 'i', 'o', 'n'};
  constexpr std::size_t kAt = std::tuple_size_v<protocol::Magic>;
  return bytes.size() >= kAt + kName.size() &&
         std::ranges::equal(bytes.subspan(kAt, kName.size()), kName);
}

std::optional<Speaker> other_network(ByteView first_bytes, const protocol::Network& ours) {
  for (const protocol::Network& network : protocol::networks()) {
    if (has_magic(first_bytes, network.magic)) {
      return Speaker{"wrong_network", fmt::format("the peer speaks on the network {}, not on {}",
                                                  network.name, ours.name)};
    }
  }
  if (!names_version(first_bytes)) return std::nullopt;
  return Speaker{"wrong_network",
                 fmt::format("the peer speaks on another network than {}", ours.name)};
}

bool begins(ByteView bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::ranges::equal(bytes.first(text.size()), text,
                            [](std::uint8_t byte, char c) { return byte == std::uint8_t(c); });
}

// To what is no request at all web servers answer with the page alone.
bool is_web(ByteView bytes) {
  return begins(bytes, "HTTP/") || begins(bytes, "<!DOCTYPE") || begins(bytes, "<html");
}

}  // namespace

std::optional<Speaker> guess_speaker(ByteView first_bytes, const protocol::Network& ours) {
  if (has_magic(first_bytes, ours.magic)) return std::nullopt;
  if (auto speaker = other_network(first_bytes, ours)) return speaker;
  if (is_web(first_bytes)) return Speaker{"web_server", "a web server answered"};
  const std::string_view guess = net::guess_of(first_bytes);
  if (guess.empty()) return std::nullopt;
  return Speaker{"not_bitcoin", fmt::format("{} answered", guess)};
}

}  // namespace veilwire::probe
