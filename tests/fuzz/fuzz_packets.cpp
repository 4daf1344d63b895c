// What a peer can send once the handshake is done: any contents and headers, sealed as they should
// be; then, perhaps, bytes that are not. What arrives is held against a reading of the contents
// that is written down apart (v2_peer.h); after damage nothing may arrive any more.

#include "fuzz_input.h"
#include "subject.h"
#include "v2_peer.h"

namespace veilwire::fuzz {
namespace {

constexpr protocol::Magic kMagic = protocol::kMainMagic;

struct Expected {
  std::vector<RecordedMessage> messages;
  std::uint64_t dropped = 0;

  void add(std::uint8_t header, ByteView contents) {
    if ((header & kIgnoreBit) != 0) return;
    if (auto message = message_in(contents)) {
      messages.push_back(std::move(*message));
    } else {
      ++dropped;
    }
  }
};

class Connection {
 public:
  Connection(Role role, Cuts cuts)
      : keys_(entropy_),
        peer_(role == Role::kInitiator ? Role::kResponder : Role::kInitiator, kMagic, entropy_),
        subject_(std::make_unique<V2Transport>(role,
                                               V2Config{.magic = kMagic, .garbage = garbage_of(20)},
                                               keys_, entropy_, TimePoint{}),
                 cuts) {
    subject_.receive(peer_.key());
    const Bytes heard = subject_.take_sent();
    peer_.derive(heard);
    const Bytes garbage{1, 2, 3};
    subject_.receive(garbage);
    subject_.receive(peer_.terminator());
    subject_.receive(peer_.packet(0, {}, garbage));
    FUZZ_REQUIRE(subject_.established(), "a handshake without a flaw establishes");
    const std::vector<Bytes> version = peer_.read(ByteView(heard).subspan(kEllSwiftBytes));
    FUZZ_REQUIRE(version.size() == 1 && version[0].empty(), "the version packet is empty");
  }

  Subject& subject() { return subject_; }
  const Expected& expected() const { return expected_; }

  void send(std::uint8_t header, ByteView contents) {
    expected_.add(header, contents);
    subject_.receive(peer_.packet(header, contents));
  }

  void send_damaged(std::uint8_t header, ByteView contents, std::size_t bit) {
    Bytes packet = peer_.packet(header, contents);
    const std::size_t byte = bit / 8 % packet.size();
    packet[byte] = static_cast<std::uint8_t>(packet[byte] ^ 1u << (bit % 8));
    subject_.receive(packet);
    FUZZ_REQUIRE(byte < kLengthBytes || subject_.has_fault(), "damage is noticed at once");
  }

  void send_too_long() {
    subject_.receive(peer_.packet(0, Bytes(kMaxContentsBytes + 1, 0)));
    FUZZ_REQUIRE(subject_.record().fault == Rule::kContentsTooLong, "a length has a limit");
  }

  // The other direction: what the subject is told to send arrives.
  void push(const protocol::MessageType& type, ByteView payload) {
    const auto pushed = subject_.transport().push(subject_.now(), {type, payload});
    FUZZ_REQUIRE(pushed.has_value(), "an idle transport takes a message");
    const std::vector<Bytes> contents = peer_.read(subject_.take_sent());
    FUZZ_REQUIRE(contents.size() == 1, "a message is one packet");
    const auto message = message_in(contents[0]);
    FUZZ_REQUIRE(message && message->name == type.name() && message->short_id == type.short_id() &&
                     std::ranges::equal(message->payload, payload),
                 "a message arrives as it was pushed");
  }

 private:
  crypto::SeededEntropy entropy_{326};
  SeededKeys keys_;
  V2Peer peer_;
  Subject subject_;
  Expected expected_;
};

Bytes long_form(FuzzInput& input) {
  Bytes contents{0};
  const Bytes name = input.bytes(1 + input.below(protocol::kMessageNameBytes));
  contents.insert(contents.end(), name.begin(), name.end());
  // A name that ends early is padded, or not.
  if (input.yes()) contents.resize(1 + protocol::kMessageNameBytes);
  const Bytes payload = input.bytes(input.below(40));
  contents.insert(contents.end(), payload.begin(), payload.end());
  return contents;
}

// Many small packets at once, to get past a rekey.
void send_run(Connection& connection, FuzzInput& input) {
  const std::size_t count = input.byte();
  const Bytes contents = input.bytes(input.below(8));
  for (std::size_t i = 0; i < count; ++i) connection.send(0, contents);
}

void push(Connection& connection, FuzzInput& input) {
  const auto type = protocol::MessageType::from_name(input.yes() ? "tx" : "sendtxrcncl");
  connection.push(*type, input.stretched(input.number()));
}

void send_damaged(Connection& connection, FuzzInput& input) {
  const std::uint8_t header = input.byte();
  const Bytes contents = input.bytes(input.below(40));
  connection.send_damaged(header, contents, input.number());
}

enum class Stream { kSound, kDamaged };

Stream step(Connection& connection, FuzzInput& input) {
  const std::size_t what = input.below(10);
  switch (what) {
    case 0:
    case 1: {
      const std::uint8_t header = input.byte();
      connection.send(header, what == 0 ? input.bytes(input.below(80)) : long_form(input));
      break;
    }
    case 2: {
      const std::uint8_t header = input.byte();
      connection.send(header, input.stretched(input.number()));
      break;
    }
    case 3:
      send_run(connection, input);
      break;
    case 4:
      connection.subject().pass(std::chrono::milliseconds(input.number()));
      break;
    case 5:
      push(connection, input);
      break;
    case 6:
      connection.send(kIgnoreBit, Bytes(input.number(), 0));
      break;
    case 7:
      send_damaged(connection, input);
      return Stream::kDamaged;
    case 8:
      connection.subject().receive(input.remaining());
      return Stream::kDamaged;
    case 9:
      // 4 MB are slow: not for every byte that the fuzzer tries.
      if (input.byte() != 0xff) break;
      connection.send_too_long();
      return Stream::kDamaged;
  }
  return Stream::kSound;
}

void run(FuzzInput input) {
  const Cuts cuts(input.byte());
  Connection connection(input.yes() ? Role::kInitiator : Role::kResponder, cuts);
  for (int steps = 0; steps < 100 && !input.empty(); ++steps) {
    if (step(connection, input) == Stream::kSound) continue;
    // The next packet cannot verify either.
    connection.subject().receive(Bytes(100, 0xee));
    break;
  }
  const Record& record = connection.subject().record();
  FUZZ_REQUIRE(record.messages == connection.expected().messages,
               "exactly the sealed messages arrive");
  FUZZ_REQUIRE(record.dropped == connection.expected().dropped,
               "exactly the contents that are no message are dropped");
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run(veilwire::fuzz::FuzzInput(data, size));
  return 0;
}
