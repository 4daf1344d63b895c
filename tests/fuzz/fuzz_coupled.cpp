// Two transports joined by a wire that delivers in any pieces, in any order between the two
// directions, under a clock that the input moves; now and then a bit is flipped on the way.
//
// What arrives is the beginning of what was pushed, and all of it in the end; where a bit was
// flipped there may be a fault instead, which is the peer's.

#include <array>
#include <deque>

#include "fuzz_input.h"
#include "subject.h"
#include "v2_peer.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::fuzz {
namespace {

constexpr protocol::Magic kMagic = protocol::kTestnet4Magic;

struct Side {
  explicit Side(std::unique_ptr<Transport> transport) : subject(std::move(transport), Cuts(0)) {}

  Subject subject;
  std::vector<RecordedMessage> pushed;
  std::deque<std::uint8_t> wire;  // to the other side
};

class Coupled {
 public:
  Coupled(Version version, std::uint8_t options)
      : keys_(entropy_),
        version_(version),
        sides_{Side(initiator(options)), Side(std::make_unique<Responder>(
                                             config(options >> 4), keys_, entropy_, TimePoint{}))} {
  }

  void push(std::size_t from, const protocol::MessageType& type, ByteView payload) {
    Side& side = sides_[from];
    const Info before = side.subject.transport().info();
    const auto pushed = side.subject.transport().push(side.subject.now(), {type, payload});
    if (pushed) {
      side.pushed.push_back(
          {std::string(type.name()), type.short_id(), Bytes(payload.begin(), payload.end())});
      return;
    }
    const bool too_early = !side.subject.established() && pushed.error() == PushError::kQueueFull;
    const bool too_much = before.unsent_bytes >= kMaxUnsentBytes;
    FUZZ_REQUIRE(too_early || too_much || side.subject.has_fault(),
                 "a message is refused for a reason");
  }

  void push_decoy(std::size_t from, std::size_t size) {
    Subject& subject = sides_[from].subject;
    const auto pushed = subject.transport().push_decoy(subject.now(), Bytes(size, 0));
    FUZZ_REQUIRE(pushed || pushed.error() != PushError::kPayloadTooLong,
                 "a small decoy is not too long");
  }

  // Puts what a side has to send on the wire, and hands the other at most `count` bytes of it.
  void deliver(std::size_t from, std::size_t count) {
    Side& side = sides_[from];
    const Bytes sent = side.subject.take_sent();
    side.wire.insert(side.wire.end(), sent.begin(), sent.end());
    const auto end =
        side.wire.begin() + static_cast<std::ptrdiff_t>(std::min(count, side.wire.size()));
    const Bytes bytes(side.wire.begin(), end);
    side.wire.erase(side.wire.begin(), end);
    sides_[1 - from].subject.receive(bytes);
    catch_up(1 - from);
  }

  void flip(std::size_t from, std::size_t bit) {
    auto& wire = sides_[from].wire;
    if (wire.empty() || version_ == Version::kV1) return;
    std::uint8_t& byte = wire[bit / 8 % wire.size()];
    byte = static_cast<std::uint8_t>(byte ^ 1u << (bit % 8));
    flipped_ = true;
  }

  void pass(Duration time) {
    for (Side& side : sides_) side.subject.pass(time);
  }

  void expect_prefixes() {
    for (std::size_t to : {0u, 1u}) {
      const auto& arrived = sides_[to].subject.record().messages;
      const auto& pushed = sides_[1 - to].pushed;
      FUZZ_REQUIRE(arrived.size() <= pushed.size() &&
                       std::equal(arrived.begin(), arrived.end(), pushed.begin()),
                   "what arrives is a prefix of what was pushed");
    }
  }

