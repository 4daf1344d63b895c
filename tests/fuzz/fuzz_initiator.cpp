// What a peer that was dialled can answer: noise, and version 2 handshakes that go wrong anywhere.
// The same bytes are fed in two cuts and must come to the same.

#include "fuzz_input.h"
#include "handshakes.h"
#include "subject.h"
#include "v2_peer.h"

namespace veilwire::fuzz {
namespace {

constexpr protocol::Magic kMagic = protocol::kRegtestMagic;

Record run(FuzzInput input, Cuts cuts) {
  crypto::SeededEntropy entropy(325);
  SeededKeys keys(entropy);
  const std::uint8_t options = input.byte();
  V2Config config{.magic = kMagic, .garbage = garbage_of(options * std::size_t{16})};
  config.decoy_limit = static_cast<DecoyLimit>((options >> 1 & 3) % 3);
  if ((options & 0x40) != 0) config.decoys_before_version = {Bytes{}, Bytes(options, 0)};
  if ((options & 0x20) != 0) config.version_contents = Bytes(options, 7);
  Subject subject(std::make_unique<V2Transport>(Role::kInitiator, std::move(config), keys, entropy,
                                                TimePoint{}),
                  cuts);

  if ((options & 0x80) != 0) {
    V2Peer peer(Role::kResponder, kMagic, entropy);
    run_v2_handshake(subject, peer, input);
  } else {
    FUZZ_REQUIRE(subject.take_sent().size() == kEllSwiftBytes + options * std::size_t{16},
                 "an initiator speaks first: key and garbage");
    subject.receive(input.remaining());
    FUZZ_REQUIRE(!subject.established(), "noise establishes nothing");
    (void)subject.take_sent();
    subject.pass(2 * kDefaultHandshakeTimeout);
    FUZZ_REQUIRE(subject.has_fault(), "a handshake ends in time");
  }
  return subject.record();
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::require_same_in_any_cut(data, size, veilwire::fuzz::run);
  return 0;
}
