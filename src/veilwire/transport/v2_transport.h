// BIP 324, the version 2 transport: everything it sends is pseudorandom from the first byte.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "veilwire/protocol/magic.h"
#include "veilwire/transport/key_source.h"
#include "veilwire/transport/transport.h"

namespace veilwire::transport {

// Gives the garbage for one connection: at most kMaxGarbageBytes bytes that a watcher cannot tell
// from random ones.
using GarbagePolicy = std::function<std::expected<Bytes, EntropyFailure>(Entropy&)>;

// The default: every length from 0 to 4095 equally likely, every byte random.
VEILWIRE_API std::expected<Bytes, EntropyFailure> uniform_garbage(Entropy& entropy);

// What to do with a peer whose decoys pass the budget of kDecoyBurstBytes, kDecoyBytesPerSecond.
enum class DecoyLimit : std::uint8_t {
  kPause,  // stop reading until the bucket has filled again
  kFault,  // stop the transport
  kOff,    // a peer of the caller's own
};

// What is needed to decrypt a recorded connection: whoever has it reads everything. See
// docs/keylog.md for the line that tools share. The views are valid during the call.
struct KeyLogEntry {
  protocol::Magic magic;
  std::span<const std::uint8_t, kEllSwiftBytes> initiator_ellswift;
  std::span<const std::uint8_t, kEllSwiftBytes> responder_ellswift;
  std::span<const std::uint8_t, 32> shared_secret;
};
using KeyLog = std::function<void(const KeyLogEntry&)>;

// The entry as one line of text without its newline.
VEILWIRE_API std::string key_log_line(const KeyLogEntry& entry);

// The callbacks throw nothing but std::bad_alloc.
struct V2Config {
  protocol::Magic magic = protocol::kMainMagic;
  GarbagePolicy garbage = uniform_garbage;  // never empty
  // BIP 324: contents are ignored by today's peers; reserved for extensions. At most
  // kMaxContentsBytes; some peers in the field end the connection when there are any.
  Bytes version_contents{};
  // Contents of the decoys sent between garbage terminator and version packet.
  std::vector<Bytes> decoys_before_version{};
  DecoyLimit decoy_limit = DecoyLimit::kPause;
  Duration handshake_timeout = kDefaultHandshakeTimeout;
  // Off where empty. Called once, when the keys are derived: a handshake that then fails can be
  // looked at too.
  KeyLog key_log{};
};

// One end of a version 2 connection.
//
// The initiator has its key and garbage to send from construction on. The responder takes no key
// and sends nothing before the first byte has arrived: whether that connection speaks version 2 at
// all is for Responder to decide.
//
// Memory: at most 2 KiB in all when established and idle for kIdleRelease; at most 8 KiB beyond the
// messages that it holds when busy. Plaintext is never visible before its tag has verified.
class VEILWIRE_API V2Transport final : public Transport {
 public:
  // `keys` and `entropy` are used in construction (initiator) or in the first feed() (responder),
  // and must live until then.
  V2Transport(Role role, V2Config config, KeySource& keys, Entropy& entropy, TimePoint now);
  ~V2Transport() override;

  std::size_t feed(TimePoint now, ByteView bytes) override;
  std::expected<void, PushError> push(TimePoint now, const protocol::MessageView& message) override;
  std::expected<void, PushError> push_decoy(TimePoint now, ByteView contents) override;
  std::optional<Event> poll_event() override;
  ByteView bytes_to_send() override;
  void mark_sent(std::size_t count) override;
  void on_deadline(TimePoint now) override;
  std::optional<TimePoint> next_deadline() const override;
  bool reading_paused() const override;
  std::optional<Fault> fault() const override;
  Info info() const override;
  bool has_stopped() const override;
  std::size_t unsent_bytes() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::transport
