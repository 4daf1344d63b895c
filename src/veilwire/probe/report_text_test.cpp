#include "veilwire/probe/report_text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "veilwire/probe/testing/reports.h"

namespace veilwire::probe {
namespace {

using testing::report_of_failure;
using testing::report_of_hostile_peer;
using testing::report_of_peer;

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

TEST(ReportText, BlockTellsEverythingThatIsKnown) {
  EXPECT_EQ(report_block(report_of_peer()),
            "127.0.0.1:8333 (node.example)\n"
            "  transport     v2\n"
            "  session id    abcd000000000000000000000000000000000000000000000000000000000000\n"
            "  garbage       1234 bytes received, 3 decoys\n"
            "  timing        connected in 0.25 ms, handshake 1.50 ms, round trip 42 ms\n"
            "  user agent    /Satoshi:29.0.0/\n"
            "  protocol      70016\n"
            "  services      NETWORK WITNESS P2P_V2 (0x809)\n"
            "  P2P_V2        advertised, and true\n"
            "  height        800000\n"
            "  relay         yes\n"
            "  negotiated    wtxidrelay, sendcmpct version 2\n"
            "  clock         3 s behind\n");
}

TEST(ReportText, CountsOneAsOne) {
  Report report = report_of_peer();
  report.garbage_bytes = 1;
  report.decoys = 1;
  EXPECT_NE(report_block(report).find(" 1 byte received, 1 decoy\n"), std::string::npos);
}

TEST(ReportText, BlockOfAFailureSaysWhatHappened) {
  EXPECT_EQ(report_block(report_of_failure()),
            "192.0.2.1:8333 (node.example)\n"
            "  error         nothing listens there (refused, connect)\n");
}

TEST(ReportText, TableColumnsLineUp) {
  const std::string header = table_header();
  const std::string peer = table_line(report_of_peer(), kDefaultColumns);
  const std::string failure = table_line(report_of_failure(), kDefaultColumns);
  EXPECT_EQ(peer.find("/Satoshi"), header.find("user agent"));
  EXPECT_EQ(failure.find("nothing"), header.find("user agent"));
  EXPECT_EQ(peer.find("v2"), 22);
  EXPECT_EQ(peer.find("N-W--2-"), header.find("service"));
}

TEST(ReportText, TableLinesFitTheTerminal) {
  Report report = report_of_peer();
  report.peer->user_agent = std::string(256, 'x');
  report.peer->start_height = -2147483647;
  for (const std::size_t columns : {80U, 100U, 120U}) {
    EXPECT_EQ(table_line(report, columns).size(), columns);
    EXPECT_TRUE(table_line(report, columns).ends_with("...")) << columns;
  }
  EXPECT_EQ(table_line(report, 10).size(), kMinColumns);
  EXPECT_TRUE(table_line(report, 0).ends_with(std::string(256, 'x')));
}

TEST(ReportText, AnAddressThatDoesNotFitDoesNotBreakTheColumns) {
  Report report = report_of_peer();
  report.address = Endpoint{"2001:db8:1234:5678:9abc:def0:1234:5678", 65535};
  const std::string address = "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535";
  const std::string lines = table_line(report, kDefaultColumns);
  ASSERT_TRUE(lines.starts_with(address + "\n")) << lines;
  EXPECT_EQ(lines.find("v2") - address.size() - 1, 22);
  EXPECT_TRUE(table_line(report, 0).starts_with(address + " v2")) << "a file has a line for each";
}

TEST(ReportText, NamesNoTransportThatNobodySpoke) {
  Report report = report_of_failure();
  report.why = "v1: the peer dropped v2";
  EXPECT_NE(report_block(report).find("transport     none; tried v1: the peer dropped v2\n"),
            std::string::npos);
}

TEST(ReportText, HostileTextCannotLeaveItsPlace) {
  const Report report = report_of_hostile_peer();
  EXPECT_TRUE(is_printable(table_line(report, 0)));
  std::string block = report_block(report);
  EXPECT_EQ(std::ranges::count(block, '\n'),
            std::ranges::count(report_block(report_of_peer()), '\n'));
  std::erase(block, '\n');
  EXPECT_TRUE(is_printable(block)) << block;
  EXPECT_NE(block.find("\\x1b[2J"), std::string::npos);
}

TEST(ReportText, AHostileTargetCannotEither) {
  const Report report{.target = "\x1b[2J"};
  EXPECT_TRUE(is_printable(table_line(report, 0)));
  EXPECT_EQ(report_block(report), "\\x1b[2J\n");
}

TEST(ReportText, ServicesAreLettersInFixedPlaces) {
  EXPECT_EQ(services_letters(0), "-------");
  EXPECT_EQ(services_letters(protocol::kNodeNetwork | protocol::kNodeP2pV2), "N----2-");
  EXPECT_EQ(services_letters(~protocol::Services{0}), "NBWCL2+");
  EXPECT_EQ(services_letters(protocol::Services{1} << 40), "------+");
}

TEST(ReportText, SummaryCountsByVersionAndError) {
  Summary summary;
  EXPECT_EQ(summary.sentence(), "0 addresses");
  summary.add(report_of_peer());
  EXPECT_EQ(summary.sentence(), "1 address: 1 answered (1 v2)");
  summary.add(report_of_failure());
  summary.add(report_of_failure());
  EXPECT_EQ(summary.sentence(), "3 addresses: 1 answered (1 v2), 2 did not answer (2 refused)");
  EXPECT_EQ(summary.failed(), 2);
  EXPECT_EQ(summary.failure_sentence(), "2 of 3 addresses did not answer");
}

TEST(ReportText, APeerThatSaidItsVersionAnswered) {
  Report report = report_of_peer();
  report.failure = report_of_failure().failure;
  Summary summary;
  summary.add(report);
  EXPECT_EQ(summary.sentence(), "1 address: 1 answered and then failed (1 refused)");
  EXPECT_EQ(summary.failure_sentence(), "1 of 1 address answered and then failed");
  summary.add(report_of_failure());
  EXPECT_EQ(summary.failure_sentence(),
            "1 of 2 addresses did not answer, 1 of 2 addresses answered and then failed");
}

TEST(Report, JudgesP2pV2ByWhatWasSpoken) {
  using transport::Version;
  using transport::VersionReason;
  const protocol::Services with = protocol::kNodeP2pV2;
  EXPECT_EQ(judge_p2p_v2(with, Version::kV2, VersionReason::kV2), P2pV2::kAdvertisedAndTrue);
  EXPECT_EQ(judge_p2p_v2(0, Version::kV2, VersionReason::kV2), P2pV2::kSpokenNotAdvertised);
  EXPECT_EQ(judge_p2p_v2(with, Version::kV1, VersionReason::kV1PeerEnded),
            P2pV2::kAdvertisedNotSpoken);
  EXPECT_EQ(judge_p2p_v2(0, Version::kV1, VersionReason::kV1Silence), P2pV2::kNeither);
  EXPECT_EQ(judge_p2p_v2(with, Version::kV1, VersionReason::kV1ByPolicy), P2pV2::kUnknown);
}

}  // namespace
}  // namespace veilwire::probe
