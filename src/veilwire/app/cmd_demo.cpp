#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "veilwire/app/commands.h"
#include "veilwire/app/demo/transcript.h"
#include "veilwire/app/demo/transcript_text.h"
#include "veilwire/app/subcommands.h"
#include "veilwire/app/terminal.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/crypto/system_entropy.h"

namespace veilwire::app {
namespace {

struct Options {
  std::optional<std::uint64_t> seed;
  bool json = false;
};

std::unique_ptr<Entropy> entropy_for(const Options& options) {
  if (options.seed) return std::make_unique<crypto::SeededEntropy>(*options.seed);
  return std::make_unique<crypto::SystemEntropy>();
}

void demonstrate(const Options& options) {
  const auto conversation = hold_conversation(*entropy_for(options));
  if (!conversation) throw CommandFailure(conversation.error());
  fmt::print("{}", options.json ? transcript_json(*conversation)
                                : transcript_text(*conversation, colour_for(stdout)));
}

// CLI11 would take "-1" for the largest number, and so what is larger still.
std::string whole_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return {};
  return fmt::format("'{}' is not a whole number from 0 to 2^64 - 1", text);
}

constexpr const char* kFooter =
    "Both ends run in this process, and every byte that one hands to the other is counted.\n"
    "With a seed the keys are not secret, and every run is the same.\n"
    "Examples:\n"
    "  veilwire demo\n"
    "  veilwire demo --seed 7 --json\n";

}  // namespace

void declare_demo(CLI::App& command) {
  auto options = std::make_shared<Options>();
  command.add_option("--seed", options->seed, "Derive all randomness from this number")
      ->type_name("NUMBER")
      ->check(whole_number);
  command.add_flag("--json", options->json, "Print one JSON object per line");
  command.footer(kFooter);
  command.callback([options] { demonstrate(*options); });
}

}  // namespace veilwire::app
