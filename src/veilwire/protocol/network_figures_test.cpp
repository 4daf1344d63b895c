// Holds the table of networks to networks.json of the test data, figure by figure and both ways: a
// figure of the file that this test does not know fails too.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/protocol/network.h"

namespace veilwire::protocol {
namespace {

namespace json = boost::json;

const std::filesystem::path kFile =
    std::filesystem::path(VEILWIRE_TEST_DATA) / "data/networks.json";

// A hash or a number as the file writes it; null where there is none.
json::value text(const std::optional<Hash256>& hash) {
  return hash ? json::value(to_display(*hash)) : json::value(nullptr);
}

json::value block(const BlockAt& at) {
  return {{"height", at.height.value()}, {"block", to_display(at.block)}};
}

template <typename Range, typename Say>
json::array list(const Range& range, Say say) {
  json::array all;
  for (const auto& one : range) all.emplace_back(say(one));
  return all;
}

json::value genesis(const Genesis& genesis) {
  std::ostringstream bits;
  bits << "0x" << std::hex << genesis.bits;
  return {{"time", to_unix_seconds(genesis.time)},
          {"nonce", genesis.nonce},
          {"bits", bits.str()},
          {"version", genesis.version},
          {"hash", to_display(genesis.hash)},
          {"merkle_root", to_display(genesis.merkle_root)}};
}

json::value exception(const ScriptFlagException& what) {
  json::array flags;
  if (what.p2sh) flags.emplace_back("P2SH");
  if (what.witness) flags.emplace_back("WITNESS");
  if (flags.empty()) flags.emplace_back("NONE");
  return {{"block", to_display(what.block)}, {"flags_enforced", flags}};
}

json::value utxo(const AssumeUtxo& set) {
  return {{"height", set.height.value()},
          {"txoutset_hash", to_display(set.txoutset_hash)},
          {"chain_tx_count", set.chain_tx_count},
          {"block", to_display(set.block)}};
}

json::value assume_valid(const Network& network) {
  if (!network.assume_valid) return nullptr;
  return {{"hash", to_display(network.assume_valid->block)},
          {"height", network.assume_valid->height.value()}};
}

// As the file says it.
json::object figures(const Network& network) {
  const RuleHeights& heights = network.heights;
  json::object all{
      {"magic", to_hex(network.magic)},
      {"default_port", network.default_port},
      {"genesis", genesis(network.genesis)},
      {"pow_limit", to_display(network.pow_limit)},
      {"retarget_seconds", network.retarget.count()},
      {"spacing_seconds", network.spacing.count()},
      {"min_difficulty_blocks", network.min_difficulty_blocks},
      {"bip94", network.bip94},
      {"no_retargeting", network.no_retargeting},
      {"halving_interval", network.halving_interval},
      {"heights",
       {{"bip34", heights.bip34.value()},
        {"bip65", heights.bip65.value()},
        {"bip66", heights.bip66.value()},
        {"csv", heights.csv.value()},
        {"segwit", heights.segwit.value()}}},
      {"bip34_hash", text(network.bip34_hash)},
      {"script_flag_exceptions", list(network.script_flag_exceptions, exception)},
      {"minimum_chain_work", text(network.minimum_chain_work)},
      {"assume_valid", assume_valid(network)},
      {"prune_after_height", network.prune_after_height.value()},
      {"dns_seeds", list(network.dns_seeds, [](std::string_view seed) { return seed; })},
      {"address_versions",
       {{"pubkey_hash", network.address_versions.pubkey_hash},
        {"script_hash", network.address_versions.script_hash},
        {"bech32_hrp", network.address_versions.bech32_hrp}}},
      {"assume_utxo", list(network.assume_utxo, utxo)},
      {"chain_tx_data",
       {{"time", to_unix_seconds(network.chain_tx_data.time)},
        {"tx_count", network.chain_tx_data.tx_count},
        {"tx_per_second", network.chain_tx_data.tx_per_second}}},
      {"headers_presync",
       {{"commitment_period", network.headers_presync.commitment_period},
        {"redownload_buffer", network.headers_presync.redownload_buffer}}}};
  if (!network.bip30.allowed.empty()) {
    all["bip30"] = {{"repeated_coinbases_allowed", list(network.bip30.allowed, block)},
                    {"coinbases_overwritten", list(network.bip30.overwritten, block)},
                    {"checked_again_from_height", network.bip30.checked_again_from_height.value()}};
  }
  if (!network.signet_challenge.empty()) {
    all["signet_challenge"] = to_hex(network.signet_challenge);
  }
  return all;
}

TEST(Network, HasTheFiguresOfTheField) {
  std::ifstream file(kFile);
  if (!file) GTEST_SKIP() << kFile << " is not there";
  const json::object all = json::parse(file).as_object();
  std::size_t found = 0;
  for (const auto& [name, said] : all) {
    if (!said.is_object()) continue;  // "source"
    ++found;
    const Network* network = network_from_name(std::string_view(name));
    ASSERT_NE(network, nullptr) << name;
    json::object expected = said.as_object();
    expected.erase("segwit_note");  // prose
    const json::object ours = figures(*network);
    for (const auto& [figure, value] : expected) {
      ASSERT_TRUE(ours.contains(figure)) << name << ": " << figure << " is in no table";
      EXPECT_EQ(ours.at(figure), value) << name << ": " << figure;
    }
    EXPECT_EQ(ours.size(), expected.size()) << name;
  }
  EXPECT_EQ(found, networks().size());
}

}  // namespace
}  // namespace veilwire::protocol
