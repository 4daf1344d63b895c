// The other side of a version 2 transport in a fuzzer: it has the keys and seals what it likes. Its
// reading of contents is written down here once more, to hold the transport's against.
#pragma once

#include <optional>

#include "subject.h"
#include "veilwire/crypto/ellswift.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/transport/key_schedule.h"
#include "veilwire/transport/packet_cipher.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::fuzz {

// Keys from a seed.
class SeededKeys final : public KeySource {
 public:
  explicit SeededKeys(Entropy& entropy) : entropy_(entropy) {}
  std::expected<crypto::EphemeralKey, EntropyFailure> take() override {
    return crypto::ellswift_generate(entropy_);
  }

 private:
  Entropy& entropy_;
};

inline GarbagePolicy garbage_of(std::size_t size) {
  return [size](Entropy& entropy) -> std::expected<Bytes, EntropyFailure> {
    Bytes garbage(size);
    if (auto filled = entropy.fill(garbage); !filled) return std::unexpected(filled.error());
    return garbage;
  };
}

class V2Peer {
 public:
  // A peer for a subject in the other role.
  V2Peer(Role role, protocol::Magic magic, Entropy& entropy)
      : role_(role), magic_(magic), key_(crypto::ellswift_generate(entropy).value()) {}

  ByteView key() const { return key_.ellswift; }

  // `heard` starts with the subject's key. REQUIRES: 64 bytes.
  void derive(ByteView heard) {
    const bool initiating = role_ == Role::kInitiator;
    const auto shared_secret = crypto::ellswift_shared_secret(
        key_, heard.first<kEllSwiftBytes>(),
        initiating ? crypto::Initiating::kYes : crypto::Initiating::kNo);
    const ConnectionKeys keys = derive_keys(*shared_secret, magic_);
    const auto& ours = initiating ? keys.initiator_terminator : keys.responder_terminator;
    const auto& theirs = initiating ? keys.responder_terminator : keys.initiator_terminator;
    terminator_.assign(ours.data(), ours.data() + ours.size());
    terminator_of_subject_.assign(theirs.data(), theirs.data() + theirs.size());
    sealer_.emplace(initiating ? keys.initiator : keys.responder);
    opener_.emplace(initiating ? keys.responder : keys.initiator);
  }

  const Bytes& terminator() const { return terminator_; }

  // The next packet. REQUIRES: derive().
  Bytes packet(std::uint8_t header, ByteView contents, ByteView aad = {}) {
    Bytes out(contents.size() + kPacketExpansionBytes);
    sealer_->seal({header, contents, out.data()}, aad);
    return out;
  }

  // Reads all of what a subject has sent since its key, from its garbage on; later calls go on from
  // there. Contents of packets that are no decoys, the version packet's first.
  std::vector<Bytes> read(ByteView sent) {
    heard_.insert(heard_.end(), sent.begin(), sent.end());
    if (!heard_terminator_) hear_terminator();
    std::vector<Bytes> contents;
    ByteView rest = heard_;
    while (heard_terminator_ && !rest.empty()) {
      FUZZ_REQUIRE(rest.size() >= kPacketExpansionBytes, "packets are sent whole");
      const std::size_t size = opener_->open_length(rest.first<kLengthBytes>());
      FUZZ_REQUIRE(rest.size() >= size + kPacketExpansionBytes, "packets are sent whole");
      Bytes plaintext(kHeaderBytes + size);
      FUZZ_REQUIRE(opener_->open(rest.subspan(kLengthBytes, kHeaderBytes + size + kTagBytes),
                                 plaintext.data(), garbage_),
                   "what a transport seals its peer can open");
      garbage_.clear();
      if ((plaintext[0] & kIgnoreBit) == 0)
        contents.emplace_back(plaintext.begin() + 1, plaintext.end());
      rest = rest.subspan(size + kPacketExpansionBytes);
    }
    if (heard_terminator_) heard_.clear();
    return contents;
  }

 private:
  void hear_terminator() {
    const auto at = std::search(heard_.begin(), heard_.end(), terminator_of_subject_.begin(),
                                terminator_of_subject_.end());
    if (at == heard_.end()) return;
    heard_terminator_ = true;
    garbage_.assign(heard_.begin(), at);
    heard_.erase(heard_.begin(), at + static_cast<std::ptrdiff_t>(kGarbageTerminatorBytes));
  }

  Role role_;
  protocol::Magic magic_;
  crypto::EphemeralKey key_;
  Bytes terminator_;
  Bytes terminator_of_subject_;
  std::optional<PacketSealer> sealer_;
  std::optional<PacketOpener> opener_;
  Bytes heard_;
  Bytes garbage_;
  bool heard_terminator_ = false;
};

// BIP 324, "v2 Bitcoin P2P message structure": what a packet that is no decoy says, or nothing
// where its contents are no message.
inline std::optional<RecordedMessage> message_in(ByteView contents) {
  if (contents.empty()) return std::nullopt;
  if (contents[0] != 0) {
    const protocol::MessageType type = protocol::MessageType::from_short_id(contents[0]);
    return RecordedMessage{std::string(type.name()), contents[0],
                           Bytes(contents.begin() + 1, contents.end())};
  }
  if (contents.size() < 13) return std::nullopt;
  const std::string padded(contents.begin() + 1, contents.begin() + 13);
  const std::string name = padded.substr(0, padded.find('\0'));
  if (name.empty() || padded != name + std::string(12 - name.size(), '\0')) return std::nullopt;
  if (!std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; })) return std::nullopt;
  return RecordedMessage{name, protocol::MessageType::from_name(name)->short_id(),
                         Bytes(contents.begin() + 13, contents.end())};
}

}  // namespace veilwire::fuzz
