#include "veilwire/transport/v1_transport.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/transport/copy_bytes.h"
#include "veilwire/transport/incoming_buffer.h"
#include "veilwire/transport/outgoing_buffer.h"
#include "veilwire/transport/own_process.h"

namespace veilwire::transport {
namespace {

// Where a header's fields lie.
constexpr std::size_t kNameAt = 4;
constexpr std::size_t kPayloadSizeAt = 16;
constexpr std::size_t kChecksumAt = 20;
constexpr std::size_t kChecksumBytes = 4;

using Header = std::array<std::uint8_t, kV1HeaderBytes>;

std::array<std::uint8_t, kChecksumBytes> checksum_of(ByteView payload) {
  const Hash256 hash = crypto::sha256d(payload);
  return {hash[0], hash[1], hash[2], hash[3]};
}

Header header_for(const protocol::Magic& magic, const protocol::MessageView& message) {
  Header header{};
  std::ranges::copy(magic, header.begin());
  std::ranges::copy(message.type.name(), header.begin() + kNameAt);
  store_le(header.data() + kPayloadSizeAt, static_cast<std::uint32_t>(message.payload.size()));
  std::ranges::copy(checksum_of(message.payload), header.begin() + kChecksumAt);
  return header;
}

}  // namespace

struct V1Transport::State {
  void take_bytes(TimePoint now, ByteView& input);
  void take_header(ByteView& input);
  void on_message(TimePoint now);
  void release_idle();
  std::size_t idle_bytes() const;
  void fail(Rule rule);
  // True in a process that was forked since construction; a fault, if there was none.
  bool strayed() {
    if (own_process.is_this()) return false;
    if (!fault) fail(Rule::kUsedAfterFork);
    return true;
  }
  std::optional<Fault> standing_fault() const { return fault ? fault : own_process.fault(); }
  // Runs `step`; where there is no memory for it, that is the fault.
  template <typename Step>
  void guarded(Step&& step);

  Role role;
  protocol::Magic magic;
  TimePoint traffic_at;  // when bytes last came, or something was pushed

  OwnProcess own_process{};
  Header header{};
  std::size_t header_size = 0;  // kV1HeaderBytes while a payload is awaited
  IncomingBuffer payload{};
  OutgoingBuffer out{};

