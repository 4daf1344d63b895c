#include "veilwire/net/socks5_client.h"

#include <algorithm>
#include <array>

#include "veilwire/net/address.h"
#include "veilwire/net/socks5_numbers.h"

namespace veilwire::net {

using namespace socks5;

namespace {

constexpr std::size_t kMaxTextBytes = 255;
// Version and code: what tells whether a reply is a refusal.
constexpr std::size_t kReplyCodeBytes = 2;

void append(Bytes& out, std::string_view text) {
  out.push_back(static_cast<std::uint8_t>(text.size()));
  out.insert(out.end(), text.begin(), text.end());
}

Bytes login_of(std::string_view user, std::string_view password) {
  Bytes out{kLoginVersion};
  append(out, user);
  append(out, password);
  return out;
}

Bytes request_of(const Endpoint& target) {
  Bytes out{kVersion, kConnect, 0};
  if (const auto numeric = numeric_address(target.host)) {
    out.push_back(numeric->size() == 4 ? kIpv4 : kIpv6);
    out.insert(out.end(), numeric->begin(), numeric->end());
  } else {
    out.push_back(kName);
    append(out, target.host);
  }
  out.push_back(static_cast<std::uint8_t>(target.port >> 8));
  out.push_back(static_cast<std::uint8_t>(target.port));
  return out;
}

// The size of the reply of which `in` is the beginning: nothing where it cannot be told yet, zero
// where no reply looks like that.
std::optional<std::size_t> reply_size(ByteView in) {
  constexpr std::size_t kBeforeAddress = 4;
  constexpr std::size_t kPort = 2;
  if (in.size() <= kBeforeAddress) return std::nullopt;
  switch (in[3]) {
    case kIpv4:
      return kBeforeAddress + 4 + kPort;
    case kIpv6:
      return kBeforeAddress + 16 + kPort;
    case kName:
      return kBeforeAddress + 1 + in[4] + kPort;
    default:
      return 0;
  }
}

Socks5Error error_of(std::uint8_t reply) {
  constexpr std::array kErrors{Socks5Error::kGeneralFailure,
                               Socks5Error::kNotAllowed,
                               Socks5Error::kNetworkUnreachable,
                               Socks5Error::kHostUnreachable,
                               Socks5Error::kRefused,
                               Socks5Error::kTtlExpired,
                               Socks5Error::kCommandUnsupported,
                               Socks5Error::kAddressUnsupported};
  return reply <= kErrors.size() ? kErrors[reply - 1U] : Socks5Error::kOtherReply;
}

}  // namespace

std::string_view socks5_error_text(Socks5Error error) {
  switch (error) {
    case Socks5Error::kNotSocks5:
      return "what answers there is not a SOCKS5 proxy";
    case Socks5Error::kNoMethod:
      return "the proxy accepts none of the login methods that we offer";
    case Socks5Error::kLoginRefused:
      return "the proxy refuses the user and password";
    case Socks5Error::kMalformedReply:
      return "the proxy's reply is malformed";
    case Socks5Error::kGeneralFailure:
      return "the proxy says that it could not connect";
    case Socks5Error::kNotAllowed:
      return "the proxy's rules do not allow the connection";
    case Socks5Error::kNetworkUnreachable:
      return "the proxy says that the network is unreachable";
    case Socks5Error::kHostUnreachable:
      return "the proxy says that the host is unreachable";
    case Socks5Error::kRefused:
      return "the proxy says that the connection was refused";
    case Socks5Error::kTtlExpired:
      return "the proxy says that the connection timed out";
    case Socks5Error::kCommandUnsupported:
      return "the proxy does not support outgoing connections";
    case Socks5Error::kAddressUnsupported:
      return "the proxy does not support this kind of address";
    case Socks5Error::kOtherReply:
      return "the proxy refused with a code of its own";
    case Socks5Error::kUnexpressible:
      return "a host name, user or password is longer than SOCKS5 can say";
  }
  return "";
}

Socks5Client::Socks5Client(const Endpoint& target, std::string_view user,
                           std::string_view password) {
  if (std::max({target.host.size(), user.size(), password.size()}) > kMaxTextBytes ||
      target.host.empty()) {
    error_ = Socks5Error::kUnexpressible;
    return;
  }
  request_ = request_of(target);
  if (user.empty() && password.empty()) {
    out_ = {kVersion, 1, kMethodNone};
  } else {
    login_ = login_of(user, password);
    // Tor takes the first of the two, and isolates by it.
    out_ = {kVersion, 2, kMethodLogin, kMethodNone};
  }
}

ByteView Socks5Client::bytes_to_send() const {
  if (error_) return {};
  return ByteView(out_).subspan(sent_);
}

void Socks5Client::mark_sent(std::size_t count) { sent_ += std::min(count, out_.size() - sent_); }

std::size_t Socks5Client::feed(ByteView bytes) {
  std::size_t taken = 0;
  // Byte by byte: what follows the reply belongs to the peer.
  while (taken < bytes.size() && !done() && !error_) {
    in_.push_back(bytes[taken++]);
    if (answer_is_whole()) take_answer();
  }
  return taken;
}

bool Socks5Client::answer_is_whole() const {
  if (phase_ != Phase::kReply) return in_.size() == 2;
  if (in_[0] != kVersion || (in_.size() >= kReplyCodeBytes && in_[1] != 0)) return true;
  const auto size = reply_size(in_);
  return size && in_.size() >= *size;
}

void Socks5Client::take_answer() {
  switch (phase_) {
    case Phase::kMethod:
      take_method();
      break;
    case Phase::kLogin:
      take_login();
      break;
    case Phase::kReply:
      take_reply();
      break;
    case Phase::kDone:
      break;
  }
  in_.clear();
}

void Socks5Client::send(Phase next, Bytes bytes) {
  phase_ = next;
  out_ = std::move(bytes);
  sent_ = 0;
}

void Socks5Client::take_method() {
  if (in_[0] != kVersion) {
    error_ = Socks5Error::kNotSocks5;
  } else if (in_[1] == kMethodNone) {
    send(Phase::kReply, request_);
  } else if (in_[1] == kMethodLogin && !login_.empty()) {
    send(Phase::kLogin, login_);
  } else {
    error_ = Socks5Error::kNoMethod;
  }
}

void Socks5Client::take_login() {
  if (in_[1] != 0) {
    error_ = Socks5Error::kLoginRefused;
  } else {
    send(Phase::kReply, request_);
  }
}

void Socks5Client::take_reply() {
  if (in_[0] != kVersion) {
    error_ = Socks5Error::kMalformedReply;
  } else if (in_[1] != 0) {
    reply_code_ = in_[1];
    error_ = error_of(in_[1]);
  } else if (reply_size(in_) == 0) {
    error_ = Socks5Error::kMalformedReply;
  } else {
    phase_ = Phase::kDone;
  }
}

}  // namespace veilwire::net
