#include "veilwire/transport/v2_receiver.h"

#include <algorithm>

#include "veilwire/base/endian.h"
#include "veilwire/base/secret_marks.h"
#include "veilwire/transport/copy_bytes.h"
#include "veilwire/transport/v1_prefix.h"

namespace veilwire::transport {
namespace {

// Constant time, so that garbage that nearly matches tells nothing of the terminator.
bool is_terminator(const std::uint8_t* bytes, const Secret<kGarbageTerminatorBytes>& terminator) {
  const std::uint64_t difference =
      (load_le<std::uint64_t>(bytes) ^ load_le<std::uint64_t>(terminator.data())) |
      (load_le<std::uint64_t>(bytes + 8) ^ load_le<std::uint64_t>(terminator.data() + 8));
  bool equal = difference == 0;
  declassify(&equal, sizeof equal);
  return equal;
}

}  // namespace

// What is needed only until the version packet has arrived.
struct V2Receiver::Early {
  Role role;
  protocol::Magic magic;
  std::array<std::uint8_t, kEllSwiftBytes> key{};
  std::size_t key_size = 0;
  Secret<kGarbageTerminatorBytes> terminator{};
  ByteBuffer garbage{};         // associated data of the first packet, then empty
  std::size_t decoy_bytes = 0;  // on the wire
};

V2Receiver::V2Receiver(Role role, const protocol::Magic& magic)
    : early_(std::make_unique<Early>(role, magic)) {}

V2Receiver::~V2Receiver() = default;

std::expected<Arrival, Rule> V2Receiver::advance(ByteView& input) {
  contents_ = {};
  const auto arrival = advance_phase(input);
  if (arrival) phase_ = next_phase(phase_, *arrival);
  return arrival;
}

std::expected<Arrival, Rule> V2Receiver::advance_phase(ByteView& input) {
  switch (phase_) {
    case Phase::kKey:
      return advance_key(input);
    case Phase::kGarbage:
      return advance_garbage(input);
    case Phase::kVersion:
    case Phase::kApplication:
      break;
  }
  return advance_packet(input);
}

std::expected<Arrival, Rule> V2Receiver::advance_key(ByteView& input) {
  const ByteView taken = input.first(std::min(input.size(), kEllSwiftBytes - early_->key_size));
  copy_bytes(taken, early_->key.data() + early_->key_size);
  early_->key_size += taken.size();
  input = input.subspan(taken.size());

  if (early_->role == Role::kResponder) {
    const ByteView key = ByteView(early_->key).first(early_->key_size);
    const FirstBytes first = classify_first_bytes(key, early_->magic);
    if (first == FirstBytes::kOtherNetwork) return std::unexpected(Rule::kV1OtherNetwork);
    // One key in 2^128 looks like this too.
    if (first == FirstBytes::kVersion1) return std::unexpected(Rule::kV1Refused);
  }
  return early_->key_size == kEllSwiftBytes ? Arrival::kKey : Arrival::kPart;
}

std::span<const std::uint8_t, kEllSwiftBytes> V2Receiver::peer_key() const { return early_->key; }

void V2Receiver::set_keys(const DirectionKeys& keys, Secret<kGarbageTerminatorBytes> terminator) {
  opener_.emplace(keys);
  early_->terminator = std::move(terminator);
}

std::expected<Arrival, Rule> V2Receiver::advance_garbage(ByteView& input) {
  constexpr std::size_t kMostBytes = kMaxGarbageBytes + kGarbageTerminatorBytes;
  ByteBuffer& held = early_->garbage;
  const std::size_t held_before = held.size();
  held.append(input.first(std::min(input.size(), kMostBytes - held_before)));

  // Every end that was not looked at before, the earliest first.
  for (std::size_t end = std::max(held_before + 1, kGarbageTerminatorBytes); end <= held.size();
       ++end) {
    const std::size_t start = end - kGarbageTerminatorBytes;
    if (!is_terminator(held.data() + start, early_->terminator)) continue;
    input = input.subspan(end - held_before);
    held.truncate(start);
    garbage_bytes_ = static_cast<std::uint32_t>(start);
    return Arrival::kTerminator;
  }
  input = input.subspan(held.size() - held_before);
  if (held.size() == kMostBytes) return std::unexpected(Rule::kGarbageTooLong);
  return Arrival::kPart;
}

std::expected<Arrival, Rule> V2Receiver::advance_packet(ByteView& input) {
  const auto has_length = advance_length(input);
  if (!has_length) return std::unexpected(has_length.error());
  if (!*has_length) return Arrival::kPart;
  const auto has_body = advance_body(input);
  if (!has_body) return std::unexpected(has_body.error());
  if (!*has_body) return Arrival::kPart;
  return packet_arrived();
}

std::expected<bool, Rule> V2Receiver::advance_length(ByteView& input) {
  if (length_size_ == kLengthBytes) return true;
  while (length_size_ < kLengthBytes && !input.empty()) {
    length_[length_size_++] = input.front();
    input = input.subspan(1);
  }
  if (length_size_ < kLengthBytes) return false;
  const std::size_t contents_bytes = opener_->open_length(length_);
  if (contents_bytes > kMaxContentsBytes) return std::unexpected(Rule::kContentsTooLong);
  packet_.start(kHeaderBytes + contents_bytes + kTagBytes);
  return true;
}

std::expected<bool, Rule> V2Receiver::advance_body(ByteView& input) {
  const std::size_t plaintext_bytes = packet_.size() - kTagBytes;
  // BIP 324: the garbage is authenticated by the first packet after it.
  const ByteView aad = early_ ? early_->garbage.view() : ByteView();
  bool verified = false;
  if (packet_.is_whole_in(input)) {
    // In one pass from the caller's bytes to the plaintext.
    std::uint8_t* plaintext = packet_.place(plaintext_bytes);
    verified = opener_->open(input.first(packet_.size()), plaintext, aad);
    input = input.subspan(packet_.size());
  } else {
    if (!packet_.take_from(input)) return false;
    verified = opener_->open(packet_.view(), packet_.data(), aad);
    packet_.truncate(plaintext_bytes);
  }
  length_size_ = 0;
  if (!verified) return std::unexpected(Rule::kAuthenticationFailed);
  return true;
}

std::expected<Arrival, Rule> V2Receiver::packet_arrived() {
  const ByteView contents = packet_.view().subspan(kHeaderBytes);
  const bool is_decoy = (*packet_.data() & kIgnoreBit) != 0;
  if (early_) {
    early_->garbage.release();
    if (is_decoy) early_->decoy_bytes += contents.size() + kPacketExpansionBytes;
    if (early_->decoy_bytes > kMaxEarlyDecoyBytes) {
      return std::unexpected(Rule::kTooManyDecoysEarly);
    }
  }
  contents_ = contents;
  if (is_decoy) return Arrival::kDecoy;
  const bool is_version = early_ != nullptr;
  early_.reset();
  return is_version ? Arrival::kVersionPacket : Arrival::kMessage;
}

void V2Receiver::forget_packet() {
  if (length_size_ == kLengthBytes) return;
  contents_ = {};
  packet_.forget();
}

void V2Receiver::trim() {
  if (length_size_ < kLengthBytes) packet_.trim();
}

void V2Receiver::release_idle() {
  if (opener_) opener_->release_ahead();
  if (length_size_ == kLengthBytes) return;
  contents_ = {};
  packet_.release();
}

void V2Receiver::stop() {
  opener_.reset();
  early_.reset();
  wipe(length_);
  if (contents_.data() == nullptr) packet_.wipe();
}

std::size_t V2Receiver::heap_bytes() const {
  return packet_.heap_bytes() + (opener_ ? opener_->ahead_bytes() : 0) +
         (early_ ? sizeof(Early) + early_->garbage.capacity() : 0);
}

std::size_t V2Receiver::idle_bytes() const {
  return (opener_ ? opener_->ahead_bytes() : 0) +
         (length_size_ < kLengthBytes ? packet_.heap_bytes() : 0);
}

}  // namespace veilwire::transport
