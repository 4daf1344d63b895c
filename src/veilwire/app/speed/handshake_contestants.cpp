#include "veilwire/app/speed/handshake_contestants.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/entropy.h"
#include "veilwire/crypto/yardstick.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::app {
namespace {

using transport::KeyPool;
using transport::Responder;
using transport::Role;
using transport::Transport;
using transport::V2Config;
using transport::V2Transport;

// Different keys in a round, so that a figure is not that of one lucky encoding: finding one takes
// libsecp256k1 a number of tries that differs from key to key.
constexpr std::size_t kExchangesPerRound = 16;
constexpr TimePoint kNow{};

// What one side draws: 32 bytes of secret key, then 32 that randomize the encoding.
struct Draws {
  Secret<32> secret_key;
  Secret<32> auxrnd;
};

Draws draws_of(std::size_t exchange, Role role) {
  Draws draws;
  draws.secret_key.data()[31] = static_cast<std::uint8_t>(exchange + 1);
  draws.secret_key.data()[0] = role == Role::kInitiator ? 1 : 2;
  draws.auxrnd.data()[0] = static_cast<std::uint8_t>(exchange);
  return draws;
}

// Gives the same draws again and again.
class GivenEntropy final : public Entropy {
 public:
  explicit GivenEntropy(const Draws& draws)
      : draws_{draws.secret_key.copy(), draws.auxrnd.copy()} {}

  std::expected<void, EntropyFailure> fill(ByteSpan out) override {
    const Secret<32>& next = key_is_next_ ? draws_.secret_key : draws_.auxrnd;
    if (out.size() != next.size()) return std::unexpected(EntropyFailure{});
    std::memcpy(out.data(), next.data(), next.size());
    key_is_next_ = !key_is_next_;
    return {};
  }

 private:
  Draws draws_;
  bool key_is_next_ = true;
};

V2Config without_garbage() {
  V2Config config;
  config.garbage = [](Entropy&) -> std::expected<Bytes, EntropyFailure> { return Bytes{}; };
  return config;
}

struct Side {
  explicit Side(const Draws& draws) : entropy(draws), keys(entropy, 1) {}

  GivenEntropy entropy;
  KeyPool keys;
};

std::unique_ptr<Transport> make_side(Role role, const V2Config& config, Side& side) {
  if (role == Role::kResponder) {
    return std::make_unique<Responder>(config, side.keys, side.entropy, kNow);
  }
  return std::make_unique<V2Transport>(role, config, side.keys, side.entropy, kNow);
}

Bytes take_bytes(Transport& from) {
  const ByteView waiting = from.bytes_to_send();
  Bytes bytes(waiting.begin(), waiting.end());
  from.mark_sent(bytes.size());
  return bytes;
}

void feed_all(Transport& to, ByteView bytes) {
  if (to.feed(kNow, bytes) != bytes.size()) {
    throw std::runtime_error("a handshake did not go through");
  }
}

// What the initiator and the responder send, in the order in which they do.
struct Recording {
  Bytes first;   // the initiator's key
  Bytes second;  // the responder's key, terminator and version packet
  Bytes third;   // the initiator's terminator and version packet
};

Recording record_exchange(std::size_t exchange, const V2Config& config) {
  Side one(draws_of(exchange, Role::kInitiator));
  Side other(draws_of(exchange, Role::kResponder));
  const auto initiator = make_side(Role::kInitiator, config, one);
  const auto responder = make_side(Role::kResponder, config, other);
  Recording recording;
  recording.first = take_bytes(*initiator);
  feed_all(*responder, recording.first);
  recording.second = take_bytes(*responder);
  feed_all(*initiator, recording.second);
  recording.third = take_bytes(*initiator);
  return recording;
}

Role role_of(HandshakeRole role) {
  return role == HandshakeRole::kInitiator ? Role::kInitiator : Role::kResponder;
}

class OurHandshake final : public Contestant {
 public:
  explicit OurHandshake(HandshakeRole role) : role_(role), config_(without_garbage()) {
    for (std::size_t i = 0; i < kExchangesPerRound; ++i) {
      recordings_.push_back(record_exchange(i, config_));
      sides_.push_back(std::make_unique<Side>(draws_of(i, role_of(role))));
    }
  }

