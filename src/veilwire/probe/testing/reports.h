// Reports for tests: of a peer that answered, and of one that tries to break what shows it.
#pragma once

#include <string>

#include "veilwire/probe/report.h"

namespace veilwire::probe::testing {

inline Report report_of_peer() {
  using std::chrono::microseconds;
  Report report{.target = "node.example", .address = Endpoint{"127.0.0.1", 8333}};
  report.attempts = 1;
  report.version = transport::Version::kV2;
  report.why = "v2";
  report.session_id = transport::SessionId{0xab, 0xcd};
  report.garbage_bytes = 1234;
  report.decoys = 3;
  report.connect_duration = microseconds(250);
  report.handshake_duration = microseconds(1500);
  report.round_trip = microseconds(42000);
  peer::PeerFacts peer;
  peer.protocol_version = 70016;
  peer.services = protocol::kNodeNetwork | protocol::kNodeWitness | protocol::kNodeP2pV2;
  peer.user_agent = "/Satoshi:29.0.0/";
  peer.start_height = 800000;
  peer.relay = true;
  peer.wtxidrelay = true;
  peer.compact_block_version = 2;
  report.peer = peer;
  report.clock_offset = std::chrono::seconds(-3);
  report.p2p_v2 = P2pV2::kAdvertisedAndTrue;
  return report;
}

inline Report report_of_failure() {
  Report report{.target = "node.example", .address = Endpoint{"192.0.2.1", 8333}};
  report.attempts = 1;
  report.failure = Failure{"refused", "connect", "nothing listens there"};
  return report;
}

// Terminal escapes, newlines, invalid UTF-8, quotation marks, text from right to left.
inline const std::string kHostileText =
    "\x1b[2J\x1b]0;owned\x07\r\n{\"error\":null}\xff\xfe\xe2\x80\xae\x9b\\\"\t";

inline Report report_of_hostile_peer() {
  Report report = report_of_peer();
  report.peer->user_agent = kHostileText;
  report.peer->features.push_back({kHostileText, {0x00, 0xff}});
  return report;
}

}  // namespace veilwire::probe::testing
