#include "instance.h"

#include <algorithm>

namespace veilwire::oracle {
namespace {

constexpr protocol::Height kNever = 1'000'000;

void keep_as_it_is(protocol::Network&) {}
void know_old_rules_only(protocol::Network& network) {
  network.heights = {
      .bip34 = kNever, .bip65 = kNever, .bip66 = kNever, .csv = kNever, .segwit = kNever};
}
void add_bip94(protocol::Network& network) { network.bip94 = true; }

// The first stands where the subsidy is halved, the last where a period begins.
const std::vector<Instance>& table() {
  static const std::vector<Instance> kTable{
      {"plain", {}, keep_as_it_is, 148, 2},
      {"old",
       {"-testactivationheight=bip34@1000000", "-testactivationheight=dersig@1000000",
        "-testactivationheight=cltv@1000000", "-testactivationheight=csv@1000000",
        "-testactivationheight=segwit@1000000", "-vbparams=taproot:0:0"},
       know_old_rules_only,
       145,
       2},
      {"bip94", {"-test=bip94"}, add_bip94, 287, 0},
  };
  return kTable;
}

}  // namespace

protocol::Network Instance::network() const {
  protocol::Network network = *protocol::network_from_name("regtest");
  change(network);
  return network;
}

bool Instance::has_segwit() const { return network().heights.segwit < kNever; }

std::span<const Instance> instances() { return table(); }

const Instance* instance_from_name(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Instance::name);
  return found == table().end() ? nullptr : &*found;
}

}  // namespace veilwire::oracle
