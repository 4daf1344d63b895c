// One connection of a responder that breaks one rule on purpose, blocking, over a socket. With no
// fault it is a correct one, written down a second time beside the transport.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "veilwire/crypto/ellswift.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/probe/conformance/trial.h"
#include "veilwire/protocol/message_type.h"
#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/limits.h"
#include "veilwire/transport/packet_cipher.h"

namespace veilwire::probe::conformance::testing {

enum class Defect : std::uint8_t {
  kNone,
  // Who speaks first, and version 1.
  kSpeaksFirst,
  kSpeaksAtAnyByte,
  kWaitsForWholeKey,
  kWantsDifferenceEarly,
  kRefusesV1,
  kAnswersOtherNetwork,
  // The initiator's key, garbage and terminator.
  kWantsGarbage,
  kTakesLittleGarbage,
  kWantsGarbageWithKey,
  kForgetfulSearch,
  kWantsWholeLengths,
  kRefusesOddKeys,
  kTakes4096Garbage,
  kTakesEndlessGarbage,
  kChecksEndOfTerminator,
  kChecksStartOfTerminator,
  kTakesOwnTerminator,
  // Authentication.
  kNoGarbageAuthentication,
  kTakesMissingAad,
  kAadOnEveryPacket,
  kAadOnVersionPacket,
  kAadWithTerminator,
  kIgnoresTags,
  // The version packet, decoys, lengths.
  kWantsEmptyVersionPacket,
  kWantsSmallVersionPacket,
  kReadsHeaderBits,
  kRefusesEarlyDecoys,
  kReadsDecoys,
  kReadsEarlyDecoys,
  kRefusesDecoys,
  kTakesOversize,
  kWantsSmallPackets,
  kNoRekeyingOfSent,
  kNoRekeyingOfReceived,
  // Messages.
  kRefusesLongForm,
  kRefusesSurplus,
  kRefusesUnknownIds,
  kRefusesUnknownNames,
  kRefusesEmptyContents,
  kRefusesShortNames,
  kRefusesMalformedNames,
  // What it sends.
  kLongGarbage,
  kInitiatorsTerminator,
  kUnauthenticatedGarbage,
  kTextInClear,
  kOneKey,
  kOneGarbage,
  kNoGarbage,
  kVersionContents,
  kOddHeaders,
  kLongNames,
  kEmptyMessages,
  // Ends.
  kKeepsHalfClosed,
  kForgetsAfterReset,
  kNeverTimesOut,
  kDecoysKeepAlive,
};

// What the connections of one responder share.
struct Shared {
  Shared(Defect what, milliseconds timeout) : fault(what), handshake_timeout(timeout) {
    crypto::SeededEntropy entropy(0);
    one_key = crypto::ellswift_generate(entropy).value();
  }

  Defect fault;
  protocol::Magic magic = protocol::kRegtestMagic;
  milliseconds handshake_timeout;
  crypto::EphemeralKey one_key;  // for kOneKey
  std::atomic<bool> stopping = false;
  std::atomic<bool> refuse_next = false;  // for kForgetsAfterReset
};

class FaultyPeer {
 public:
  // `number` counts connections from 1. Some faults show on one connection only, or nothing could
  // be played at all.
  FaultyPeer(int fd, Shared& shared, int number) : fd_(fd), shared_(shared), number_(number) {}

  void serve() {
    if (has(Defect::kSpeaksFirst)) send_key();
    if (!decide_version() || !take_key() || !send_flight()) return;
    if (!take_garbage() || !take_version_packet()) return;
    established_ = true;
    while (take_message()) {
    }
    if (has(Defect::kKeepsHalfClosed) && finished_) wait_until_stopped();
  }

 private:
  // The connections that play accepts_no_garbage and accepts_garbage_after_its_answer.
  static constexpr int kChosenConnection = 12;
  static constexpr int kLateGarbageConnection = 14;

