// One connection of the suite: a socket, the adversary on it, and what has been heard so far.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/probe/conformance/adversary.h"
#include "veilwire/probe/conformance/blocking_socket.h"
#include "veilwire/probe/conformance/conformance.h"
#include "veilwire/protocol/message.h"

namespace veilwire::probe::conformance {

// How a message's type is written (BIP 324, "v2 Bitcoin P2P message structure").
enum class TypeForm : std::uint8_t { kShortId, kLongName };

// The contents of a packet with one message. REQUIRES for kShortId: the type has an id.
Bytes message_contents(const protocol::MessageView& message, TypeForm form);
protocol::OwnedMessage ping_message(std::uint64_t nonce);
// A `version` message that no node minds: no services, no relay, protocol 70016.
protocol::OwnedMessage version_message(std::uint64_t nonce);
protocol::OwnedMessage verack_message();
// The same as a message of the version 1 transport.
Bytes v1_version_message(const protocol::Magic& magic, std::uint64_t nonce);

// The knobs of one handshake. As it stands it is an ordinary one without garbage.
struct HandshakeScript {
  enum class GarbageTiming : std::uint8_t {
    kWithKey,           // as initiators do
    kAfterTheirPacket,  // so that the responder's key shows that it took the connection
  };
  Bytes garbage{};
  GarbageTiming garbage_timing = GarbageTiming::kWithKey;
  std::optional<Bytes> terminator{};     // instead of the right one
  std::optional<Bytes> authenticated{};  // associated data of the first packet, instead of garbage
  std::optional<Bytes> second_aad{};     // associated data of the second packet, instead of none
  std::vector<Bytes> decoys{};           // before the version packet
  std::uint8_t header = 0;               // the version packet's
  Bytes contents{};
  // Changes the version packet as it travels.
  std::function<void(Bytes&)> spoil{};
};

// What one connection has shown of the responder.
struct Heard {
  Bytes first_bytes{};  // at most kMaxFirstBytes
  bool version_packet = false;
  std::size_t version_contents_bytes = 0;
  bool version = false;  // the message, and it reads as one
  bool unreadable_version = false;
  std::uint64_t veracks = 0;
  std::vector<std::uint64_t> pongs{};
  std::uint64_t packets = 0;
  std::uint64_t decoys = 0;
  std::uint64_t odd_headers = 0;     // with bits beside the ignore bit
  std::uint64_t not_messages = 0;    // contents that are no message: empty, or a malformed name
  std::uint64_t long_for_short = 0;  // a name in full where it has an id
};

// What is kept of all connections, for the rules about the responder's own traffic.
struct Record {
  std::array<std::uint8_t, transport::kEllSwiftBytes> key{};
  bool heard_terminator = false;
  Bytes garbage{};
  std::optional<Breach> breach{};
  Heard heard{};
};

class Trial {
 public:
  static constexpr std::size_t kMaxFirstBytes = 256;
  static constexpr std::size_t kMaxPongs = 10'000;

  Trial(std::expected<BlockingSocket, std::string> socket, Adversary adversary,
        const Options& options, std::function<void(const Trial&)> on_end);
  ~Trial();
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  Adversary& adversary() { return adversary_; }
  const Adversary& adversary() const { return adversary_; }
  const Heard& heard() const { return heard_; }
  bool connected() const { return socket_.has_value(); }
  // The responder ended it, or it never began.
  bool ended() const { return !socket_ || socket_->ended(); }
  bool heard_nothing() const { return heard_.first_bytes.empty(); }

  // -- Raw bytes ----------------------------------------------------------------------------------

  // False where the connection ended, or where not all was taken within the answer's time and what
  // its size needs at 100 kB/s.
  bool say(ByteView bytes);
  // One byte in a segment.
  bool say_slowly(ByteView bytes);
  // Listens until `until` holds: true. False where the connection ended or the time is over.
  bool listen(const std::function<bool()>& until, milliseconds at_most);
  bool listen(const std::function<bool()>& until) { return listen(until, options_.answer_timeout); }
  // Listens for the whole time, or until the connection ends.
  void listen_on(milliseconds time);
  bool hear_end() { return hear_end(options_.answer_timeout); }
  bool hear_end(milliseconds at_most);
  void half_close() {
    if (socket_) socket_->half_close();
  }
  void reset() {
    if (socket_) socket_->reset();
  }

  // -- The handshake ------------------------------------------------------------------------------

  bool hear_key();
  bool hear_version_packet();
  // Plays it up to our version packet. False where the responder's version packet did not come.
  bool shake_hands(const HandshakeScript& script);
  // What shake_hands() says after the responder's version packet.
  Bytes second_flight(const HandshakeScript& script);

  // -- Messages -----------------------------------------------------------------------------------

  bool say_packet(std::uint8_t header, ByteView contents);
  bool say_decoy(ByteView contents) { return say_packet(transport::kIgnoreBit, contents); }
  // Says `version`, hears `version` and `verack`, says `verack`.
  bool greet();
  // Says `ping` and hears its `pong`.
  bool ping(TypeForm form = TypeForm::kShortId);
  // Says both greetings and a ping in one breath, and hears no answer.
  void say_greeting_and_ping();
  // The pong for the last ping that was said.
  bool heard_pong() const { return heard_pong_for(last_nonce_); }
  bool heard_pong_for(std::uint64_t nonce) const;
  std::uint64_t new_nonce() { return ++last_nonce_; }

  // How it stands: "It ended the connection after its key." For `seen` of a verdict.
  std::string standing() const;
  Record record() const;
  // For a connection that speaks version 1, or whose key is not the adversary's: what is heard
  // there says nothing about the responder's version 2 traffic.
  void leave_no_record() { on_record_ = false; }
  bool on_record() const { return on_record_; }

 private:
  void take_in();
  void take_packet(const HeardPacket& packet);
  void take_message(ByteView contents);

  std::expected<BlockingSocket, std::string> socket_;
  Adversary adversary_;
  const Options& options_;
  std::function<void(const Trial&)> on_end_;
  Heard heard_;
  std::uint64_t last_nonce_;
  bool on_record_ = true;
};

}  // namespace veilwire::probe::conformance
