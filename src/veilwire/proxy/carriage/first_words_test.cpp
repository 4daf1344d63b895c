#include "veilwire/proxy/carriage/first_words.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

using Decision = FirstWords::Decision;
using std::chrono::seconds;

constexpr TimePoint kStart{seconds(1000)};

TEST(FirstWords, AreTheProgramsWhereItSpeaks) {
  Bytes version{0xf9, 0xbe, 0xb4, 0xd9, 'v', 'e', 'r', 's', 'i', 'o', 'n', 0, 0, 0, 0, 0};
  for (std::size_t size = 0; size < version.size(); ++size) {
    EXPECT_EQ(FirstWords::program_said(ByteView(version).first(size)), Decision::kWait);
  }
  EXPECT_EQ(FirstWords::program_said(version), Decision::kTranslate);
  version[4] = 'V';
  EXPECT_EQ(FirstWords::program_said(version), Decision::kProgramNotV1);
}

TEST(FirstWords, AreNobodysAfterAMinute) {
  FirstWords words(kStart, {});
  EXPECT_EQ(words.next_deadline(), kStart + seconds(60));
  EXPECT_EQ(words.on_deadline(kStart + seconds(60) - Duration(1)), Decision::kWait);
  EXPECT_EQ(words.on_deadline(kStart + seconds(60)), Decision::kNobodySpoke);
  EXPECT_EQ(words.next_deadline(), std::nullopt);
  EXPECT_EQ(words.on_deadline(kStart + seconds(600)), Decision::kWait);
}

TEST(FirstWords, OfTheTargetLeaveTheProgramThreeSeconds) {
  FirstWords words(kStart, {});
  words.target_said(kStart + seconds(10));
  EXPECT_EQ(words.next_deadline(), kStart + seconds(13));
  EXPECT_EQ(words.on_deadline(kStart + seconds(13) - Duration(1)), Decision::kWait);
  EXPECT_EQ(words.on_deadline(kStart + seconds(13)), Decision::kTargetSpokeFirst);
}

TEST(FirstWords, OfTheTargetCountFromTheFirst) {
  FirstWords words(kStart, {});
  words.target_said(kStart);
  words.target_said(kStart + seconds(2));
  EXPECT_EQ(words.next_deadline(), kStart + seconds(3));
}

// Its user may rather wait on: then it is the program's turn until the minute is over.
TEST(FirstWords, OfTheTargetAreSaidOnce) {
  FirstWords words(kStart, {});
  words.target_said(kStart);
  EXPECT_EQ(words.on_deadline(kStart + seconds(3)), Decision::kTargetSpokeFirst);
  EXPECT_EQ(words.next_deadline(), kStart + seconds(60));
  words.target_said(kStart + seconds(4));
  EXPECT_EQ(words.on_deadline(kStart + seconds(30)), Decision::kWait);
  EXPECT_EQ(words.on_deadline(kStart + seconds(60)), Decision::kNobodySpoke);
}

TEST(FirstWords, WaitForeverWhereThatIsMeant) {
  FirstWords words(kStart, {.for_anybody = Duration::max()});
  EXPECT_EQ(words.next_deadline(), TimePoint::max());
}

}  // namespace
}  // namespace veilwire::proxy
