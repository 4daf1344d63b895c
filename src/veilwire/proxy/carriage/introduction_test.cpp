#include "veilwire/proxy/carriage/introduction.h"

#include <gtest/gtest.h>

#include <vector>

#include "veilwire/base/ip_address.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/version.h"

namespace veilwire::proxy {
namespace {

using protocol::MessageKind;
using wire::LegacyEndpoint;
using wire::NetEndpoint;
using wire::Version;
using wire::VersionEnd;

constexpr protocol::Services kServices = protocol::kNodeNetwork | protocol::kNodeWitness;
constexpr const char* kOnion = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion";

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

LegacyEndpoint at(std::string_view host, std::uint16_t port, protocol::Services services = 0) {
  return {services, ip(host).bytes(), port};
}
const LegacyEndpoint kZeros{};

// As Core writes it to a peer that it reaches through a proxy.
Version sample_version() {
  Version version;
  version.protocol_version = 70016;
  version.services = kServices;
  version.unix_time = from_unix_seconds(1'700'000'000);
  version.addr_from.services = kServices;
  version.nonce = 42;
  version.user_agent = "/Satoshi:28.0.0/";
  version.start_height = 840'000;
  return version;
}

Ends ends_with_peer() { return {.peer = NetEndpoint::of_socket({"198.51.100.7", 8333})}; }
Ends ends_with_external(const char* host = "203.0.113.5") {
  return {.external = NetEndpoint::of_node({host, 8333}).value()};
}
Ends ends_with_both(const char* host = "203.0.113.5") {
  return {.peer = ends_with_peer().peer, .external = ends_with_external(host).external};
}

Version introduced(Leg leg, const Version& version, const Ends& ends) {
  const Bytes payload = wire::serialize(version);
  const auto rewritten = introduce(leg, MessageKind::kVersion, payload, ends);
  return wire::parse<Version>(rewritten.value_or(payload)).value();
}

TEST(IntroductionToThePeer, AddsTheServiceWhereWeServeIt) {
  const Version version = introduced(Leg::kToPeer, sample_version(), ends_with_external());
  Version expected = sample_version();
  expected.services |= protocol::kNodeP2pV2;
  expected.addr_from.services |= protocol::kNodeP2pV2;
  EXPECT_EQ(version, expected);
  EXPECT_EQ(introduced(Leg::kToPeer, sample_version(), {}), sample_version());
}

TEST(IntroductionToThePeer, LeavesServicesBesideAnAddressThatAreOthers) {
  Version before = sample_version();
  before.addr_from.services = 1;
  const Version after = introduced(Leg::kToPeer, before, ends_with_external());
  EXPECT_EQ(after.addr_from.services, 1U);
  EXPECT_EQ(after.services, kServices | protocol::kNodeP2pV2);
}

TEST(IntroductionToThePeer, TellsThePeerItsOwnAddress) {
  Version before = sample_version();
  before.addr_recv = at("127.0.0.1", 1324, 9);
  EXPECT_EQ(introduced(Leg::kToPeer, before, ends_with_peer()).addr_recv,
            at("198.51.100.7", 8333, 9));
  before.addr_recv = kZeros;
  EXPECT_EQ(introduced(Leg::kToPeer, before, ends_with_peer()).addr_recv, at("198.51.100.7", 8333));
}

TEST(IntroductionToThePeer, HidesLocalAddresses) {
  for (const char* local : {"127.0.0.1", "10.1.2.3", "192.168.1.2", "fe80::1", "fd00::1"}) {
    Version before = sample_version();
    before.addr_recv = at(local, 18333, 1);
    before.addr_from = at(local, 8333, 1);
    const Version after = introduced(Leg::kToPeer, before, {});
    EXPECT_EQ(after.addr_recv, (LegacyEndpoint{1, {}, 0})) << local;
    EXPECT_EQ(after.addr_from, (LegacyEndpoint{1, {}, 0})) << local;
    EXPECT_EQ(introduced(Leg::kToPeer, before, ends_with_peer()).addr_from, after.addr_from);
  }
}

TEST(IntroductionToThePeer, LeavesAddressesThatMeanSomething) {
  Version before = sample_version();
  before.addr_recv = at("198.51.100.9", 8333);
  EXPECT_EQ(introduced(Leg::kToPeer, before, {}), before);
  before.addr_from = at("198.51.100.8", 8333);
  EXPECT_EQ(introduced(Leg::kToPeer, before, ends_with_peer()).addr_from, before.addr_from);
}

TEST(IntroductionToThePeer, SaysTheExternalAddressWhereTheProgramSaysOne) {
  Version before = sample_version();
  before.addr_from = at("192.168.1.2", 8333, kServices);
  EXPECT_EQ(introduced(Leg::kToPeer, before, ends_with_both()).addr_from,
            at("203.0.113.5", 8333, kServices | protocol::kNodeP2pV2));
  EXPECT_EQ(introduced(Leg::kToPeer, sample_version(), ends_with_both()).addr_from.address,
            kZeros.address);
}

TEST(IntroductionToThePeer, DoesNotTellAPeerWithoutAnAddressWhereWeAre) {
  Ends through_tor = ends_with_external();
  Ends from_tor = ends_with_external();
  from_tor.peer = NetEndpoint::of_socket({"127.0.0.1", 40000});
  for (const Ends& ends : {through_tor, from_tor, Ends{}}) {
    for (const char* said : {"192.168.1.2", "203.0.113.5", "198.51.100.8"}) {
      Version before = sample_version();
      before.addr_from = at(said, 8333, 1);
      EXPECT_EQ(introduced(Leg::kToPeer, before, ends).addr_from, (LegacyEndpoint{1, {}, 0}))
          << said;
    }
  }
}

TEST(IntroductionToThePeer, DoesNotTellWhereAHiddenServiceIs) {
  Version before = sample_version();
  before.addr_from = at("198.51.100.8", 8333, kServices);
  const Version after = introduced(Leg::kToPeer, before, ends_with_both(kOnion));
  EXPECT_EQ(after.addr_from.address, kZeros.address);
  EXPECT_EQ(after.addr_from.port, 0);
  EXPECT_EQ(after.services, kServices | protocol::kNodeP2pV2);
}

TEST(IntroductionToTheProgram, SaysWhoThePeerIs) {
  Version before = sample_version();
  before.addr_recv = at("203.0.113.9", 8333);
  const Version after = introduced(Leg::kToProgram, before, ends_with_peer());
  EXPECT_EQ(after.addr_from, at("198.51.100.7", 8333, kServices));
  EXPECT_EQ(after.addr_recv, before.addr_recv);
  EXPECT_EQ(after.services, before.services);
}

TEST(IntroductionToTheProgram, DoesNotBelieveThePeerAboutItself) {
  Version before = sample_version();
  before.addr_from = at("192.0.9.9", 8333);
  EXPECT_EQ(introduced(Leg::kToProgram, before, ends_with_peer()).addr_from,
            at("198.51.100.7", 8333));
}

TEST(IntroductionToTheProgram, TakesALoopbackPeerForNobody) {
  const Ends ends{.peer = NetEndpoint::of_socket({"127.0.0.1", 40000})};
  EXPECT_EQ(introduced(Leg::kToProgram, sample_version(), ends), sample_version());
  EXPECT_EQ(introduced(Leg::kToPeer, sample_version(), ends), sample_version());
}

TEST(IntroductionToTheProgram, SaysTheExternalAddressWhereThePeerSaysNone) {
  Version before = sample_version();
  EXPECT_EQ(introduced(Leg::kToProgram, before, ends_with_external()).addr_recv,
            at("203.0.113.5", 8333));
  before.addr_recv = at("10.0.0.1", 8333);
  EXPECT_EQ(introduced(Leg::kToProgram, before, ends_with_external()).addr_recv,
            at("203.0.113.5", 8333));
  before.addr_recv = at("198.51.100.1", 7);
  EXPECT_EQ(introduced(Leg::kToProgram, before, ends_with_external()).addr_recv, before.addr_recv);
  before.addr_recv = kZeros;
  EXPECT_EQ(introduced(Leg::kToProgram, before, ends_with_external(kOnion)).addr_recv, kZeros);
}

TEST(Introduction, PassesAVersionByteForByteWhereNothingChanges) {
  Bytes payload = wire::serialize(sample_version());
  payload.insert(payload.end(), {1, 2, 3});
  EXPECT_FALSE(introduce(Leg::kToPeer, MessageKind::kVersion, payload, {}));
  EXPECT_FALSE(introduce(Leg::kToProgram, MessageKind::kVersion, payload, {}));
}

TEST(Introduction, KeepsWhatStandsBehindAVersionAndWhereItEnds) {
  for (const VersionEnd end : {VersionEnd::kAddrRecv, VersionEnd::kNonce, VersionEnd::kUserAgent,
                               VersionEnd::kStartHeight, VersionEnd::kRelay}) {
    Version version = sample_version();
    version.ends_after = end;
    Bytes payload = wire::serialize(version);
    if (end == VersionEnd::kRelay) payload.insert(payload.end(), {1, 2, 3});
    const auto rewritten =
        introduce(Leg::kToPeer, MessageKind::kVersion, payload, ends_with_peer());
    ASSERT_TRUE(rewritten);
    // addr_recv's address and port, and nothing else.
    ASSERT_EQ(rewritten->size(), payload.size());
    for (std::size_t i = 0; i < payload.size(); ++i) {
      const bool is_rewritten = i >= 28 && i < 46;
      EXPECT_TRUE(is_rewritten || (*rewritten)[i] == payload[i]) << i;
    }
  }
}

TEST(Introduction, PassesWhatItCannotRead) {
  Bytes payload = wire::serialize(sample_version());
  payload.resize(50);
  EXPECT_FALSE(introduce(Leg::kToPeer, MessageKind::kVersion, payload, ends_with_external()));
  for (const MessageKind kind : {MessageKind::kAddr, MessageKind::kAddrV2, MessageKind::kVersion}) {
    EXPECT_FALSE(introduce(Leg::kToPeer, kind, {}, ends_with_external()))
        << protocol::message_name(kind);
    EXPECT_FALSE(introduce(Leg::kToPeer, kind, Bytes{9, 9}, ends_with_external()))
        << protocol::message_name(kind);
  }
}

TEST(Introduction, LeavesOtherMessagesAlone) {
  EXPECT_FALSE(introduce(Leg::kToPeer, MessageKind::kPing, Bytes(8), ends_with_external()));
  EXPECT_FALSE(introduce(Leg::kToPeer, MessageKind::kUnknown, {}, ends_with_external()));
}

// -- Announcements --------------------------------------------------------------------------------

wire::AddressEntry entry(const char* host, std::uint16_t port, protocol::Services services = 9) {
  wire::AddressEntry out;
  out.time = from_unix_seconds(1'700'000'000);
  out.services = services;
  out.address = wire::NetAddress::from_text(host).value();
  out.port = port;
  return out;
}

Bytes addr(const std::vector<wire::AddressEntry>& entries) {
  Bytes out;
  wire::Writer writer(out);
  wire::write_addr(writer, entries);
  return out;
}

Bytes addrv2(const std::vector<wire::AddressEntry>& entries) {
  Bytes out;
  wire::Writer writer(out);
  wire::write_addrv2(writer, entries);
  return out;
}

TEST(Announcements, SayVersionTwoOfExactlyTheExternalAddress) {
  const auto entries = [](protocol::Services external) {
    return std::vector{entry("203.0.113.4", 8333), entry("203.0.113.5", 8334),
                       entry("203.0.113.5", 8333, external), entry("2001:db8::5", 8333)};
  };
  const protocol::Services with_v2 = 9 | protocol::kNodeP2pV2;
  EXPECT_EQ(introduce(Leg::kToPeer, MessageKind::kAddr, addr(entries(9)), ends_with_external()),
            addr(entries(with_v2)));
  EXPECT_EQ(introduce(Leg::kToPeer, MessageKind::kAddrV2, addrv2(entries(9)), ends_with_external()),
            addrv2(entries(with_v2)));
  EXPECT_FALSE(
      introduce(Leg::kToPeer, MessageKind::kAddr, addr(entries(with_v2)), ends_with_external()));
}

TEST(Announcements, KnowHiddenServices) {
  const Bytes before = addrv2({entry(kOnion, 8333), entry("203.0.113.5", 8333)});
  EXPECT_EQ(introduce(Leg::kToPeer, MessageKind::kAddrV2, before, ends_with_external(kOnion)),
            addrv2({entry(kOnion, 8333, 9 | protocol::kNodeP2pV2), entry("203.0.113.5", 8333)}));
}

TEST(Announcements, OfOthersPassAsTheyAre) {
  const Bytes others = addr({entry("203.0.113.4", 8333), entry("203.0.113.5", 1)});
  EXPECT_FALSE(introduce(Leg::kToPeer, MessageKind::kAddr, others, ends_with_external()));
  const Bytes ours = addr({entry("203.0.113.5", 8333)});
  EXPECT_FALSE(introduce(Leg::kToProgram, MessageKind::kAddr, ours, ends_with_external()));
  EXPECT_FALSE(introduce(Leg::kToPeer, MessageKind::kAddr, ours, ends_with_peer()));
}

TEST(Announcements, KeepNetworksThatNobodyKnowsAndBytesBehind) {
  wire::AddressEntry foreign = entry("203.0.113.5", 8333);
  const Bytes address{1, 2, 3, 4, 5};
  foreign.address = wire::ForeignAddress{77, address};
  Bytes before = addrv2({foreign, entry("203.0.113.5", 8333)});
  Bytes after = addrv2({foreign, entry("203.0.113.5", 8333, 9 | protocol::kNodeP2pV2)});
  before.push_back(9);
  after.push_back(9);
  EXPECT_EQ(introduce(Leg::kToPeer, MessageKind::kAddrV2, before, ends_with_external()), after);
}

}  // namespace
}  // namespace veilwire::proxy
