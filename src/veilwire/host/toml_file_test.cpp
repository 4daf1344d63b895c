#include "veilwire/host/toml_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace veilwire::host {
namespace {

class TomlFile : public testing::Test {
 protected:
  Complaints complaints(std::string_view toml) {
    const auto read = read_toml(toml, "p.toml", keys_);
    return read ? Complaints() : read.error();
  }

  std::string only_complaint(std::string_view toml) {
    const Complaints all = complaints(toml);
    EXPECT_EQ(all.size(), 1U) << toml;
    return all.empty() ? "none" : all.front();
  }

  void note(std::string_view what) { taken_ += std::string(what) + ";"; }

  std::string taken_;
  const std::vector<TomlKey> keys_{
      {.name = "flag", .value = TomlFlag{[this](bool on) { note(on ? "on" : "off"); }}},
      {.name = "number",
       .value = TomlNumber{1, 9, [this](std::int64_t value) { note(std::to_string(value)); }}},
      {.name = "text", .value = TomlText{[this](std::string_view text) -> Taken {
                         if (text == "bad") return std::unexpected("will not do");
                         note(text);
                         return {};
                       }}},
      {.name = "texts", .value = TomlTexts{[this](std::string_view text) {
                          note(text);
                          return Taken();
                        }}},
      {.name = "entries", .value = TomlEntries{[this](std::string_view key, std::string_view text) {
                            note(std::string(key) + "=" + std::string(text));
                            return Taken();
                          }}},
      {.section = "log", .name = "level", .value = TomlText{[this](std::string_view text) {
                                            note("level " + std::string(text));
                                            return Taken();
                                          }}},
  };
};

TEST_F(TomlFile, TakesEachKindOfValue) {
  EXPECT_TRUE(complaints("flag = true\nnumber = 9\ntext = \"a\"\ntexts = [\"b\", \"c\"]\n"
                         "[entries]\n\"d.e\" = \"f\"\n[log]\nlevel = \"g\"\n")
                  .empty());
  for (const char* one : {"on;", "9;", "a;", "b;c;", "d.e=f;", "level g;"}) {
    EXPECT_NE(taken_.find(one), std::string::npos) << one;
  }
  taken_.clear();
  EXPECT_TRUE(complaints("texts = \"alone\"").empty());
  EXPECT_EQ(taken_, "alone;");
  EXPECT_TRUE(complaints("# nothing\n").empty());
}

TEST_F(TomlFile, RefusesUnknownKeysAndSaysWhere) {
  EXPECT_EQ(only_complaint("flag = true\n  flog = 1\n"),
            "p.toml:2:3: 'flog' is not a setting; there are flag, number, text, texts, entries, "
            "log");
  EXPECT_EQ(only_complaint("[log]\nlevle = \"info\"\n"),
            "p.toml:2:1: 'levle' is not a setting of [log]; there are level");
  EXPECT_NE(only_complaint("level = \"info\"\n").find("'level' is not a setting"),
            std::string::npos);
}

TEST_F(TomlFile, SaysWhereAValueIsWrong) {
  EXPECT_EQ(only_complaint("flag = \"yes\""), "p.toml:1:8: flag: must be true or false");
  for (const char* number : {"0", "10", "1.5", "\"1\""}) {
    EXPECT_EQ(only_complaint(std::string("number = ") + number),
              "p.toml:1:10: number: must be a whole number from 1 to 9");
  }
  EXPECT_EQ(only_complaint("text = 5"), "p.toml:1:8: text: must be a string in quotes");
  EXPECT_EQ(only_complaint("\ntext = \"bad\""), "p.toml:2:8: text: will not do");
  EXPECT_EQ(only_complaint("texts = [\"a\", 5]"), "p.toml:1:15: texts: must be a string in quotes");
  EXPECT_EQ(only_complaint("entries = 5"), "p.toml:1:11: entries: must be a table: [entries]");
  EXPECT_EQ(only_complaint("log = 5"), "p.toml:1:7: log: must be a table: [log]");
}

TEST_F(TomlFile, TellsAllMistakesInTheirOrder) {
  const Complaints all = complaints("text = 1\nzero = 1\nflag = 1\n[log]\nlevel = 1\n");
  ASSERT_EQ(all.size(), 4U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t line = std::vector<std::size_t>{1, 2, 3, 5}[i];
    EXPECT_TRUE(all[i].starts_with("p.toml:" + std::to_string(line) + ":")) << all[i];
  }
}

TEST_F(TomlFile, SaysWhereItIsNotToml) {
  EXPECT_TRUE(only_complaint("text = \"a\"\ntext = \"b\"\n").starts_with("p.toml:2:"));
  EXPECT_NE(only_complaint("text == 1").find(": this is not TOML: "), std::string::npos);
  EXPECT_NE(only_complaint(std::string("text = \"\xff\x1b[2J\"")).find("not TOML"),
            std::string::npos);
}

TEST_F(TomlFile, ShowsForeignTextEscapedAndNoValues) {
  EXPECT_NE(only_complaint("\"\\u001b[2J\" = 1").find("'\\x1b[2J' is not a setting"),
            std::string::npos);
  for (const char* toml :
       {"flag = \"secret\"", "number = \"secret\"", "text = \"secret", "text = [\"secret\"]",
        "log = \"secret\"", "nothing = \"secret\"", "text = \"secret\"\ntext = \"secret\""}) {
    EXPECT_EQ(only_complaint(toml).find("secret"), std::string::npos) << only_complaint(toml);
  }
}

TEST_F(TomlFile, IsReadFromDisk) {
  const std::string path = testing::TempDir() + "veilwire-toml-test.toml";
  std::ofstream(path) << "text = \"a\"\n";
  EXPECT_TRUE(read_toml_file(path, keys_));
  EXPECT_EQ(taken_, "a;");

  std::ofstream(path) << std::string(kMaxTomlBytes + 1, '\n');
  EXPECT_EQ(read_toml_file(path, keys_).error().front(),
            "cannot read " + path + ": it is larger than 1000000 bytes");
  std::remove(path.c_str());
  EXPECT_EQ(read_toml_file(path, keys_).error().front(),
            "cannot read " + path + ": No such file or directory");
}

}  // namespace
}  // namespace veilwire::host
