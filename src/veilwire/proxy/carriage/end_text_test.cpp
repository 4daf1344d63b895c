#include "veilwire/proxy/carriage/end_text.h"

#include <gtest/gtest.h>

#include <set>

#include "veilwire/proxy/report/observer.h"

namespace veilwire::proxy {
namespace {

using net::EndReason;

TEST(EndText, SaysWhichSideEndedAndHow) {
  EXPECT_EQ(end_text({EndReason::kPeerClosed}), "the peer closed the connection");
  EXPECT_EQ(end_text({EndReason::kPeerClosed}, Side::kProgram),
            "the program closed the connection");
  EXPECT_EQ(end_text({EndReason::kPeerReset}, Side::kProgram), "the program cut the connection");
  EXPECT_EQ(end_text({EndReason::kSystem, std::nullopt, "no buffer"}),
            "the peer's connection failed: no buffer");
  EXPECT_EQ(end_text({EndReason::kOurs}), "the proxy closed the connection");
}

TEST(EndText, NamesTheRuleThatWasBroken) {
  const transport::Fault fault{transport::Rule::kHandshakeTimeout,
                               transport::blame_for(transport::Rule::kHandshakeTimeout)};
  const std::string text = end_text({EndReason::kFault, fault});
  EXPECT_EQ(text, "the peer's connection stopped: " +
                      std::string(transport::rule_text(transport::Rule::kHandshakeTimeout)));
}

TEST(EndText, BlamesTheProgramForItsOwnFaults) {
  const transport::Fault fault{transport::Rule::kV1BadMagic, transport::Blame::kPeer};
  EXPECT_EQ(end_text({EndReason::kFault, fault}, Side::kProgram),
            "the program's connection stopped: the program sent a version 1 message that does not "
            "start with the network's magic");
}

// The held message is the other side's to read.
TEST(EndText, BlamesTheSideThatReadNothing) {
  EXPECT_EQ(end_text(CarriageEnd{Side::kPeer, {}, true}),
            "the program read nothing for 20 minutes");
  EXPECT_EQ(end_text(CarriageEnd{Side::kProgram, {}, true}),
            "the peer read nothing for 20 minutes");
  EXPECT_EQ(end_text(CarriageEnd{Side::kProgram, {EndReason::kPeerClosed}, false}),
            "the program closed the connection");
}

template <typename Enum>
void expect_distinct_names(std::string_view (*name)(Enum), Enum last) {
  std::set<std::string_view> names;
  for (int value = 0; value <= static_cast<int>(last); ++value) {
    const std::string_view text = name(static_cast<Enum>(value));
    EXPECT_FALSE(text.empty()) << value;
    EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), text.npos) << text;
    EXPECT_TRUE(names.insert(text).second) << text;
  }
}

TEST(ObserverNames, AreDistinctAndFitForLabels) {
  expect_distinct_names(refusal_name, Refusal::kProgramUnreachable);
  expect_distinct_names(passthrough_name, PassthroughReason::kNobodySpoke);
  expect_distinct_names(direction_name, Direction::kInbound);
}

}  // namespace
}  // namespace veilwire::proxy
