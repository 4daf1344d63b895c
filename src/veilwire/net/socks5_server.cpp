#include "veilwire/net/socks5_server.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "veilwire/net/address.h"
#include "veilwire/net/socks5_numbers.h"

namespace veilwire::net {

using namespace socks5;

namespace {

constexpr std::size_t kBeforeAddress = 4;
constexpr std::size_t kPortBytes = 2;

std::string text_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// -- How long a message is, as far as its beginning tells (nothing: not yet) ----------------------

std::optional<std::size_t> greeting_size(ByteView in) {
  if (in[0] != kVersion) return 1;
  if (in.size() < 2) return std::nullopt;
  return 2U + in[1];
}

std::optional<std::size_t> login_size(ByteView in) {
  if (in[0] != kLoginVersion) return 1;
  if (in.size() < 2) return std::nullopt;
  const std::size_t password_at = 2U + in[1];
  if (in.size() <= password_at) return std::nullopt;
  return password_at + 1 + in[password_at];
}

// An unknown address type has no size: the message ends there.
std::optional<std::size_t> request_size(ByteView in) {
  if (in[0] != kVersion) return 1;
  if (in.size() < kBeforeAddress) return std::nullopt;
  if (in[3] == kIpv4) return kBeforeAddress + 4 + kPortBytes;
  if (in[3] == kIpv6) return kBeforeAddress + 16 + kPortBytes;
  if (in[3] != kName) return kBeforeAddress;
  if (in.size() == kBeforeAddress) return std::nullopt;
  return kBeforeAddress + 1 + in[kBeforeAddress] + kPortBytes;
}

// -- Hosts ----------------------------------------------------------------------------------------

namespace ip = boost::asio::ip;

std::string text_of_address(const ip::address_v6& address) {
  if (address.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address).to_string();
  return address.to_string();
}

std::string text_of_address(ByteView bytes) {
  if (bytes.size() == 4) {
    ip::address_v4::bytes_type v4{};
    std::ranges::copy(bytes, v4.begin());
    return ip::address_v4(v4).to_string();
  }
  ip::address_v6::bytes_type v6{};
  std::ranges::copy(bytes, v6.begin());
  return text_of_address(ip::address_v6(v6));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_host_name(std::string_view name) {
  const bool clean = std::ranges::all_of(
      name, [](char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_'; });
  return clean && !name.empty() && !ends_in_a_number(name);
}

// An IPv6 address in brackets, without them; all else as it is.
std::string_view without_brackets(std::string_view name) {
  const bool is_bracketed = name.starts_with('[') && name.ends_with(']');
  return is_bracketed && name.find(':') != name.npos ? name.substr(1, name.size() - 2) : name;
}

// The host as Endpoint has it; empty where no host is called so.
std::string host_of_name(std::string_view written) {
  const std::string name(without_brackets(written));
  const auto numeric = numeric_address(name);
  if (!numeric) return is_host_name(name) ? name : "";
  // The zone is the client's own business and is kept as it wrote it, if parse_endpoint() takes it.
  if (name.find('%') == name.npos) return text_of_address(*numeric);
  return parse_endpoint(name, 0) ? name : "";
}

std::string host_of(std::uint8_t type, ByteView address) {
  if (type != kName) return text_of_address(address);
  return host_of_name(text_of(address.subspan(1)));
}

}  // namespace

std::string_view socks5_fault_name(Socks5Fault fault) {
  switch (fault) {
    case Socks5Fault::kNotSocks5:
      return "not_socks5";
    case Socks5Fault::kNoMethod:
      return "no_method";
    case Socks5Fault::kMalformedLogin:
      return "malformed_login";
    case Socks5Fault::kMalformedRequest:
      return "malformed_request";
    case Socks5Fault::kCommandUnsupported:
      return "command_unsupported";
    case Socks5Fault::kAddressUnsupported:
      return "address_unsupported";
    case Socks5Fault::kBadName:
      return "bad_name";
  }
  return "";
}

std::string_view socks5_fault_text(Socks5Fault fault) {
  switch (fault) {
    case Socks5Fault::kNotSocks5:
      return "the program does not speak SOCKS5";
    case Socks5Fault::kNoMethod:
      return "the program offers only login methods that are not supported here";
    case Socks5Fault::kMalformedLogin:
      return "the program's user and password are malformed";
    case Socks5Fault::kMalformedRequest:
      return "the program's SOCKS5 request is malformed";
    case Socks5Fault::kCommandUnsupported:
      return "the program asks for something other than an outgoing connection";
    case Socks5Fault::kAddressUnsupported:
      return "the program asks for a kind of address that SOCKS5 does not have";
    case Socks5Fault::kBadName:
      return "the program asks for a name that no host can have";
  }
  return "";
}

std::size_t Socks5Server::feed(ByteView bytes) {
  std::size_t taken = 0;
  // Byte by byte: what follows the request is the program's.
  while (taken < bytes.size() && takes_bytes()) {
    in_.push_back(bytes[taken++]);
    if (!message_is_whole()) continue;
    take_message();
    in_.clear();
  }
  return taken;
}

bool Socks5Server::message_is_whole() const {
  const auto size = phase_ == Phase::kGreeting ? greeting_size(in_)
                    : phase_ == Phase::kLogin  ? login_size(in_)
                                               : request_size(in_);
  return size && in_.size() >= *size;
}

void Socks5Server::take_message() {
  if (phase_ == Phase::kGreeting) {
    take_greeting();
  } else if (phase_ == Phase::kLogin) {
    take_login();
  } else {
    take_request();
  }
}

void Socks5Server::take_greeting() {
  if (in_[0] != kVersion) return refuse(Socks5Fault::kNotSocks5, {});
  const ByteView methods = ByteView(in_).subspan(2);
  const auto offers = [&](std::uint8_t method) {
    return std::ranges::find(methods, method) != methods.end();
  };
  if (offers(kMethodLogin)) {
    phase_ = Phase::kLogin;
    send(std::array{kVersion, kMethodLogin});
  } else if (offers(kMethodNone)) {
    phase_ = Phase::kRequest;
    send(std::array{kVersion, kMethodNone});
  } else {
    refuse(Socks5Fault::kNoMethod, std::array{kVersion, kNoMethodFits});
  }
}

void Socks5Server::take_login() {
  constexpr std::uint8_t kGood = 0;
  constexpr std::uint8_t kBad = 1;
  if (in_[0] != kLoginVersion) {
    return refuse(Socks5Fault::kMalformedLogin, std::array{kLoginVersion, kBad});
  }
  const ByteView in(in_);
  const std::size_t user_bytes = in[1];
  user_ = text_of(in.subspan(2, user_bytes));
  password_ = text_of(in.subspan(2 + user_bytes + 1));
  phase_ = Phase::kRequest;
  send(std::array{kLoginVersion, kGood});
}

void Socks5Server::take_request() {
  if (in_[0] != kVersion) {
    refuse_request(Socks5Fault::kMalformedRequest, Socks5Reply::kGeneralFailure);
  } else if (in_.size() == kBeforeAddress) {
    refuse_request(Socks5Fault::kAddressUnsupported, Socks5Reply::kAddressUnsupported);
  } else if (in_[1] != kConnect) {
    refuse_request(Socks5Fault::kCommandUnsupported, Socks5Reply::kCommandUnsupported);
  } else {
    take_target();
  }
}

void Socks5Server::take_target() {
  const ByteView in(in_);
  const ByteView port = in.last(kPortBytes);
  const ByteView address = in.subspan(kBeforeAddress, in.size() - kBeforeAddress - kPortBytes);
  std::string host = host_of(in[3], address);
  const auto number = static_cast<std::uint16_t>(port[0] << 8 | port[1]);
  if (host.empty()) {
    bad_target_ = Endpoint{text_of(address.subspan(1)), number};
    return refuse_request(Socks5Fault::kBadName, Socks5Reply::kHostUnreachable);
  }
  request_ = Socks5Request{{std::move(host), number}, std::move(user_), std::move(password_)};
  phase_ = Phase::kDialling;
}

void Socks5Server::reply(Socks5Reply reply, const Endpoint& bound) {
  if (phase_ != Phase::kDialling) return;
  phase_ = reply == Socks5Reply::kSucceeded ? Phase::kEstablished : Phase::kRefused;
  send_reply(reply, bound);
}

ByteView Socks5Server::bytes_to_send() const { return out_; }

void Socks5Server::mark_sent(std::size_t count) {
  out_.erase(out_.begin(),
             out_.begin() + static_cast<std::ptrdiff_t>(std::min(count, out_.size())));
}

void Socks5Server::refuse(Socks5Fault fault, ByteView answer) {
  fault_ = fault;
  phase_ = Phase::kRefused;
  send(answer);
}

void Socks5Server::refuse_request(Socks5Fault fault, Socks5Reply reply) {
  refuse(fault, {});
  send_reply(reply, {});
}

void Socks5Server::send(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

void Socks5Server::send_reply(Socks5Reply reply, const Endpoint& bound) {
  const Bytes address = numeric_address(bound.host).value_or(Bytes(4));
  send(std::array{kVersion, static_cast<std::uint8_t>(reply), std::uint8_t{0},
                  address.size() == 4 ? kIpv4 : kIpv6});
  send(address);
  send(std::array{static_cast<std::uint8_t>(bound.port >> 8),
                  static_cast<std::uint8_t>(bound.port)});
}

}  // namespace veilwire::net
