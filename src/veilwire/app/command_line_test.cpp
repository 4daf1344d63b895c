#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "veilwire/app/commands.h"

namespace veilwire::app {
namespace {

struct Outcome {
  ExitStatus status;
  std::string out;
  std::string err;
};

Outcome run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "veilwire");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const ExitStatus status = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

void expect_one_sentence(const Outcome& outcome) {
  EXPECT_EQ(outcome.status, ExitStatus::kUsageMistake);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(outcome.err.starts_with("veilwire: ")) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
  EXPECT_NE(outcome.err.find("--help"), std::string::npos) << outcome.err;
}

TEST(CommandLine, WhatAMistakeCitesCannotReachTheTerminalAsItIs) {
  const std::vector<std::vector<const char*>> mistakes = {
      {"\x1b[2J"},
      {"probe", "--\x1b[2J", "127.0.0.1"},
      {"probe", "--network", "\x1b[2J", "127.0.0.1"},
      {"probe", "--targets", "/nowhere/\x1b[2J"},
      {"probe", "--targets",
       "/nowhere/\xc2\x9b"
       "2J"},
  };
  for (const auto& arguments : mistakes) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, ExitStatus::kUsageMistake);
    EXPECT_NE(outcome.err.find("2J"), std::string::npos) << outcome.err;
    EXPECT_TRUE(std::ranges::all_of(outcome.err, [](char c) {
      return c == '\n' || (c >= ' ' && c <= '~');
    })) << outcome.err;
  }
}

TEST(CommandLine, MistakesGetOneSentenceAndStatus2) {
  const std::vector<std::vector<const char*>> mistakes = {
      {},
      {"dance"},
      {"--colour"},
      {"demo", "--sed", "1"},
      {"demo", "--seed"},
      {"demo", "--seed", "seven"},
      {"demo", "--seed", "-1"},
      {"demo", "--seed", "18446744073709551616"},
      {"demo", "speed"},
      {"speed", "--kernel", "mmx"},
      {"kernels", "portable"},
      {"probe"},
      {"probe", "127.0.0.1:99999"},
      {"probe", "--network", "moon", "127.0.0.1"},
      {"probe", "--garbage", "4096", "127.0.0.1"},
      {"probe", "--decoys", "-1", "127.0.0.1"},
      {"probe", "--jobs", "0", "127.0.0.1"},
      {"probe", "--timeout", "soon", "127.0.0.1"},
      {"probe", "--hold", "x", "127.0.0.1"},
      {"probe", "--hold", "nan", "127.0.0.1"},
      {"probe", "1.2.3"},
      {"probe", "--proxy", "http://127.0.0.1", "127.0.0.1"},
      {"probe", "--signetchallenge", "51", "127.0.0.1"},
      {"probe", "--targets", "/nowhere/at/all"},
      {"probe", "--quick", "127.0.0.1"},
      {"probe", "--conformance", "127.0.0.1", "127.0.0.2"},
      {"proxy", "--listen", "1324"},
      {"proxy", "--metrics", "9324"},
      {"proxy", "--network", "mainnet"},
      {"proxy", "--policy", "v2-only", "--policy", "v1-only"},
      {"proxy", "--policy", "*.onion=v2-only", "--policy", "*.onion=v1-only"},
      {"proxy", "--transparent", "127.0.0.1"},
      {"proxy", "--drain-timeout", "0"},
      {"proxy", "--drain-timeout", "3601"},
      {"proxy", "--keylog", ""},
      {"proxy", "--downgrade-file", ""},
      {"proxy", "--config", ""},
      {"proxy", "--upstream", ""},
  };
  for (const auto& arguments : mistakes) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    expect_one_sentence(run(arguments));
  }
}

TEST(CommandLine, NamesWhatItDoesNotUnderstand) {
  EXPECT_NE(run({"dance"}).err.find("'dance'"), std::string::npos);
  EXPECT_NE(run({"demo", "--sed"}).err.find("'--sed'"), std::string::npos);
  EXPECT_NE(run({"speed", "--kernel", "mmx"}).err.find("portable"), std::string::npos);
}

// Without the sentence's end, "; see veilwire probe --help.".
std::string mistake_of(std::vector<const char*> arguments) {
  const std::string said = run(std::move(arguments)).err;
  return said.substr(0, said.rfind("; see veilwire"));
}