  // Delivers all that is left.
  void finish() {
    for (int rounds = 0; rounds < 8; ++rounds) {
      deliver(0, SIZE_MAX);
      deliver(1, SIZE_MAX);
    }
    expect_prefixes();
    if (flipped_ || sides_[0].subject.has_fault() || sides_[1].subject.has_fault()) {
      FUZZ_REQUIRE(flipped_ || timed_out(), "without damage and in time there is no fault");
      return;
    }
    for (std::size_t to : {0u, 1u}) {
      FUZZ_REQUIRE(sides_[to].subject.established(), "both sides are established in the end");
      FUZZ_REQUIRE(sides_[to].subject.record().established == version_, "in the same version");
      FUZZ_REQUIRE(sides_[to].subject.record().messages == sides_[1 - to].pushed,
                   "everything pushed arrives in the end");
    }
    const Info a = sides_[0].subject.transport().info();
    const Info b = sides_[1].subject.transport().info();
    FUZZ_REQUIRE(a.session_id == b.session_id, "both sides have one session id");
    FUZZ_REQUIRE(a.sent.bytes == b.received.bytes && b.sent.bytes == a.received.bytes,
                 "what one side sent the other received");
    FUZZ_REQUIRE(a.sent.decoys == b.received.decoys && b.sent.decoys == a.received.decoys,
                 "decoys arrive and are counted");
  }

 private:
  std::unique_ptr<Transport> initiator(std::uint8_t options) {
    if (version_ == Version::kV1) {
      return std::make_unique<V1Transport>(Role::kInitiator, V1Config{.magic = kMagic},
                                           TimePoint{});
    }
    return std::make_unique<V2Transport>(Role::kInitiator, config(options), keys_, entropy_,
                                         TimePoint{});
  }

  static V2Config config(std::uint8_t options) {
    V2Config config{.magic = kMagic, .garbage = garbage_of((options & 3) * std::size_t{1365})};
    if ((options & 4) != 0) config.decoys_before_version = {Bytes(3, 0), Bytes(4000, 0)};
    if ((options & 8) != 0) config.version_contents = Bytes(100, 1);
    return config;
  }

  // A pause for decoys moves a side's clock alone; the other's must not fall behind for long.
  void catch_up(std::size_t which) {
    const TimePoint now = sides_[which].subject.now();
    const TimePoint other = sides_[1 - which].subject.now();
    if (other < now) sides_[1 - which].subject.pass(now - other);
  }

  bool timed_out() const {
    return std::ranges::any_of(sides_, [](const Side& side) {
      return side.subject.record().fault == Rule::kHandshakeTimeout;
    });
  }

  crypto::SeededEntropy entropy_{327};
  SeededKeys keys_;
  Version version_;
  std::array<Side, 2> sides_;
  bool flipped_ = false;
};

protocol::MessageType chosen_type(std::size_t choice) {
  constexpr const char* kNames[] = {"inv", "tx", "block", "version", "sendtxrcncl", "x", "feature"};
  return *protocol::MessageType::from_name(kNames[choice % std::size(kNames)]);
}

void step(Coupled& coupled, FuzzInput& input) {
  const std::uint8_t what = input.byte();
  const std::size_t from = what >> 7;
  switch ((what & 0x7f) % 10) {
    case 0:
    case 1: {
      const protocol::MessageType type = chosen_type(input.byte());
      coupled.push(from, type, input.bytes(input.below(100)));
      break;
    }
    case 2: {
      const std::size_t count = input.below(100);
      for (std::size_t i = 0; i < count; ++i) coupled.push(from, chosen_type(i), Bytes(i % 40, 9));
      break;
    }
    case 3: {
      const protocol::MessageType type = chosen_type(input.byte());
      coupled.push(from, type, input.stretched(input.number() * 4));
      break;
    }
    case 4:
      coupled.push_decoy(from, input.number());
      break;
    case 5:
      coupled.deliver(from, input.below(64));
      break;
    case 6:
      coupled.deliver(from, input.number());
      break;
    case 7:
      coupled.deliver(from, SIZE_MAX);
      break;
    case 8:
      coupled.pass(std::chrono::milliseconds(input.number()));
      break;
    case 9:
      coupled.flip(from, input.number());
      break;
  }
}

void run(FuzzInput input) {
  const Version version = input.below(8) == 7 ? Version::kV1 : Version::kV2;
  Coupled coupled(version, input.byte());
  // A version 1 connection is known by its first message.
  if (version == Version::kV1)
    coupled.push(0, *protocol::MessageType::from_name("version"), Bytes(86, 1));
  for (int steps = 0; steps < 400 && !input.empty(); ++steps) {
    step(coupled, input);
    coupled.expect_prefixes();
  }
  coupled.finish();
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run(veilwire::fuzz::FuzzInput(data, size));
  return 0;
}