  void prepare() override {
    if (role_ != HandshakeRole::kResponderReadyKeys) return;
    for (const auto& side : sides_) side->keys.refill(1);
  }
  void work() override {
    for (std::size_t i = 0; i < kExchangesPerRound; ++i) {
      if (role_ == HandshakeRole::kInitiator) {
        initiate(i);
      } else {
        respond(i);
      }
    }
  }
  std::size_t operations() const override { return kExchangesPerRound; }

 private:
  void initiate(std::size_t i) {
    Side& side = *sides_[i];
    V2Transport transport(Role::kInitiator, config_, side.keys, side.entropy, kNow);
    send(transport);
    feed_all(transport, recordings_[i].second);
    send(transport);
    require_established(transport);
  }
  void respond(std::size_t i) {
    Side& side = *sides_[i];
    Responder transport(config_, side.keys, side.entropy, kNow);
    feed_all(transport, recordings_[i].first);
    send(transport);
    feed_all(transport, recordings_[i].third);
    require_established(transport);
  }
  static void send(Transport& transport) { transport.mark_sent(transport.bytes_to_send().size()); }
  static void require_established(Transport& transport) {
    const auto event = transport.poll_event();
    if (!event || !std::holds_alternative<transport::Established>(*event)) {
      throw std::runtime_error("a handshake did not end");
    }
  }

  HandshakeRole role_;
  V2Config config_;
  std::vector<Recording> recordings_;
  std::vector<std::unique_ptr<Side>> sides_;
};

class BareHandshake final : public Contestant {
 public:
  explicit BareHandshake(HandshakeRole role) : role_(role) {
    for (std::size_t i = 0; i < kExchangesPerRound; ++i) {
      draws_.push_back(draws_of(i, role_of(role)));
      initiator_keys_.push_back(encoding_of(draws_of(i, Role::kInitiator)));
      responder_keys_.push_back(encoding_of(draws_of(i, Role::kResponder)));
    }
  }

  void work() override {
    const auto initiating =
        role_ == HandshakeRole::kInitiator ? crypto::Initiating::kYes : crypto::Initiating::kNo;
    for (std::size_t i = 0; i < kExchangesPerRound; ++i) {
      if (role_ != HandshakeRole::kResponderReadyKeys) encoding_of(draws_[i]);
      Secret<32> shared_secret;
      if (!bare_.exchange(draws_[i].secret_key, initiator_keys_[i], responder_keys_[i], initiating,
                          shared_secret)) {
        throw std::runtime_error("libsecp256k1 refused a key exchange");
      }
    }
  }
  std::size_t operations() const override { return kExchangesPerRound; }

 private:
  crypto::EllSwift64 encoding_of(const Draws& draws) const {
    crypto::EllSwift64 encoding;
    if (!bare_.create(draws.secret_key, draws.auxrnd.span(), encoding)) {
      throw std::runtime_error("libsecp256k1 refused a key");
    }
    return encoding;
  }

  HandshakeRole role_;
  crypto::BareEllSwift bare_;
  std::vector<Draws> draws_;
  std::vector<crypto::EllSwift64> initiator_keys_;
  std::vector<crypto::EllSwift64> responder_keys_;
};

}  // namespace

std::string_view role_name(HandshakeRole role) {
  switch (role) {
    case HandshakeRole::kInitiator:
      return "initiator";
    case HandshakeRole::kResponder:
      return "responder";
    case HandshakeRole::kResponderReadyKeys:
      break;
  }
  return "responder_ready_keys";
}

std::unique_ptr<Contestant> our_handshake(HandshakeRole role) {
  return std::make_unique<OurHandshake>(role);
}

std::unique_ptr<Contestant> bare_handshake(HandshakeRole role) {
  return std::make_unique<BareHandshake>(role);
}

}  // namespace veilwire::app
