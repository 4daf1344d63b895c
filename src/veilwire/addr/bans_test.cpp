#include "veilwire/addr/bans.h"

#include <gtest/gtest.h>

#include "veilwire/addr/testing/addresses.h"
#include "veilwire/addr/testing/damaged.h"

namespace veilwire::addr {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::address;
using testing::ipv4;
using testing::kNow;

constexpr protocol::Magic kNet = protocol::kRegtestMagic;

Subnet subnet(std::string_view text) { return Subnet::from_text(text).value(); }

TEST(Subnet, IsReadAndWrittenAsText) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"1.2.3.4", "1.2.3.4/32"},        {"1.2.3.4/24", "1.2.3.0/24"},    {"1.2.3.4/0", "0.0.0.0/0"},
      {"1.2.255.4/18", "1.2.192.0/18"}, {"2a00:1::5/32", "2a00:1::/32"}, {"2a00::1", "2a00::1/128"},
      {"fc00::1", "fc00::1/128"},       {"fc00::1/128", "fc00::1/128"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(subnet(text).to_text(), expected) << text;
}

TEST(Subnet, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "/", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/8x", "1.2.3.4/8/8", "2a00::/129",
        "fc00::/8", "example.org", "1.2.3.4/4294967304"}) {
    EXPECT_FALSE(Subnet::from_text(text)) << text;
  }
}

TEST(Subnet, ContainsWhatBeginsWithItsBits) {
  EXPECT_TRUE(subnet("1.2.3.0/24").contains(address("1.2.3.255")));
  EXPECT_FALSE(subnet("1.2.3.0/24").contains(address("1.2.4.0")));
  EXPECT_TRUE(subnet("1.2.3.0/23").contains(address("1.2.2.0")));
  EXPECT_TRUE(subnet("0.0.0.0/0").contains(address("9.9.9.9")));
  EXPECT_FALSE(subnet("0.0.0.0/0").contains(address("2a00::1")));
}

TEST(Bans, EndAfterADay) {
  Bans bans;
  EXPECT_EQ(bans.ban(kNow, subnet("1.2.3.0/24")), BanAnswer::kBanned);
  EXPECT_TRUE(bans.is_banned(kNow, address("1.2.3.4")));
  EXPECT_TRUE(bans.is_banned(kNow + hours(24) - seconds(1), address("1.2.3.4")));
  EXPECT_FALSE(bans.is_banned(kNow + hours(24), address("1.2.3.4")));
  EXPECT_FALSE(bans.is_banned(kNow, address("1.2.4.4")));
}

TEST(Bans, AreOfAddressesOfEveryNetwork) {
  Bans bans;
  crypto::Dice dice = crypto::Dice::of_seed(1);
  for (const wire::NetworkId network : kNetworks) {
    const wire::NetAddress each = testing::random_address(network, dice);
    EXPECT_FALSE(bans.is_banned(kNow, each));
    bans.ban(kNow, Subnet(each));
    EXPECT_TRUE(bans.is_banned(kNow, each));
    EXPECT_FALSE(bans.is_banned(kNow, testing::random_address(network, dice)));
  }
}

TEST(Bans, OfAWiderSubnetHoldWhereTheNarrowerHasEnded) {
  Bans bans;
  bans.ban(kNow, subnet("1.2.3.4"), seconds(10));
  bans.ban(kNow, subnet("1.2.0.0/16"), seconds(20));
  EXPECT_TRUE(bans.is_banned(kNow + seconds(15), address("1.2.3.4")));
  EXPECT_FALSE(bans.is_banned(kNow + seconds(20), address("1.2.3.4")));
}

TEST(Bans, AreMadeLongerButNotShorter) {
  Bans bans;
  bans.ban(kNow, subnet("1.2.3.4"), hours(2));
  EXPECT_EQ(bans.ban(kNow, subnet("1.2.3.4"), hours(1)), BanAnswer::kBannedLonger);
  EXPECT_TRUE(bans.is_banned(kNow + minutes(90), address("1.2.3.4")));
  EXPECT_EQ(bans.ban(kNow, subnet("1.2.3.4"), hours(3)), BanAnswer::kBanned);
  EXPECT_TRUE(bans.is_banned(kNow + minutes(150), address("1.2.3.4")));
}

