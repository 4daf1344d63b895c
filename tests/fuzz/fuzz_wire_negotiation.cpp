// The messages of a handshake and of keep-alive.

#include <bit>

#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::wire;

void check_version(ByteView payload) {
  const auto version = parse_and_write_back<Version>(payload, CutShort::kMayParse);
  if (!version) return;
  FUZZ_REQUIRE(version->user_agent.size() <= kMaxUserAgentBytes, "a user agent has a limit");
  FUZZ_REQUIRE(parse<Version>(serialize(*version)) == *version, "a version is its fields");
  const auto bits = static_cast<std::size_t>(std::popcount(version->services));
  FUZZ_REQUIRE(protocol::service_names(version->services).size() == bits,
               "each service has a name");
}

void check_feature(ByteView payload) {
  const auto feature = parse_and_write_back<Feature>(payload);
  if (!feature) return;
  FUZZ_REQUIRE(feature->id.size() >= kMinFeatureIdBytes && feature->id.size() <= kMaxFeatureIdBytes,
               "an id has limits");
  FUZZ_REQUIRE(feature->data.size() <= kMaxFeatureDataBytes, "data has a limit");
  FUZZ_REQUIRE(serialize(*feature).size() == payload.size(), "nothing may trail");
}

void check_ping(ByteView payload) {
  const auto ping = parse_and_write_back<Ping>(payload, CutShort::kMayParse);
  if (ping) FUZZ_REQUIRE(ping->nonce.has_value() == !payload.empty(), "only nothing is no nonce");
}

constexpr Check kChecks[] = {
    check_version,
    check_feature,
    check_ping,
    check_round_trip<Pong>,
    check_round_trip<SendCompact>,
    check_round_trip<FeeFilter>,
    check_round_trip<SendTxReconciliation>,
    check_round_trip<Verack>,
    check_round_trip<WtxidRelay>,
    check_round_trip<SendAddrV2>,
    check_round_trip<SendHeaders>,
};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}