  std::optional<Event> event = Established{.version = Version::kV1, .version_contents = {}};
  std::optional<Fault> fault{};
  Traffic pushed{};
  Traffic offered{};
  Traffic received{};
  std::uint64_t dropped = 0;
  std::optional<TimePoint> last_message_at{};
};

// -- What arrives ---------------------------------------------------------------------------------

void V1Transport::State::take_bytes(TimePoint now, ByteView& input) {
  const std::size_t offered_bytes = input.size();
  if (header_size < kV1HeaderBytes) take_header(input);
  if (!fault && header_size == kV1HeaderBytes && payload.take_from(input)) on_message(now);
  received.bytes += offered_bytes - input.size();
}

void V1Transport::State::take_header(ByteView& input) {
  const ByteView taken = input.first(std::min(input.size(), kV1HeaderBytes - header_size));
  copy_bytes(taken, header.data() + header_size);
  header_size += taken.size();
  input = input.subspan(taken.size());

  const std::size_t magic_size = std::min(header_size, magic.size());
  if (!std::equal(magic.begin(), magic.begin() + magic_size, header.begin())) {
    return fail(Rule::kV1BadMagic);
  }
  if (header_size < kV1HeaderBytes) return;
  const std::size_t payload_size = load_le<std::uint32_t>(header.data() + kPayloadSizeAt);
  if (payload_size > kMaxPayloadBytes) return fail(Rule::kV1PayloadTooLong);
  payload.start(payload_size);
}

// Bitcoin Core drops what has a bad checksum or a malformed name, and so do we.
void V1Transport::State::on_message(TimePoint now) {
  header_size = 0;
  ++received.packets;
  const auto type = protocol::MessageType::from_padded_name(header.data() + kNameAt);
  const auto checksum = checksum_of(payload.view());
  if (!type || !std::ranges::equal(checksum, ByteView(header).subspan(kChecksumAt))) {
    ++dropped;
    return;
  }
  ++received.messages;
  last_message_at = now;
  event = MessageReceived{*type, payload.view()};
}

// -- The rest -------------------------------------------------------------------------------------

void V1Transport::State::release_idle() {
  if (!event && header_size < kV1HeaderBytes) payload.release();
  if (out.unsent_bytes() == 0) out.release();
}

std::size_t V1Transport::State::idle_bytes() const {
  const bool between_payloads = !event && header_size < kV1HeaderBytes;
  return out.idle_bytes() + (between_payloads ? payload.heap_bytes() : 0);
}

void V1Transport::State::fail(Rule rule) {
  fault = Fault{rule, blame_for(rule)};
  out.release();
  if (!event) payload.release();
}

template <typename Step>
void V1Transport::State::guarded(Step&& step) {
  try {
    step();
  } catch (const std::bad_alloc&) {
    fail(Rule::kOutOfMemory);
  }
}

// -- The verbs ------------------------------------------------------------------------------------

V1Transport::V1Transport(Role role, const V1Config& config, TimePoint now)
    : state_(
          std::make_unique<State>(State{.role = role, .magic = config.magic, .traffic_at = now})) {}

V1Transport::~V1Transport() = default;

std::size_t V1Transport::feed(TimePoint now, ByteView bytes) {
  State& state = *state_;
  if (state.strayed() || state.fault || state.event) return 0;
  if (!bytes.empty()) state.traffic_at = now;
  ByteView rest = bytes;
  state.guarded([&] {
    while (!rest.empty() && !state.event && !state.fault) state.take_bytes(now, rest);
    if (!state.event && state.header_size < kV1HeaderBytes) state.payload.trim();
  });
  return bytes.size() - rest.size();
}

std::expected<void, PushError> V1Transport::push(TimePoint now,
                                                 const protocol::MessageView& message) {
  State& state = *state_;
  if (state.strayed() || state.fault) return std::unexpected(PushError::kFaulted);
  if (!message.type.has_name()) return std::unexpected(PushError::kNotExpressible);
  if (message.payload.size() > kMaxPayloadBytes) return std::unexpected(PushError::kPayloadTooLong);
  if (state.out.unsent_bytes() >= kMaxUnsentBytes) return std::unexpected(PushError::kQueueFull);

  state.traffic_at = now;
  const Header header = header_for(state.magic, message);
  state.guarded([&] {
    std::uint8_t* at = state.out.extend(header.size() + message.payload.size());
    copy_bytes(message.payload, copy_bytes(header, at));
    state.pushed.bytes += header.size() + message.payload.size();
    ++state.pushed.packets;
    ++state.pushed.messages;
  });
  if (state.fault) return std::unexpected(PushError::kFaulted);
  return {};
}

std::expected<void, PushError> V1Transport::push_decoy(TimePoint, ByteView) {
  const bool stopped = state_->strayed() || state_->fault;
  return std::unexpected(stopped ? PushError::kFaulted : PushError::kNotExpressible);
}

std::optional<Event> V1Transport::poll_event() {
  return std::exchange(state_->event, std::nullopt);
}

ByteView V1Transport::bytes_to_send() {
  if (state_->strayed() || state_->fault) return {};
  state_->offered = state_->pushed;
  return state_->out.unsent();
}

void V1Transport::mark_sent(std::size_t count) {
  // A count that was not offered is none of ours: nothing is taken as sent.
  if (count <= state_->out.unsent_bytes()) state_->out.mark_sent(count);
}

void V1Transport::on_deadline(TimePoint now) {
  if (state_->strayed()) return;
  if (!state_->fault && now >= state_->traffic_at + kIdleRelease) state_->release_idle();
}

std::optional<TimePoint> V1Transport::next_deadline() const {
  if (state_->standing_fault() || state_->idle_bytes() == 0) return std::nullopt;
  return state_->traffic_at + kIdleRelease;
}

bool V1Transport::reading_paused() const { return false; }

std::optional<Fault> V1Transport::fault() const { return state_->standing_fault(); }

bool V1Transport::has_stopped() const { return state_->fault.has_value(); }

std::size_t V1Transport::unsent_bytes() const { return state_->out.unsent_bytes(); }

Info V1Transport::info() const {
  const State& state = *state_;
  return {
      .version = Version::kV1,
      .role = state.role,
      .session_id = std::nullopt,
      .sent = state.offered,
      .received = state.received,
      .dropped = state.dropped,
      .decoy_pauses = 0,
      .handshake_duration = Duration::zero(),
      .last_message_at = state.last_message_at,
      .unsent_bytes = state.out.unsent_bytes(),
      .incoming_bytes = state.payload.heap_bytes(),
      .memory_bytes =
          sizeof(*this) + sizeof(State) + state.payload.heap_bytes() + state.out.heap_bytes(),
  };
}

}  // namespace veilwire::transport
