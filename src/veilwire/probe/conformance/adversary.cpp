#include "veilwire/probe/conformance/adversary.h"

#include <algorithm>
#include <utility>

#include "veilwire/transport/limits.h"

namespace veilwire::probe::conformance {

using transport::kEllSwiftBytes;
using transport::kGarbageTerminatorBytes;
using transport::kHeaderBytes;
using transport::kLengthBytes;
using transport::kMaxContentsBytes;
using transport::kMaxGarbageBytes;
using transport::kPacketExpansionBytes;
using transport::kTagBytes;

std::string_view breach_text(Breach breach) {
  switch (breach) {
    case Breach::kGarbageTooLong:
      return "its garbage terminator does not follow within 4095 bytes of garbage";
    case Breach::kInitiatorsTerminator:
      return "it sends the initiator's garbage terminator instead of its own";
    case Breach::kGarbageUnauthenticated:
      return "its first packet does not authenticate its garbage";
    case Breach::kPacketUnauthenticated:
      return "it sends bytes that are not a packet of this connection";
    case Breach::kLengthOverLimit:
      return "it announces a packet over 4000013 bytes, or its bytes are not a packet";
    case Breach::kClearText:
      return "it ends with text in clear";
  }
  return "";
}

std::expected<Adversary, EntropyFailure> Adversary::create(const protocol::Magic& magic,
                                                           Entropy& entropy) {
  auto key = crypto::ellswift_generate(entropy);
  if (!key) return std::unexpected(key.error());
  return Adversary(magic, std::move(*key));
}

Bytes Adversary::packet(std::uint8_t header, ByteView contents, ByteView aad) {
  Bytes out(contents.size() + kPacketExpansionBytes);
  sealer_->seal({header, contents, out.data()}, aad);
  return out;
}

Bytes Adversary::beginning_of_packet(std::size_t announced, std::size_t size) {
  const Bytes contents(std::max(size, kPacketExpansionBytes) - kPacketExpansionBytes);
  Bytes out = packet(0, contents);
  std::uint8_t difference[kLengthBytes];
  transport::store_length(difference, announced ^ contents.size());
  for (std::size_t i = 0; i < kLengthBytes; ++i) out[i] ^= difference[i];
  out.resize(size);
  return out;
}

void Adversary::hear(ByteView bytes) {
  if (breach_) return;
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  if (!has_keys()) hear_key();
  if (has_keys() && !heard_terminator()) hear_terminator();
}

// A cut-off packet may be left over, but it would not read as text.
void Adversary::hear_end() {
  constexpr std::size_t kMinText = 8;
  const auto is_text = [](std::uint8_t c) {
    return (c >= ' ' && c <= '~') || c == '\r' || c == '\n';
  };
  if (breach_ || !heard_terminator() || rest_.size() < kMinText) return;
  if (std::ranges::all_of(rest_, is_text)) breach_ = Breach::kClearText;
}

void Adversary::drop(std::size_t count) {
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Adversary::hear_key() {
  const std::size_t count = std::min(kEllSwiftBytes - heard_key_.size(), rest_.size());
  heard_key_.insert(heard_key_.end(), rest_.begin(),
                    rest_.begin() + static_cast<std::ptrdiff_t>(count));
  drop(count);
  if (heard_key_.size() < kEllSwiftBytes) return;
  const auto shared_secret = crypto::ellswift_shared_secret(
      key_, ByteView(heard_key_).first<kEllSwiftBytes>(), crypto::Initiating::kYes);
  keys_.emplace(transport::derive_keys(*shared_secret, magic_));
  sealer_.emplace(keys_->initiator);
}

void Adversary::hear_terminator() {
  const auto view =
      ByteView(rest_).first(std::min(rest_.size(), kMaxGarbageBytes + kGarbageTerminatorBytes));
  const auto found = std::ranges::search(view, responder_terminator());
  if (!found.empty()) {
    heard_garbage_.assign(view.begin(), found.begin());
    opener_.emplace(keys_->responder);
    drop(heard_garbage_.size() + kGarbageTerminatorBytes);
  } else if (!std::ranges::search(view, terminator()).empty()) {
    breach_ = Breach::kInitiatorsTerminator;
  } else if (view.size() == kMaxGarbageBytes + kGarbageTerminatorBytes) {
    breach_ = Breach::kGarbageTooLong;
  }
}

std::optional<HeardPacket> Adversary::next_packet() {
  if (breach_ || !heard_terminator()) return std::nullopt;
  if (!length_) {
    if (rest_.size() < kLengthBytes) return std::nullopt;
    length_ = opener_->open_length(ByteView(rest_).first<kLengthBytes>());
    if (*length_ > kMaxContentsBytes) breach_ = Breach::kLengthOverLimit;
  }
  if (breach_ || rest_.size() < *length_ + kPacketExpansionBytes) return std::nullopt;
  return open_packet();
}

std::optional<HeardPacket> Adversary::open_packet() {
  const std::size_t size = *std::exchange(length_, std::nullopt);
  Bytes plaintext(kHeaderBytes + size);
  const ByteView sealed = ByteView(rest_).subspan(kLengthBytes, kHeaderBytes + size + kTagBytes);
  const bool first = !std::exchange(first_packet_opened_, true);
  if (!opener_->open(sealed, plaintext.data(), first ? ByteView(heard_garbage_) : ByteView())) {
    breach_ = first ? Breach::kGarbageUnauthenticated : Breach::kPacketUnauthenticated;
    return std::nullopt;
  }
  drop(size + kPacketExpansionBytes);
  return HeardPacket{plaintext[0], Bytes(plaintext.begin() + 1, plaintext.end())};
}

}  // namespace veilwire::probe::conformance
