#include "veilwire/app/command_pages.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "veilwire/app/choices.h"
#include "veilwire/app/completion.h"
#include "veilwire/app/man_page.h"
#include "veilwire/app/number_between.h"

namespace veilwire::app {
namespace {

// A program with one of each.
class CommandPages : public testing::Test {
 protected:
  CommandPages() {
    app_.add_subcommand("secret", "Hidden")->group("");
    CLI::App* dig = app_.add_subcommand("dig", "Dig it's [deep]: a hole");
    dig->add_option("PLACE", places_, "Where");
    dig->add_option("--depth", depth_, "How far")->type_name("METRES")->check(number_between(1, 9));
    dig->add_option("-s,--soil", soil_, "Of what")
        ->type_name("NAME")
        ->check(one_of({"clay", "sand"}));
    dig->add_option("--map", map_, "Take the way from here")->type_name("FILE");
    dig->add_option("--spell", soil_, "Hidden")->group("");
    dig->add_flag("--deep", deep_, ".Deeper\\ than 'that'");
    dig->footer(
        "Mind the moles.\nExamples:\n  shovel dig --depth 3  a little\n"
        "Exit status:\n  0    Dug\n  130  Interrupted with Ctrl-C\n");
  }

  CommandPage dig() const { return command_page(app_).subcommands.at(0); }

  CLI::App app_{"Shovel: a tool.", "shovel"};
  std::vector<std::string> places_;
  int depth_ = 0;
  std::string soil_;
  std::string map_;
  bool deep_ = false;
};

TEST_F(CommandPages, TellWhatTheHelpTells) {
  const CommandPage page = dig();
  EXPECT_EQ(page.name, "shovel dig");
  EXPECT_EQ(page.notes, std::vector<std::string>{"Mind the moles."});
  EXPECT_EQ(page.examples, std::vector<std::string>{"shovel dig --depth 3  a little"});
  ASSERT_EQ(page.options.size(), 6U);
  EXPECT_TRUE(page.options[0].names.empty());
  EXPECT_EQ(page.options[0].value, "PLACE");
  EXPECT_TRUE(page.options[0].repeats);
  EXPECT_EQ(page.options[1].names, (std::vector<std::string>{"-h", "--help"}));
  EXPECT_EQ(page.options[1].value, "");
}

TEST_F(CommandPages, TellEveryExitStatusOfTheHelp) {
  const std::string page = man_page(dig());
  EXPECT_NE(
      page.find(".SH EXIT STATUS\n.TP\n.B 0\nDug.\n.TP\n.B 130\nInterrupted with Ctrl\\-C.\n"),
      std::string::npos)
      << page;
}

TEST_F(CommandPages, CutWhatChecksSayOfThemselves) {
  const CommandPage page = dig();
  EXPECT_EQ(page.options[2].value, "METRES");
  EXPECT_TRUE(page.options[2].choices.empty());
  EXPECT_EQ(page.options[3].value, "NAME");
  EXPECT_EQ(page.options[3].choices, (std::vector<std::string>{"clay", "sand"}));
}

TEST_F(CommandPages, HideWhatTheHelpHides) {
  EXPECT_EQ(command_page(app_).subcommands.size(), 1U);
  for (const OptionPage& option : dig().options) EXPECT_NE(option.text, "Hidden");
}

TEST_F(CommandPages, ManPageEscapesWhatGroffWouldRead) {
  const std::string page = man_page(dig());
  EXPECT_NE(page.find("\n\\&.Deeper\\e than \\(aqthat\\(aq.\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\\fB\\-\\-depth\\fR \\fIMETRES\\fR\n"), std::string::npos) << page;
  EXPECT_TRUE(page.starts_with(".TH SHOVEL-DIG 1 ")) << page;
}

TEST_F(CommandPages, CompletionQuotesWhatShellsWouldRead) {
  const CommandPage program = command_page(app_);
  EXPECT_NE(completion(program, Shell::kZsh).find("'dig:Dig it'\\''s \\[deep\\]\\: a hole'"),
            std::string::npos);
  EXPECT_NE(completion(program, Shell::kFish).find("-d 'Dig it\\'s [deep]: a hole'"),
            std::string::npos);
  EXPECT_NE(completion(program, Shell::kFish).find("-d '.Deeper\\\\ than \\'that\\''"),
            std::string::npos);
}

TEST_F(CommandPages, CompletionKnowsSetsAndFiles) {
  const std::string bash = completion(command_page(app_), Shell::kBash);
  EXPECT_NE(bash.find("'dig -s' | 'dig --soil')\n      COMPREPLY=($(compgen -W 'clay sand'"),
            std::string::npos)
      << bash;
  EXPECT_NE(bash.find("'dig --map')\n      compopt -o filenames"), std::string::npos) << bash;
}

}  // namespace
}  // namespace veilwire::app
