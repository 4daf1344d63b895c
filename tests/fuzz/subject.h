// A transport under a fuzzer: fed in cuts that the input chooses, checked at every step against
// what transport.h promises, and recorded, so that two runs in different cuts can be compared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fuzz_input.h"
#include "veilwire/transport/transport.h"

namespace veilwire::fuzz {

using namespace veilwire::transport;

struct RecordedMessage {
  std::string name;  // empty for an id without a name
  std::uint8_t short_id = 0;
  Bytes payload;

  friend bool operator==(const RecordedMessage&, const RecordedMessage&) = default;
};

// What a peer can bring about, whatever way its bytes are cut.
struct Record {
  std::optional<Version> established;
  Bytes version_contents;
  std::vector<RecordedMessage> messages;
  std::uint64_t dropped = 0;
  std::optional<Rule> fault;

  friend bool operator==(const Record&, const Record&) = default;
};

// The same pieces in every run: a length from a small fixed sequence, or all that there is.
class Cuts {
 public:
  // 0: whole.
  explicit Cuts(std::uint8_t pattern) : state_(pattern) {}
  std::size_t next(std::size_t available) {
    if (state_ == 0) return available;
    state_ = state_ * 1103515245u + 12345u;
    const std::size_t bound = std::size_t{1} << ((state_ >> 24) % 13);
    return std::min(available, 1 + (state_ >> 8) % bound);
  }

 private:
  std::uint32_t state_;
};

class Subject {
 public:
  Subject(std::unique_ptr<Transport> transport, Cuts cuts)
      : transport_(std::move(transport)), cuts_(cuts) {
    poll();
  }

  Transport& transport() { return *transport_; }
  const Record& record() const { return record_; }
  bool established() const { return record_.established.has_value(); }
  bool has_fault() const { return record_.fault.has_value(); }
  TimePoint now() const { return now_; }

  // What the peer sends. A pause for decoys is waited out.
  void receive(ByteView bytes) {
    while (!bytes.empty() && !has_fault()) {
      const ByteView piece = bytes.first(cuts_.next(bytes.size()));
      const std::size_t taken = transport_->feed(now_, piece);
      FUZZ_REQUIRE(taken <= piece.size(), "feed() takes no more than it is given");
      taken_bytes_ += taken;
      bytes = bytes.subspan(taken);
      const bool had_event = poll();
      check();
      const bool paused = transport_->reading_paused();
      FUZZ_REQUIRE(taken == piece.size() || had_event || paused || has_fault(),
                   "feed() stops for an event, a pause or a fault only");
      if (paused) wait_for_deadline();
    }
  }

  void pass(Duration time) {
    now_ += time;
    transport_->on_deadline(now_);
    poll();
    check();
  }

  // Everything that waits to be sent.
  Bytes take_sent() {
    Bytes sent;
    for (ByteView bytes = transport_->bytes_to_send(); !bytes.empty();
         bytes = transport_->bytes_to_send()) {
      const std::size_t count = cuts_.next(bytes.size());
      sent.insert(sent.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      transport_->mark_sent(count);
    }
    sent_bytes_ += sent.size();
    if (!has_fault()) {
      const Info info = transport_->info();
      FUZZ_REQUIRE(info.unsent_bytes == 0 || !established(), "what was sent is not unsent");
      FUZZ_REQUIRE(info.sent.bytes == sent_bytes_, "info() counts every byte sent");
    }
    return sent;
  }

 private:
  void wait_for_deadline() {
    const auto deadline = transport_->next_deadline();
    FUZZ_REQUIRE(deadline.has_value(), "a pause has an end");
    FUZZ_REQUIRE(*deadline >= now_, "a deadline lies ahead");
    now_ = *deadline;
    transport_->on_deadline(now_);
    poll();
  }

  // Whether there was an event.
  bool poll() {
    bool any = false;
    while (const auto event = transport_->poll_event()) {
      any = true;
      if (const auto* message = std::get_if<MessageReceived>(&*event)) {
        on_message(*message);
      } else {
        on_established(std::get<Established>(*event));
      }
    }
    return any;
  }

  void on_established(const Established& event) {
    FUZZ_REQUIRE(!established(), "a transport is established once");
    FUZZ_REQUIRE(event.version != Version::kUndecided, "an established transport has a version");
    record_.established = event.version;
    record_.version_contents.assign(event.version_contents.begin(), event.version_contents.end());
  }

  void on_message(const MessageReceived& event) {
    FUZZ_REQUIRE(established(), "no message comes before Established");
    FUZZ_REQUIRE(event.payload.size() <= kMaxPayloadBytes + protocol::kMessageNameBytes,
                 "a payload is bounded");
    record_.messages.push_back({std::string(event.type.name()), event.type.short_id(),
                                Bytes(event.payload.begin(), event.payload.end())});
  }

  void check() {
    const Info info = transport_->info();
    record_.dropped = info.dropped;
    // A responder that never came to a version forgets the few bytes that stopped it.
    FUZZ_REQUIRE(info.received.bytes == taken_bytes_ || info.version == Version::kUndecided,
                 "info() counts every byte taken");
    FUZZ_REQUIRE(info.session_id.has_value() == (record_.established == Version::kV2),
                 "the session id is there once version 2 is established");
    // What has arrived may lie there twice while it is being read; the rest is bounded by itself.
    const std::size_t most =
        2 * taken_bytes_ + 2 * info.unsent_bytes + kMaxReservedAheadBytes + std::size_t{64} * 1024;
    FUZZ_REQUIRE(info.memory_bytes <= most, "memory is bounded by what has arrived");
    const auto fault = transport_->fault();
    FUZZ_REQUIRE(!has_fault() || fault.has_value(), "a fault is sticky");
    if (fault) check_fault(*fault);
  }

  void check_fault(const Fault& fault) {
    FUZZ_REQUIRE(!has_fault() || *record_.fault == fault.rule, "the first fault stays");
    FUZZ_REQUIRE(fault.blame == blame_for(fault.rule), "a rule has one culprit");
    FUZZ_REQUIRE(fault.blame == Blame::kPeer, "whatever a peer sends is the peer's fault");
    record_.fault = fault.rule;
    const std::uint8_t byte = 0;
    FUZZ_REQUIRE(transport_->feed(now_, {&byte, 1}) == 0, "a stopped transport takes nothing");
    FUZZ_REQUIRE(transport_->bytes_to_send().empty(), "a stopped transport sends nothing");
    const auto pushed = transport_->push(now_, {protocol::MessageKind::kPing, {}});
    FUZZ_REQUIRE(!pushed && pushed.error() == PushError::kFaulted,
                 "a stopped transport refuses messages");
    FUZZ_REQUIRE(!transport_->next_deadline(), "a stopped transport waits for nothing");
  }

  std::unique_ptr<Transport> transport_;
  Cuts cuts_;
  TimePoint now_{};
  Record record_;
  std::size_t taken_bytes_ = 0;
  std::size_t sent_bytes_ = 0;
};

// Runs the input twice, its first byte choosing the cuts of one run: run(FuzzInput, Cuts) ->
// Record.
template <typename Run>
void require_same_in_any_cut(const std::uint8_t* data, std::size_t size, Run&& run) {
  FuzzInput input(data, size);
  const std::uint8_t pattern = input.byte();
  const Record in_cuts = run(input, Cuts(pattern));
  const Record whole = run(input, Cuts(0));
  FUZZ_REQUIRE(in_cuts == whole, "the cuts in which bytes arrive change nothing");
}

}  // namespace veilwire::fuzz