TEST(Bans, AreTakenBack) {
  Bans bans;
  bans.ban(kNow, subnet("1.2.3.0/24"));
  EXPECT_FALSE(bans.unban(subnet("1.2.3.4")));
  EXPECT_TRUE(bans.unban(subnet("1.2.3.0/24")));
  EXPECT_FALSE(bans.is_banned(kNow, address("1.2.3.4")));
  bans.ban(kNow, subnet("1.2.3.0/24"));
  bans.clear();
  EXPECT_FALSE(bans.is_banned(kNow, address("1.2.3.4")));
}

TEST(Bans, AreListedUntilTheyEnd) {
  Bans bans;
  bans.ban(kNow, subnet("5.6.7.8"), hours(2));
  bans.ban(kNow, subnet("1.2.3.4"), hours(1));
  ASSERT_EQ(bans.list(kNow).size(), 2u);
  EXPECT_EQ(bans.list(kNow)[0], (Ban{subnet("1.2.3.4"), kNow, kNow + hours(1)}));
  EXPECT_EQ(bans.list(kNow + hours(1)).size(), 1u);
  bans.drop_expired(kNow + hours(1));
  EXPECT_EQ(bans.size(), 1u);
}

TEST(Bans, AreTenThousandAtMost) {
  Bans bans;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(bans.ban(kNow, Subnet(ipv4(1, i)), seconds(i < 5 ? 10 : 1000)), BanAnswer::kBanned);
  }
  EXPECT_EQ(bans.ban(kNow, subnet("1.2.3.4")), BanAnswer::kFull);
  EXPECT_FALSE(bans.is_banned(kNow, address("1.2.3.4")));
  // Those that have ended make room.
  EXPECT_EQ(bans.ban(kNow + seconds(10), subnet("1.2.3.4")), BanAnswer::kBanned);
  EXPECT_EQ(bans.size(), 9996u);
}

TEST(Bans, TakeAnyTimes) {
  for (const UnixTime now : {UnixTime::min(), kNow, UnixTime::max()}) {
    for (const seconds time : {seconds::min(), seconds(0), seconds::max()}) {
      Bans bans;
      bans.ban(now, subnet("1.2.3.4"), time);
      bans.put({subnet("1.2.3.5"), UnixTime::min(), UnixTime::max()}, now);
      EXPECT_EQ(bans.is_banned(kNow, address("1.2.3.4")), time == seconds::max() || now > kNow);
      EXPECT_TRUE(bans.is_banned(kNow, address("1.2.3.5")));
    }
  }
}

TEST(BanBytes, AreReadAsTheyWereWritten) {
  Bans bans;
  bans.ban(kNow, subnet("1.2.3.0/24"));
  bans.ban(kNow - hours(1), subnet("2a00::/16"), hours(100));
  crypto::Dice dice = crypto::Dice::of_seed(1);
  bans.ban(kNow, Subnet(testing::random_address(wire::NetworkId::kTorV3, dice)));
  bans.ban(kNow - hours(48), subnet("9.9.9.9"));  // has ended
  const auto again = parse_bans(ban_bytes(bans, kNow, kNet), kNow, kNet);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->list(kNow), bans.list(kNow));
  EXPECT_EQ(again->size(), 3u);
}

TEST(BanBytes, AreRefusedHoweverTheyAreDamaged) {
  Bans bans;
  bans.ban(kNow, subnet("1.2.3.0/24"));
  testing::refuses_damage(ban_bytes(bans, kNow, kNet),
                          [](ByteView bytes) { return parse_bans(bytes, kNow, kNet).has_value(); });
}

TEST(BanBytes, AreRefusedForASubnetThatIsNone) {
  Bytes contents{1, 1, 1, 2, 3, 4, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0};  // 33 bits of IPv4
  const auto bans = parse_bans(seal_kept(kBansKind, kNet, contents), kNow, kNet);
  ASSERT_FALSE(bans);
  EXPECT_EQ(bans.error(), KeptRule::kBadContents);
}

}  // namespace
}  // namespace veilwire::addr
