#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "veilwire/app/commands.h"
#include "veilwire/app/subcommands.h"
#include "veilwire/app/terminal.h"
#include "veilwire/crypto/kernel.h"

namespace veilwire::app {
namespace {

void print_kernels(Form form) {
  const Colour colour = form == Form::kText ? colour_for(stdout) : Colour::kOff;
  for (const crypto::Kernel* kernel : crypto::usable_kernels()) {
    const bool chosen = kernel == &crypto::active_kernel();
    const auto name = crypto::kernel_name(*kernel);
    if (form == Form::kJson) {
      fmt::print("{{\"kernel\":\"{}\",\"chosen\":{}}}\n", name, chosen);
    } else if (chosen) {
      fmt::print("{}\n", paint(colour, fmt::emphasis::bold, fmt::format("{}  (chosen)", name)));
    } else {
      fmt::print("{}\n", name);
    }
  }
}

}  // namespace

void declare_kernels(CLI::App& command) {
  auto json = std::make_shared<bool>(false);
  command.add_flag("--json", *json, "Print one JSON object per line");
  command.footer(
      "VEILWIRE_CRYPTO=<name> in the environment forces that kernel, for every command.\n"
      "Examples:\n  VEILWIRE_CRYPTO=portable veilwire kernels\n");
  command.callback([json] { print_kernels(*json ? Form::kJson : Form::kText); });
}

}  // namespace veilwire::app