  bool has(Defect fault) const { return shared_.fault == fault; }
  bool has_now(Defect fault) const { return has(fault) && number_ == kChosenConnection; }

  // -- The socket ---------------------------------------------------------------------------------

  bool times_out() const { return !established_ && !has(Defect::kNeverTimesOut); }

  void wait_until_stopped() const {
    while (!shared_.stopping) poll(nullptr, 0, 5);
  }

  // More bytes in the buffer; false at the end, at the time-out, or when told to stop.
  bool read_more() {
    while (!shared_.stopping) {
      if (times_out() && Clock::now() >= deadline_) return false;
      pollfd entry{fd_, POLLIN, 0};
      if (poll(&entry, 1, 5) <= 0) continue;
      std::uint8_t piece[65536];
      const ssize_t count = recv(fd_, piece, sizeof piece, 0);
      if (count < 0 && errno == ECONNRESET && established_ && !rest().empty()) {
        shared_.refuse_next = has(Defect::kForgetsAfterReset);
      }
      finished_ = count == 0;
      if (count <= 0) return false;
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
      buffer_.insert(buffer_.end(), piece, piece + count);
      return true;
    }
    return false;
  }
  ByteView rest() const { return ByteView(buffer_).subspan(taken_); }
  bool need(std::size_t size) {
    while (rest().size() < size) {
      if (!read_more()) return false;
    }
    return true;
  }
  // REQUIRES: need(size).
  Bytes take(std::size_t size) {
    const Bytes bytes(rest().begin(), rest().begin() + static_cast<std::ptrdiff_t>(size));
    taken_ += size;
    return bytes;
  }
  bool send(ByteView bytes) {
    while (!bytes.empty() && !shared_.stopping) {
      pollfd entry{fd_, POLLOUT, 0};
      if (poll(&entry, 1, 5) <= 0) continue;
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return bytes.empty();
  }

  // -- Version 1 or version 2 ---------------------------------------------------------------------

  bool decide_version() {
    Bytes prefix = v1_version_message(shared_.magic, 0);
    prefix.resize(transport::kV1PrefixBytes);
    std::size_t equal = 0;
    while (!has(Defect::kSpeaksFirst) && !has(Defect::kSpeaksAtAnyByte)) {
      if (!need(equal + 1)) return false;
      if (rest()[equal] != prefix[equal]) break;
      if (++equal == prefix.size()) return answer_v1();
    }
    if (has(Defect::kWantsDifferenceEarly) && equal > 4) return false;
    if (!need(1) || is_of_other_network(prefix)) return false;
    if (has(Defect::kWaitsForWholeKey) && !need(transport::kEllSwiftBytes)) return false;
    return has(Defect::kSpeaksFirst) || send_key();
  }

  bool is_of_other_network(ByteView prefix) const {
    return !has(Defect::kAnswersOtherNetwork) && rest().size() >= prefix.size() &&
           !std::ranges::equal(rest().first(4), prefix.first(4)) &&
           std::ranges::equal(rest().subspan(4, prefix.size() - 4), prefix.subspan(4));
  }

  bool answer_v1() {
    if (!has(Defect::kRefusesV1)) send(v1_version_message(shared_.magic, 1));
    return false;
  }

  // -- The handshake ------------------------------------------------------------------------------

  bool send_key() {
    if (has(Defect::kOneKey)) {
      key_.emplace(shared_.one_key.secret.copy(), shared_.one_key.ellswift);
    } else {
      key_ = crypto::ellswift_generate(entropy_).value();
    }
    return send(key_->ellswift);
  }

  bool take_key() {
    if (!need(transport::kEllSwiftBytes)) return false;
    const Bytes theirs = take(transport::kEllSwiftBytes);
    if (has(Defect::kWantsGarbageWithKey) && rest().empty() && number_ == kLateGarbageConnection) {
      return false;
    }
    if (has(Defect::kRefusesOddKeys) && theirs[0] == theirs[1] && theirs[1] == theirs[2])
      return false;
    const auto secret = crypto::ellswift_shared_secret(
        *key_, ByteView(theirs).first<transport::kEllSwiftBytes>(), crypto::Initiating::kNo);
    keys_.emplace(transport::derive_keys(*secret, shared_.magic));
    sealer_.emplace(keys_->responder);
    mirror_.emplace(keys_->initiator);
    opener_.emplace(keys_->initiator);
    return true;
  }

  Bytes own_garbage() {
    if (has(Defect::kNoGarbage)) return {};
    if (has(Defect::kOneGarbage)) return Bytes(17 + key_->ellswift[0] % 64, 0x41);
    const std::size_t size = has_now(Defect::kLongGarbage) ? transport::kMaxGarbageBytes + 1
                                                           : 20 + *uniform_below(entropy_, 500);
    Bytes garbage(size);
    (void)entropy_.fill(garbage);
    return garbage;
  }

  bool send_flight() {
    const Bytes garbage = own_garbage();
    const auto& terminator = has_now(Defect::kInitiatorsTerminator) ? keys_->initiator_terminator
                                                                    : keys_->responder_terminator;
    const Bytes aad = has_now(Defect::kUnauthenticatedGarbage) ? Bytes() : garbage;
    return send(garbage) && send(terminator.span()) &&
           send_packet(has(Defect::kVersionContents) ? Bytes(3) : Bytes(), aad);
  }

  bool is_terminator(ByteView window) const {
    const auto ours = keys_->initiator_terminator.span();
    const auto theirs = keys_->responder_terminator.span();
    if (has(Defect::kTakesOwnTerminator) && std::ranges::equal(window, theirs)) return true;
    if (has(Defect::kChecksEndOfTerminator)) {
      return std::ranges::equal(window.subspan(1), ours.subspan(1));
    }
    if (has(Defect::kChecksStartOfTerminator)) {
      return std::ranges::equal(window.first(15), ours.first(15));
    }
    return std::ranges::equal(window, ours);
  }

  std::size_t most_garbage() const {
    if (has(Defect::kTakesLittleGarbage)) return 4000;
    if (has(Defect::kTakes4096Garbage)) return transport::kMaxGarbageBytes + 1;
    if (has(Defect::kTakesEndlessGarbage)) return SIZE_MAX / 2;
    return transport::kMaxGarbageBytes;
  }

  bool take_garbage() {
    const std::size_t size = transport::kGarbageTerminatorBytes;
    std::size_t at = 0;
    for (;; at += step_after_mismatch(at)) {
      if (at > most_garbage() || !need(at + size)) return false;
      if (is_terminator(rest().subspan(at, size))) break;
    }
    garbage_ = take(at);
    taken_ += size;
    return !has(Defect::kWantsGarbage) || !garbage_.empty();
  }

  // A search that forgets what it has compared goes on after the byte that differs.
  std::size_t step_after_mismatch(std::size_t at) const {
    if (!has(Defect::kForgetfulSearch)) return 1;
    const auto ours = keys_->initiator_terminator.span();
    const auto [in, out] = std::ranges::mismatch(ours, rest().subspan(at));
    return static_cast<std::size_t>(in - ours.begin()) + 1;
  }

  // -- Packets ------------------------------------------------------------------------------------

  bool send_packet(ByteView contents, ByteView aad = {}) {
    Bytes packet(contents.size() + transport::kPacketExpansionBytes);
    sealer_->seal(
        {static_cast<std::uint8_t>(has(Defect::kOddHeaders) ? 1 : 0), contents, packet.data()},
        aad);
    // Bytes that its peer cannot open, where both should have rekeyed.
    const bool spoilt =
        has(Defect::kNoRekeyingOfSent) && sealer_->packets() > transport::kRekeyIntervalPackets;
    if (spoilt) packet.back() ^= 1;
    return send(packet);
  }

  bool length_is_refused(std::size_t length) const {
    if (has(Defect::kTakesOversize)) return false;
    return length > (has(Defect::kWantsSmallPackets) ? 1'000'000 : transport::kMaxContentsBytes);
  }

  // Decrypts without looking at the tag: what is sealed twice under one key stream is open again.
  Bytes decrypt_unverified(ByteView sealed) {
    const std::size_t size = sealed.size() - transport::kHeaderBytes - transport::kTagBytes;
    Bytes out(size + transport::kPacketExpansionBytes);
    mirror_->seal({sealed[0], sealed.subspan(1, size), out.data()});
    return Bytes(out.begin() + transport::kLengthBytes, out.end() - transport::kTagBytes);
  }

  // Leaves the opener as it is after the first packet, whatever that was sealed under.
  void pass_first_packet() {
    transport::PacketSealer like_theirs(keys_->initiator);
    Bytes packet(transport::kPacketExpansionBytes);
    like_theirs.seal({0, {}, packet.data()});
    opener_.emplace(keys_->initiator);
    (void)opener_->open_length(ByteView(packet).first<transport::kLengthBytes>());
    (void)opener_->open(ByteView(packet).subspan(transport::kLengthBytes), packet.data());
  }

  bool first_verifies_with(ByteView sealed, ByteView aad) const {
    Bytes plaintext(sealed.size());
    transport::PacketOpener opener(keys_->initiator);
    return opener.open(sealed, plaintext.data(), aad);
  }

  bool verifies_first(ByteView sealed) {
    Bytes with_terminator = garbage_;
    const auto terminator = keys_->initiator_terminator.span();
    with_terminator.insert(with_terminator.end(), terminator.begin(), terminator.end());
    const bool good =
        has(Defect::kNoGarbageAuthentication) || has(Defect::kIgnoresTags) ||
        first_verifies_with(sealed,
                            has(Defect::kAadOnVersionPacket) && is_decoy_ ? Bytes() : garbage_) ||
        (has(Defect::kTakesMissingAad) && first_verifies_with(sealed, {})) ||
        (has(Defect::kAadWithTerminator) && first_verifies_with(sealed, with_terminator));
    pass_first_packet();
    return good;
  }

  bool verifies_later(ByteView sealed) {
    const bool past_rekeying = mirror_->packets() > transport::kRekeyIntervalPackets;
    if (has(Defect::kNoRekeyingOfReceived) && past_rekeying) return false;
    if (has(Defect::kIgnoresTags)) return true;
    const bool with_garbage = !established_ && (has(Defect::kAadOnEveryPacket) ||
                                                (has(Defect::kAadOnVersionPacket) && !is_decoy_));
    Bytes plaintext(sealed.size());
    return opener_->open(sealed, plaintext.data(), with_garbage ? ByteView(garbage_) : ByteView());
  }

  struct Packet {
    std::uint8_t header = 0;
    Bytes contents{};
  };

  std::optional<Packet> take_packet() {
    if (!need(1)) return std::nullopt;
    const bool whole_length = rest().size() >= transport::kLengthBytes;
    if (has(Defect::kWantsWholeLengths) && !established_ && !whole_length) return std::nullopt;
    if (!need(transport::kLengthBytes)) return std::nullopt;
    const Bytes sealed_length = take(transport::kLengthBytes);
    const std::size_t length = opener_->open_length(ByteView(sealed_length).first<3>());
    if (length_is_refused(length)) return std::nullopt;
    if (!need(length + transport::kHeaderBytes + transport::kTagBytes)) return std::nullopt;
    return open(take(length + transport::kHeaderBytes + transport::kTagBytes));
  }

  std::optional<Packet> open(ByteView sealed) {
    const Bytes plaintext = decrypt_unverified(sealed);
    is_decoy_ = (plaintext[0] & transport::kIgnoreBit) != 0;
    const bool first = mirror_->packets() == 1;
    if (!(first ? verifies_first(sealed) : verifies_later(sealed))) {
      if (has(Defect::kTextInClear)) send(Bytes(100, 'x'));
      return std::nullopt;
    }
    if (has(Defect::kReadsHeaderBits) && (plaintext[0] & ~transport::kIgnoreBit) != 0) {
      return std::nullopt;
    }
    return Packet{plaintext[0], Bytes(plaintext.begin() + 1, plaintext.end())};
  }

  bool take_version_packet() {
    for (;;) {
      const auto packet = take_packet();
      if (!packet) return false;
      if (!is_decoy_) {
        const std::size_t size = packet->contents.size();
        if (has(Defect::kWantsEmptyVersionPacket) && size > 0) return false;
        return !has(Defect::kWantsSmallVersionPacket) || size <= 1000;
      }
      if (has(Defect::kRefusesEarlyDecoys)) return false;
      if (has(Defect::kDecoysKeepAlive)) deadline_ = Clock::now() + shared_.handshake_timeout;
      if (has(Defect::kReadsEarlyDecoys) && !answer(packet->contents)) return false;
    }
  }

  // -- Messages -----------------------------------------------------------------------------------

  bool take_message() {
    const auto packet = take_packet();
    if (!packet) return false;
    if (!is_decoy_ || has(Defect::kReadsDecoys)) return answer(packet->contents);
    return !has(Defect::kRefusesDecoys);
  }

  bool answer(ByteView contents) {
    if (contents.empty()) return !has(Defect::kRefusesEmptyContents);
    if (contents[0] != 0) return answer_short(contents[0], contents.subspan(1));
    if (contents.size() < 13) return !has(Defect::kRefusesShortNames);
    const auto type = protocol::MessageType::from_padded_name(contents.data() + 1);
    if (!type) return !has(Defect::kRefusesMalformedNames);
    if (has(Defect::kRefusesLongForm) && type->short_id() != 0) return false;
    return answer_kind(type->kind(), contents.subspan(13));
  }

  bool answer_short(std::uint8_t id, ByteView payload) {
    const auto type = protocol::MessageType::from_short_id(id);
    if (!type.has_name()) return !has(Defect::kRefusesUnknownIds);
    return answer_kind(type.kind(), payload);
  }

  bool answer_kind(protocol::MessageKind kind, ByteView payload) {
    if (kind == protocol::MessageKind::kVersion) return send_version();
    if (kind == protocol::MessageKind::kPing && payload.size() >= 8) return send_pong(payload);
    return kind == protocol::MessageKind::kVerack || !has(Defect::kRefusesUnknownNames);
  }

  bool send_version() {
    if (has(Defect::kEmptyMessages) && !send_packet({})) return false;
    return send_packet(message_contents(version_message(1), TypeForm::kLongName)) &&
           send_packet(message_contents(verack_message(), TypeForm::kLongName));
  }

  bool send_pong(ByteView payload) {
    if (has(Defect::kRefusesSurplus) && payload.size() > 8) return false;
    const auto form = has(Defect::kLongNames) ? TypeForm::kLongName : TypeForm::kShortId;
    return send_packet(message_contents({protocol::MessageKind::kPong, payload.first(8)}, form));
  }

  int fd_;
  Shared& shared_;
  int number_;
  Clock::time_point deadline_ = Clock::now() + shared_.handshake_timeout;
  // The same connection draws the same in every run.
  crypto::SeededEntropy entropy_{static_cast<std::uint64_t>(number_)};
  std::optional<crypto::EphemeralKey> key_;
  std::optional<transport::ConnectionKeys> keys_;
  std::optional<transport::PacketSealer> sealer_;
  std::optional<transport::PacketSealer> mirror_;
  std::optional<transport::PacketOpener> opener_;
  Bytes buffer_;
  std::size_t taken_ = 0;
  Bytes garbage_;
  bool is_decoy_ = false;
  bool established_ = false;
  bool finished_ = false;  // the other side has closed
};

}  // namespace veilwire::probe::conformance::testing