TEST(CommandLine, GuessesWhatWasMeant) {
  EXPECT_EQ(mistake_of({"prob", "HOST"}),
            "veilwire: 'prob' is not a subcommand (did you mean 'probe'?)");
  EXPECT_EQ(mistake_of({"help"}), "veilwire: 'help' is not a subcommand (did you mean '--help'?)");
  EXPECT_EQ(mistake_of({"version"}),
            "veilwire: 'version' is not a subcommand (did you mean '--version'?)");
  EXPECT_EQ(mistake_of({"probe", "--netwrok=main"}),
            "veilwire: '--netwrok' is not an option (did you mean '--network'?)");
  EXPECT_EQ(mistake_of({"speed", "--one-kernel"}),
            "veilwire: '--one-kernel' is not an option");  // a hidden one is not given away
}

TEST(CommandLine, GivesNoValueToAFlag) {
  EXPECT_EQ(mistake_of({"speed", "--json=5"}), "veilwire: --json takes no value");
}

TEST(CommandLine, TakesWhatFollowsAnOptionsValueForSomethingElse) {
  EXPECT_EQ(mistake_of({"proxy", "--listen", "127.0.0.1:1", "extra"}),
            "veilwire: 'extra' is not understood");
}

TEST(CommandLine, SaysInASentenceWhatIsWrongWithAValue) {
  EXPECT_EQ(mistake_of({"probe", "127.0.0.1", "--hold"}),
            "veilwire: --hold needs a value: SECONDS");
  EXPECT_EQ(mistake_of({"probe", "127.0.0.1", "--hold", "1", "--hold", "2"}),
            "veilwire: --hold was given more than once");
  EXPECT_EQ(mistake_of({"probe", "--hold", "x", "127.0.0.1"}),
            "veilwire: --hold: 'x' is not a number");
  EXPECT_EQ(mistake_of({"proxy", "--drain-timeout", "3601"}),
            "veilwire: --drain-timeout: 3601 is not between 1 and 3600");
  EXPECT_EQ(mistake_of({"proxy", "--log-level", "loud"}),
            "veilwire: --log-level: 'loud' is not known: write error, warning, info or debug");
  EXPECT_EQ(mistake_of({"probe", "--network", "main2", "127.0.0.1"}),
            "veilwire: --network: 'main2' is not known: write main, testnet3, testnet4, signet or "
            "regtest");
  EXPECT_EQ(mistake_of({"probe", "--policy", "v3", "127.0.0.1"}),
            "veilwire: --policy: 'v3' is not known: write prefer-v2, v2-only or v1-only");
  EXPECT_EQ(mistake_of({"completion", "csh"}),
            "veilwire: SHELL: 'csh' is not known: write bash, fish or zsh");
  EXPECT_EQ(mistake_of({"probe", "http://127.0.0.1"}),
            "veilwire: 'http://127.0.0.1' is a URL: write the host and port alone");
}

TEST(CommandLine, TellsSeveralMistakesALineEach) {
  const std::string said = run({"proxy", "--listen", "foo", "--metrics", "bar"}).err;
  EXPECT_NE(said.find("'foo'"), std::string::npos) << said;
  EXPECT_NE(said.find(";\n  --metrics: 'bar'"), std::string::npos) << said;
}

TEST(CommandLine, ShowsNoLoginOfAnUpstream) {
  const std::string said = run({"proxy", "--upstream", "http://user:secret@127.0.0.1:9050"}).err;
  EXPECT_EQ(said.find("secret"), std::string::npos) << said;
  EXPECT_NE(said.find("127.0.0.1:9050"), std::string::npos) << said;
}

// The missing inbound ends the command after the rules were taken.
TEST(CommandLine, ItsRulesWinOverThoseOfTheFile) {
  const std::string path = testing::TempDir() + "veilwire-rules.toml";
  std::ofstream(path) << "external = \"203.0.113.5:8333\"\n[policies]\n\"*.onion\" = \"v1-only\"\n"
                         "[map]\n\"a.example\" = \"b.example\"\n";
  const std::string said = run({"proxy", "--config", path.c_str(), "--no-downgrade-file",
                                "--policy", "*.onion=v2-only", "--map", "a.example=c.example"})
                               .err;
  EXPECT_NE(said.find("give inbound too"), std::string::npos) << said;
  EXPECT_EQ(said.find("remove one of the two"), std::string::npos) << said;
  std::filesystem::remove(path);
}

