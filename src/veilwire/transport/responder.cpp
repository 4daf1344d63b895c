#include "veilwire/transport/responder.h"

#include <algorithm>
#include <array>
#include <new>
#include <tuple>
#include <utility>
#include <vector>

#include "veilwire/base/deadline.h"
#include "veilwire/transport/copy_bytes.h"
#include "veilwire/transport/own_process.h"
#include "veilwire/transport/v1_prefix.h"

namespace veilwire::transport {
namespace {

// What was pushed before the version is known: a message, or a decoy where there is no type.
struct Waiting {
  std::optional<protocol::MessageType> type;
  Bytes payload;
};

// What a message takes on the wire at most, whatever the version turns out to be: so that the
// chosen transport takes all that was promised.
std::size_t most_wire_bytes(ByteView payload) {
  return payload.size() + kPacketExpansionBytes + 1 + protocol::kMessageNameBytes;
}

}  // namespace

struct Responder::State {
  // What is needed until the version is known.
  struct Undecided {
    V2Config config;
    KeySource* keys;
    Entropy* entropy;
    V1Policy v1;
    V1Config v1_config;
    std::array<std::uint8_t, kV1PrefixBytes> first_bytes{};
    std::size_t first_size = 0;
    std::vector<Waiting> waiting{};
    std::size_t waiting_bytes = 0;

    ByteView first_view() const { return ByteView(first_bytes).first(first_size); }
    bool is_full() const {
      return waiting_bytes >= kMaxUnsentBytes || waiting.size() >= kMaxQueuedBeforeHandshake;
    }
    std::size_t heap_bytes() const;
  };

  void take_first_bytes(TimePoint now, ByteView& input);
  void become_v1(TimePoint now);
  void become_v2(TimePoint now);
  void replay_first_bytes(TimePoint now);
  void replay_pushes(TimePoint now);
  std::expected<void, PushError> wait(std::optional<protocol::MessageType> type, ByteView payload);
  Info undecided_info() const;
  TimePoint handshake_ends_at() const { return deadline_after(constructed_at, handshake_timeout); }
  void fail(Rule rule);
  // True in a process that was forked since construction; a fault, if there was none. Asked before
  // the choice: the chosen transport asks itself.
  bool strayed() {
    if (own_process.is_this()) return false;
    if (!fault) fail(Rule::kUsedAfterFork);
    return true;
  }
  std::optional<Fault> standing_fault() const { return fault ? fault : own_process.fault(); }
  // Runs `step`; where there is no memory for it, that is the fault.
  template <typename Step>
  void guarded(Step&& step);

