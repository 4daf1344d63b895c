#include "veilwire/host/log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <regex>

#include "veilwire/host/testing/written_log.h"

namespace veilwire::host {
namespace {

using namespace std::chrono_literals;

class LogTest : public ::testing::Test, public testing::WrittenLog {
 protected:
  void open(LogLevel level = LogLevel::kInfo, LogStyle style = LogStyle::kPlain) {
    log_ = std::make_unique<Log>(level, style, out_, [this] { return now_; });
  }

  std::unique_ptr<Log> log_;
};

TEST_F(LogTest, WritesEachLevelAndThoseAboveIt) {
  const std::array levels{LogLevel::kError, LogLevel::kWarning, LogLevel::kInfo, LogLevel::kDebug};
  std::string expected;
  for (const LogLevel asked : levels) {
    open(asked);
    for (const LogLevel level : levels) log_->say(level, "x");
    expected += (std::array{"error", "warning", "info", "debug"})[static_cast<std::size_t>(asked)];
    expected += ": x\n";
    EXPECT_EQ(written(), expected);
  }
}

TEST_F(LogTest, TheJournalGetsItsLevelsAndNoTime) {
  open(LogLevel::kDebug, LogStyle::kJournal);
  log_->say(LogLevel::kError, "a");
  log_->say(LogLevel::kWarning, "b");
  log_->say(LogLevel::kInfo, "c");
  log_->say(LogLevel::kDebug, "d");
  EXPECT_EQ(written(), "<3>a\n<4>b\n<6>c\n<7>d\n");
}

TEST_F(LogTest, TimestampsAreUtcWithMilliseconds) {
  open(LogLevel::kInfo, LogStyle::kTimestamps);
  log_->say(LogLevel::kInfo, "a");
  const std::regex form(R"(20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z info: a\n)");
  const std::string line = written();
  EXPECT_TRUE(std::regex_match(line, form)) << line;
}

TEST(LogStyleFor, IsTheJournalsForItsVeryStreamOnly) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  struct stat status{};
  ASSERT_EQ(::fstat(::fileno(file), &status), 0);
  const std::string ours = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  EXPECT_EQ(log_style_for(::fileno(file), ours.c_str()), LogStyle::kJournal);
  EXPECT_EQ(log_style_for(::fileno(file), (ours + "0").c_str()), LogStyle::kTimestamps);
  EXPECT_EQ(log_style_for(::fileno(file), ""), LogStyle::kTimestamps);
  EXPECT_EQ(log_style_for(::fileno(file), nullptr), LogStyle::kTimestamps);
  EXPECT_EQ(log_style_for(-1, ours.c_str()), LogStyle::kTimestamps);
  std::fclose(file);
}

TEST_F(LogTest, TakesANewLevelForLinesToCome) {
  open();
  log_->set_level(LogLevel::kError);
  log_->say(LogLevel::kWarning, "x");
  EXPECT_FALSE(log_->is_on(LogLevel::kWarning));
  log_->set_level(LogLevel::kDebug);
  log_->say(LogLevel::kDebug, "y");
  EXPECT_EQ(written(), "debug: y\n");
}

TEST_F(LogTest, IsPrintableWhateverIsSaid) {
  open();
  log_->say(LogLevel::kInfo, "\x1b]0;owned\x07 a\r\n<0>b");
  EXPECT_EQ(written(), "info: \\x1b]0;owned\\x07 a\\x0d\\x0a<0>b\n");
}

TEST_F(LogTest, CountsWhatIsOverTheQuotaOfItsKind) {
  open();
  unsigned said = 0;
  for (int i = 0; i < 100; ++i) said += log_->may_say(LogLevel::kWarning, "things happened");
  EXPECT_EQ(said, kMaxLinesOfAKind);
  EXPECT_TRUE(log_->may_say(LogLevel::kWarning, "others happened"));
  EXPECT_EQ(written(), "");
  now_ += kQuotaPeriod;
  EXPECT_TRUE(log_->may_say(LogLevel::kWarning, "things happened"));
  EXPECT_EQ(written(), "warning: 100 things happened, 80 of them not logged\n");
  log_.reset();
  EXPECT_EQ(written(), "");
}

TEST_F(LogTest, SaysAtItsEndWhatItHasCounted) {
  open();
  for (unsigned i = 0; i <= kMaxLinesOfAKind; ++i)
    log_->may_say(LogLevel::kInfo, "things happened");
  log_.reset();
  EXPECT_EQ(written(), "info: 21 things happened, 1 of them not logged\n");
}

TEST_F(LogTest, HasNoQuotaAtDebug) {
  open(LogLevel::kDebug);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(log_->may_say(LogLevel::kInfo, "things happened"));
  log_.reset();
  EXPECT_EQ(written(), "");
}

}  // namespace
}  // namespace veilwire::host
