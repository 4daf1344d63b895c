#include "round_of_pings.h"

namespace veilwire::bench {
namespace {

constexpr Duration kBetweenPings = std::chrono::milliseconds(5);
constexpr std::array<std::uint8_t, 8> kNonce{8, 7, 6, 5, 4, 3, 2, 1};

}  // namespace

RoundOfPings::RoundOfPings(const std::vector<Pair>& pairs, Times& times)
    : pairs_(pairs), times_(times), due_at_(now()) {
  for (const Pair& pair : pairs_) {
    pair.peer->set_on_message([&peer = *pair.peer](protocol::MessageKind, ByteView nonce) {
      peer.send({protocol::MessageKind::kPong, nonce});
    });
    pair.program->set_on_message([this](protocol::MessageKind, ByteView) {
      times_.push_back(now() - sent_at_);
      waits_ = false;
    });
  }
}

RoundOfPings::~RoundOfPings() {
  for (const Pair& pair : pairs_) {
    pair.program->set_on_message({});
    pair.peer->set_on_message({});
  }
}

void RoundOfPings::ping_when_due() {
  if (now() < due_at_ || waits_) return;
  due_at_ += kBetweenPings;
  waits_ = true;
  sent_at_ = now();
  pairs_[next_++ % pairs_.size()].program->send({protocol::MessageKind::kPing, kNonce});
}

}  // namespace veilwire::bench
