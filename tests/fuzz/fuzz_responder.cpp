// What a peer can send to the side that was dialled: noise, version 1 in whole or in part, version
// 2 handshakes that go wrong anywhere. The same bytes are fed in two cuts and must come to the
// same.

#include <utility>

#include "fuzz_input.h"
#include "handshakes.h"
#include "subject.h"
#include "v2_peer.h"
#include "veilwire/base/endian.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/transport/responder.h"

namespace veilwire::fuzz {
namespace {

constexpr protocol::Magic kMagic = protocol::kRegtestMagic;

Bytes v1_prefix(const protocol::Magic& magic) {
  Bytes prefix(magic.begin(), magic.end());
  for (const char c : {'v', 'e', 'r', 's', 'i', 'o', 'n', '\0', '\0', '\0', '\0', '\0'}) {
    prefix.push_back(static_cast<std::uint8_t>(c));
  }
  return prefix;
}

// Version 1 messages, some of them not quite.
Bytes v1_stream(FuzzInput& input) {
  Bytes stream;
  bool first = true;
  while (!input.empty()) {
    Bytes header = v1_prefix(kMagic);
    const std::uint8_t flaws = input.byte();
    const Bytes payload = input.stretched(input.below(600));
    if (!std::exchange(first, false)) {
      const Bytes name = input.bytes(protocol::kMessageNameBytes);
      std::ranges::copy(name, header.begin() + 4);
    }
    header.resize(kV1HeaderBytes);
    store_le(header.data() + 16, static_cast<std::uint32_t>(payload.size()));
    const Hash256 hash = crypto::sha256d(payload);
    std::copy_n(hash.begin(), 4, header.begin() + 20);
    if ((flaws & 0x0f) == 1) header[0] ^= 0x80;
    if ((flaws & 0x0f) == 2) header[19] ^= 0x80;
    if ((flaws & 0x0f) == 3) header[23] ^= 0x01;
    stream.insert(stream.end(), header.begin(), header.end());
    stream.insert(stream.end(), payload.begin(), payload.end());
  }
  return stream;
}

// Bytes that need nothing of what the responder sends.
Bytes one_sided_stream(FuzzInput& input) {
  Bytes stream;
  switch (input.below(4)) {
    case 0:
      break;
    case 1: {
      const Bytes prefix = v1_prefix(kMagic);
      stream.assign(prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(input.below(17)));
      break;
    }
    case 2: {
      protocol::Magic magic = kMagic;
      const Bytes other = input.bytes(magic.size());
      std::ranges::copy(other, magic.begin());
      stream = v1_prefix(magic);
      break;
    }
    case 3:
      return v1_stream(input);
  }
  const Bytes noise = input.remaining();
  stream.insert(stream.end(), noise.begin(), noise.end());
  return stream;
}

// BIP 324: nothing is sent before the first byte that version 1 would not have.
void expect_silence_in_prefix(Subject& subject, ByteView received) {
  const Bytes prefix = v1_prefix(kMagic);
  if (received.size() >= prefix.size()) return;
  if (!std::ranges::equal(received, ByteView(prefix).first(received.size()))) return;
  FUZZ_REQUIRE(subject.take_sent().empty(), "nothing is sent before the version is known");
  FUZZ_REQUIRE(!subject.established() && !subject.has_fault(), "a prefix decides nothing");
}

Record run(FuzzInput input, Cuts cuts) {
  crypto::SeededEntropy entropy(324);
  SeededKeys keys(entropy);
  const std::uint8_t options = input.byte();
  const V1Policy v1 = (options & 1) != 0 ? V1Policy::kRefuse : V1Policy::kAccept;
  V2Config config{.magic = kMagic, .garbage = garbage_of(options)};
  config.decoy_limit = static_cast<DecoyLimit>((options >> 1 & 3) % 3);
  Subject subject(std::make_unique<Responder>(std::move(config), keys, entropy, TimePoint{}, v1),
                  cuts);

  if ((options & 0x80) != 0) {
    V2Peer peer(Role::kInitiator, kMagic, entropy);
    run_v2_handshake(subject, peer, input);
  } else {
    const Bytes stream = one_sided_stream(input);
    const std::size_t first = std::min<std::size_t>(stream.size(), options >> 3 & 0x0f);
    subject.receive(ByteView(stream).first(first));
    expect_silence_in_prefix(subject, ByteView(stream).first(first));
    subject.receive(ByteView(stream).subspan(first));
    (void)subject.take_sent();
    subject.pass(2 * kDefaultHandshakeTimeout);
    FUZZ_REQUIRE(subject.established() || subject.has_fault(), "a handshake ends in time");
  }
  return subject.record();
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::require_same_in_any_cut(data, size, veilwire::fuzz::run);
  return 0;
}
