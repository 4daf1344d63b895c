#include "veilwire/addr/anchors.h"

#include <gtest/gtest.h>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/addr/testing/damaged.h"

namespace veilwire::addr {
namespace {

using testing::endpoint;

constexpr protocol::Magic kNet = protocol::kMainMagic;

TEST(Anchors, AreReadAsTheyWereWritten) {
  crypto::Dice dice = crypto::Dice::of_seed(1);
  const Anchors anchors{{testing::random_address(wire::NetworkId::kTorV3, dice), 8333},
                        endpoint("2a00::1", 18'333)};
  EXPECT_EQ(parse_anchors(anchor_bytes(anchors, kNet), kNet), anchors);
  EXPECT_EQ(parse_anchors(anchor_bytes({}, kNet), kNet), Anchors());
}

TEST(Anchors, AreTwoAtMost) {
  const Anchors three{endpoint("1.2.3.4"), endpoint("1.2.3.5"), endpoint("1.2.3.6")};
  EXPECT_EQ(parse_anchors(anchor_bytes(three, kNet), kNet)->size(), 2u);
  const auto read = parse_anchors(seal_kept(kAnchorsKind, kNet, Bytes(30, 3)), kNet);
  EXPECT_EQ(read.error(), KeptRule::kBadContents);
}

TEST(Anchors, ThatMayNotBeDialledAreLeftOut) {
  const Anchors anchors{endpoint("127.0.0.1"), endpoint("1.2.3.4", 0)};
  EXPECT_EQ(parse_anchors(anchor_bytes(anchors, kNet), kNet), Anchors());
}

TEST(Anchors, AreRefusedHoweverTheyAreDamaged) {
  testing::refuses_damage(anchor_bytes({endpoint("1.2.3.4")}, kNet),
                          [](ByteView bytes) { return parse_anchors(bytes, kNet).has_value(); });
}

}  // namespace
}  // namespace veilwire::addr