  TimePoint constructed_at;
  Duration handshake_timeout;
  OwnProcess own_process{};
  std::unique_ptr<Undecided> undecided{};  // until the first bytes are replayed, or a fault
  std::unique_ptr<Transport> chosen{};
  std::optional<Duration> decided_after{};
  std::optional<Fault> fault{};     // where it came before the choice
  std::size_t undecided_bytes = 0;  // how many came before the choice, or before that fault
};

std::size_t Responder::State::Undecided::heap_bytes() const {
  std::size_t bytes = sizeof(Undecided) + waiting.capacity() * sizeof(Waiting);
  for (const Waiting& one : waiting) bytes += one.payload.capacity();
  return bytes;
}

// -- The choice -----------------------------------------------------------------------------------

void Responder::State::take_first_bytes(TimePoint now, ByteView& input) {
  Undecided& first = *undecided;
  const ByteView taken = input.first(std::min(input.size(), kV1PrefixBytes - first.first_size));
  copy_bytes(taken, first.first_bytes.data() + first.first_size);
  first.first_size += taken.size();
  undecided_bytes = first.first_size;
  input = input.subspan(taken.size());

  switch (classify_first_bytes(first.first_view(), first.config.magic)) {
    case FirstBytes::kUndecided:
      return;
    case FirstBytes::kOtherNetwork:
      return fail(Rule::kV1OtherNetwork);
    case FirstBytes::kVersion1:
      return first.v1 == V1Policy::kRefuse ? fail(Rule::kV1Refused) : become_v1(now);
    case FirstBytes::kVersion2:
      return become_v2(now);
  }
}

void Responder::State::become_v1(TimePoint now) {
  V1Config config = undecided->v1_config;
  config.magic = undecided->config.magic;
  chosen = std::make_unique<V1Transport>(Role::kResponder, config, now);
  decided_after = now - constructed_at;
  replay_pushes(now);
}

void Responder::State::become_v2(TimePoint now) {
  // Constructed as of our own construction: the handshake's time runs from there.
  chosen = std::make_unique<V2Transport>(Role::kResponder, std::move(undecided->config),
                                         *undecided->keys, *undecided->entropy, constructed_at);
  // Before anything is fed: nothing else may then be in the way of what was promised.
  replay_pushes(now);
}

void Responder::State::replay_pushes(TimePoint now) {
  for (const Waiting& waiting : std::exchange(undecided->waiting, {})) {
    // Version 1 has no decoys; of all else each transport takes what waited here.
    std::ignore = waiting.type ? chosen->push(now, {*waiting.type, waiting.payload})
                               : chosen->push_decoy(now, waiting.payload);
  }
}

// A version 1 transport takes nothing before its first event has been polled.
void Responder::State::replay_first_bytes(TimePoint now) {
  const std::size_t taken = chosen->feed(now, undecided->first_view());
  if (taken == undecided->first_size || chosen->fault()) undecided.reset();
}

// -- The rest -------------------------------------------------------------------------------------

std::expected<void, PushError> Responder::State::wait(std::optional<protocol::MessageType> type,
                                                      ByteView payload) {
  if (strayed() || fault) return std::unexpected(PushError::kFaulted);
  if (payload.size() > kMaxPayloadBytes) return std::unexpected(PushError::kPayloadTooLong);
  if (type && !type->has_name() && undecided->v1 == V1Policy::kAccept) {
    return std::unexpected(PushError::kNotExpressible);
  }
  if (undecided->is_full()) return std::unexpected(PushError::kQueueFull);
  guarded([&] { undecided->waiting.push_back({type, Bytes(payload.begin(), payload.end())}); });
  if (fault) return std::unexpected(PushError::kFaulted);
  undecided->waiting_bytes += most_wire_bytes(payload);
  return {};
}

void Responder::State::fail(Rule rule) {
  fault = Fault{rule, blame_for(rule)};
  undecided.reset();
  chosen.reset();
}

template <typename Step>
void Responder::State::guarded(Step&& step) {
  try {
    step();
  } catch (const std::bad_alloc&) {
    fail(Rule::kOutOfMemory);
  }
}

Info Responder::State::undecided_info() const {
  Info info;
  info.role = Role::kResponder;
  info.received.bytes = undecided_bytes;
  if (undecided) info.unsent_bytes = undecided->waiting_bytes;
  return info;
}

// -- The verbs ------------------------------------------------------------------------------------

Responder::Responder(V2Config config, KeySource& keys, Entropy& entropy, TimePoint now, V1Policy v1,
                     const V1Config& v1_config)
    : state_(std::make_unique<State>(now, config.handshake_timeout)) {
  state_->undecided =
      std::make_unique<State::Undecided>(std::move(config), &keys, &entropy, v1, v1_config);
}

Responder::~Responder() = default;

std::size_t Responder::feed(TimePoint now, ByteView bytes) {
  State& state = *state_;
  if ((!state.chosen && state.strayed()) || state.fault) return 0;
  ByteView rest = bytes;
  state.guarded([&] {
    if (!state.chosen) state.take_first_bytes(now, rest);
    if (state.chosen && state.undecided) state.replay_first_bytes(now);
    if (state.chosen && !state.undecided) rest = rest.subspan(state.chosen->feed(now, rest));
  });
  return bytes.size() - rest.size();
}

std::expected<void, PushError> Responder::push(TimePoint now,
                                               const protocol::MessageView& message) {
  if (state_->chosen) return state_->chosen->push(now, message);
  return state_->wait(message.type, message.payload);
}

std::expected<void, PushError> Responder::push_decoy(TimePoint now, ByteView contents) {
  if (state_->chosen) return state_->chosen->push_decoy(now, contents);
  return state_->wait(std::nullopt, contents);
}

std::optional<Event> Responder::poll_event() {
  return state_->chosen ? state_->chosen->poll_event() : std::nullopt;
}

ByteView Responder::bytes_to_send() {
  return state_->chosen ? state_->chosen->bytes_to_send() : ByteView();
}

void Responder::mark_sent(std::size_t count) {
  if (state_->chosen) state_->chosen->mark_sent(count);
}

void Responder::on_deadline(TimePoint now) {
  if (state_->chosen) return state_->chosen->on_deadline(now);
  if (state_->strayed()) return;
  if (!state_->fault && now >= state_->handshake_ends_at()) state_->fail(Rule::kHandshakeTimeout);
}

std::optional<TimePoint> Responder::next_deadline() const {
  if (state_->chosen) return state_->chosen->next_deadline();
  if (state_->standing_fault()) return std::nullopt;
  return state_->handshake_ends_at();
}

bool Responder::reading_paused() const {
  return state_->chosen && state_->chosen->reading_paused();
}

std::optional<Fault> Responder::fault() const {
  return state_->chosen ? state_->chosen->fault() : state_->standing_fault();
}

bool Responder::has_stopped() const {
  return state_->chosen ? state_->chosen->has_stopped() : state_->fault.has_value();
}

std::size_t Responder::unsent_bytes() const {
  if (state_->chosen) return state_->chosen->unsent_bytes();
  return state_->undecided ? state_->undecided->waiting_bytes : 0;
}

Info Responder::info() const {
  Info info = state_->chosen ? state_->chosen->info() : state_->undecided_info();
  if (info.version == Version::kV1) {
    info.handshake_duration = state_->decided_after;
    if (state_->undecided) info.received.bytes += state_->undecided->first_size;
  }
  info.memory_bytes += sizeof(*this) + sizeof(State);
  if (state_->undecided) info.memory_bytes += state_->undecided->heap_bytes();
  return info;
}

}  // namespace veilwire::transport
