#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <span>
#include <string_view>

#include "veilwire/app/commands.h"
#include "veilwire/app/subcommands.h"
#include "veilwire/app/terminal.h"
#include "veilwire/crypto/hash_kernel.h"
#include "veilwire/crypto/kernel.h"

namespace veilwire::app {
namespace {

// `work` is what the kernels do.
template <typename AnyKernel>
void print_kernels(Form form, std::string_view work, std::span<const AnyKernel* const> kernels,
                   const AnyKernel& active) {
  const Colour colour = form == Form::kText ? colour_for(stdout) : Colour::kOff;
  if (form == Form::kText) fmt::print("{}\n", work);
  for (const AnyKernel* kernel : kernels) {
    const bool chosen = kernel == &active;
    const auto name = crypto::kernel_name(*kernel);
    if (form == Form::kJson) {
      fmt::print("{{\"work\":\"{}\",\"kernel\":\"{}\",\"chosen\":{}}}\n", work, name, chosen);
    } else if (chosen) {
      fmt::print("  {}\n", paint(colour, fmt::emphasis::bold, fmt::format("{}  (chosen)", name)));
    } else {
      fmt::print("  {}\n", name);
    }
  }
}

void print_all(Form form) {
  print_kernels(form, "ciphers", crypto::usable_kernels(), crypto::active_kernel());
  print_kernels(form, "hashes", crypto::usable_hash_kernels(), crypto::active_hash_kernel());
}

}  // namespace

void declare_kernels(CLI::App& command) {
  auto json = std::make_shared<bool>(false);
  command.add_flag("--json", *json, "Print one JSON object per line");
  command.footer(
      "VEILWIRE_CRYPTO=<name> in the environment forces one for the ciphers, "
      "VEILWIRE_HASHES=<name>\n"
      "one for the hashes, for every command.\n"
      "Examples:\n  VEILWIRE_CRYPTO=portable veilwire kernels\n");
  command.callback([json] { print_all(*json ? Form::kJson : Form::kText); });
}

}  // namespace veilwire::app