TEST(CommandLine, CompletionOffersTheValuesOfTheProxysOptions) {
  const std::string bash = run({"completion", "bash"}).out;
  for (const std::string option : {"--policy')\n      COMPREPLY=($(compgen -W 'prefer-v2 v2-only",
                                   "--network')\n      COMPREPLY=($(compgen -W 'main testnet3",
                                   "--on-downgrade')\n      COMPREPLY=($(compgen -W 'warn refuse'",
                                   "--log-level')\n      COMPREPLY=($(compgen -W 'error warning"}) {
    EXPECT_NE(bash.find("'proxy " + option), std::string::npos) << option;
  }
}

// A second mistake ends the command whatever becomes of the first.
TEST(CommandLine, KeepsNoMemoryInAFolderThatIsNotAbsolute) {
  const char* variables[] = {"STATE_DIRECTORY", "XDG_STATE_HOME", "HOME"};
  std::vector<std::optional<std::string>> before;
  for (const char* variable : variables) {
    const char* value = std::getenv(variable);
    before.push_back(value == nullptr ? std::nullopt : std::optional<std::string>(value));
    ::setenv(variable, "somewhere", 1);
  }
  const Outcome outcome =
      run({"proxy", "--on-downgrade", "refuse", "--external", "203.0.113.5:8333"});
  EXPECT_NE(outcome.err.find("give downgrade-file too"), std::string::npos) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists("somewhere"));
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i]) {
      ::setenv(variables[i], before[i]->c_str(), 1);
    } else {
      ::unsetenv(variables[i]);
    }
  }
}

TEST(CommandLine, HelpAndVersionAreNoMistakes) {
  const Outcome help = run({"--help"});
  EXPECT_EQ(help.status, ExitStatus::kDone);
  EXPECT_NE(help.out.find("Examples:"), std::string::npos);
  EXPECT_EQ(help.err, "");
  EXPECT_EQ(run({"--version"}).out, "veilwire " VEILWIRE_VERSION "\n");
  for (const char* command : {"demo", "probe", "proxy", "speed", "kernels"}) {
    const Outcome its_help = run({command, "--help"});
    EXPECT_EQ(its_help.status, ExitStatus::kDone);
    EXPECT_NE(its_help.out.find("Example"), std::string::npos) << command;
  }
}

TEST(CommandLine, HelpNamesTheValuesOfAnOptionOnce) {
  for (const char* command : {"probe", "proxy", "completion"}) {
    EXPECT_EQ(run({command, "--help"}).out.find(":{"), std::string::npos) << command;
  }
}

TEST(CommandLine, ManPagesHaveTheExitStatusesOfTheirCommands) {
  EXPECT_NE(run({"man", "probe"}).out.find("\n.B 130\nInterrupted"), std::string::npos);
  EXPECT_EQ(run({"man", "proxy"}).out.find("\n.B 130\n"), std::string::npos);
  EXPECT_NE(run({"man", "proxy"}).out.find("\n.B 0\nStopped by a signal.\n"), std::string::npos);
}

TEST(CommandLine, HelpHidesWhatOnlyTheProgramItselfUses) {
  EXPECT_EQ(run({"speed", "--help"}).out.find("one-kernel"), std::string::npos);
}

TEST(CommandLine, KernelsNamesExactlyOneOfEachKindAsChosen) {
  const std::string out = run({"kernels"}).out;
  EXPECT_TRUE(out.starts_with("ciphers\n  portable")) << out;
  const auto hashes = out.find("\nhashes\n  portable");
  ASSERT_NE(hashes, std::string::npos) << out;
  for (const std::string& kind : {out.substr(0, hashes), out.substr(hashes)}) {
    const auto chosen = kind.find("(chosen)");
    ASSERT_NE(chosen, std::string::npos) << kind;
    EXPECT_EQ(kind.find("(chosen)", chosen + 1), std::string::npos) << kind;
  }
}

TEST(CommandLine, DemoIsTheSameForTheSameSeed) {
  const Outcome first = run({"demo", "--seed", "7"});
  EXPECT_EQ(first.status, ExitStatus::kDone);
  EXPECT_EQ(first.out, run({"demo", "--seed", "7"}).out);
  EXPECT_NE(first.out, run({"demo"}).out);
}

}  // namespace
}  // namespace veilwire::app
