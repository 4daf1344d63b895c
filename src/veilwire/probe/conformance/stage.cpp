#include "veilwire/probe/conformance/stage.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace veilwire::probe::conformance {
namespace {

// Below the two a second, and the twenty a second over all, that nodes admit.
constexpr milliseconds kPace{600};
constexpr milliseconds kLoopbackPace{60};

milliseconds pace_for(const Options& options, const std::vector<Address>& addresses) {
  const bool near = std::ranges::all_of(addresses, &Address::is_loopback);
  return options.pace.value_or(near ? kLoopbackPace : kPace);
}

}  // namespace

Stage::Stage(const Options& options, std::vector<Address> addresses, std::uint64_t seed)
    : options_(options),
      addresses_(std::move(addresses)),
      entropy_(seed),
      pace_(pace_for(options, addresses_)) {}

protocol::Magic Stage::other_magic() const {
  const bool main = options_.magic == protocol::kMainMagic;
  return main ? protocol::kTestnet3Magic : protocol::kMainMagic;
}

Bytes Stage::random(std::size_t size) {
  Bytes bytes(size);
  (void)entropy_.fill(bytes);  // a seeded source does not fail
  return bytes;
}

void Stage::keep_pace() {
  std::this_thread::sleep_until(next_start_);
  next_start_ = Clock::now() + pace_;
}

std::expected<BlockingSocket, std::string> Stage::connect() {
  // The first address that answers is the target from then on.
  auto socket =
      BlockingSocket::connect(addresses_.front(), Clock::now() + options_.connect_timeout);
  while (!socket && addresses_.size() > 1) {
    addresses_.erase(addresses_.begin());
    socket = BlockingSocket::connect(addresses_.front(), Clock::now() + options_.connect_timeout);
  }
  addresses_.resize(1);
  return socket;
}

Trial Stage::open(const protocol::Magic& magic) {
  keep_pace();
  return Trial(connect(), *Adversary::create(magic, entropy_), options_,
               [this](const Trial& talk) { note(talk); });
}

void Stage::note(const Trial& talk) {
  if (talk.ended() && talk.heard_nothing()) dropped_ = true;
  if (talk.adversary().has_keys() && talk.on_record()) records_.push_back(talk.record());
}

void Stage::pause() {
  constexpr int kStarts = 4;
  std::this_thread::sleep_for(kStarts * pace_);
}

bool Stage::take_dropped() { return std::exchange(dropped_, false); }

// -- Findings -------------------------------------------------------------------------------------

Finding not_played(const Trial& talk) {
  return unclear("The rule could not be played. " + talk.standing());
}

Finding failed(const Trial& talk) {
  return talk.connected() ? fail(talk.standing()) : unclear(talk.standing());
}

Finding accepted(Trial& talk) {
  if (talk.greet() && talk.ping()) return pass();
  return failed(talk);
}

Finding accepts(Stage& stage, const HandshakeScript& script) {
  Trial talk = stage.open();
  if (!talk.shake_hands(script)) return failed(talk);
  return accepted(talk);
}

Finding refused(Trial& talk) {
  talk.say_greeting_and_ping();
  return refused_after_asking(talk);
}

Finding refused_after_asking(Trial& talk) {
  talk.listen([&] { return talk.heard_pong() || talk.adversary().breach(); });
  if (talk.heard_pong()) return fail("It went on, and answered a ping.");
  if (talk.adversary().breach()) return failed(talk);
  if (talk.ended()) return pass();
  return unclear("It neither ended the connection nor answered.");
}

Finding refuses(Stage& stage, HandshakeScript script) {
  Trial talk = stage.open();
  script.garbage_timing = HandshakeScript::GarbageTiming::kAfterTheirPacket;
  if (!talk.shake_hands(script)) return not_played(talk);
  return refused(talk);
}

Finding still_talks(Trial& talk) { return talk.ping() ? pass() : failed(talk); }

bool become_peers(Trial& talk) {
  // Eight bytes that are no terminator: what is played with a peer shall not hang on garbage.
  return talk.shake_hands({.garbage = Bytes(8)}) && talk.greet();
}

}  // namespace veilwire::probe::conformance
