// oracle: asks check_block and real nodes about the same blocks, and compares yes or no.
//
// It does not start the nodes: with_nodes.py does, and tells it where they are.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <deque>
#include <iostream>
#include <stdexcept>

#include "case_file.h"
#include "run.h"

namespace veilwire::oracle {
namespace {

struct Options {
  RunOptions run;
  double seconds = 60;
  std::string instance = "all";
  std::string replay;
  std::vector<std::string> nodes;  // NAME=PORT:USER:PASSWORD
  bool lists_instances = false;
};

constexpr const char* kExamples = R"(
It ends with 0 where both agreed on everything, and 1 where they differed.

Examples, from the root of the project:
  A minute, with the seed 1:
    tests/oracle/with_nodes.py .deps/bitcoind/bin/bitcoind build/release/tests/oracle/oracle
  An hour of another one:
    tests/oracle/with_nodes.py BITCOIND ORACLE --seconds 3600 --seed 2
  Testnet4's rules only:
    tests/oracle/with_nodes.py BITCOIND ORACLE --instance bip94
  What differed, once more:
    tests/oracle/with_nodes.py BITCOIND ORACLE --replay plain_2_12345.json
)";

std::vector<const Instance*> wanted(const Options& options) {
  std::string name = options.instance;
  if (!options.replay.empty()) name = read_case(options.replay).instance;
  if (name != "all") {
    const Instance* found = instance_from_name(name);
    if (found == nullptr) throw std::runtime_error("no such instance: " + name);
    return {found};
  }
  std::vector<const Instance*> all;
  for (const Instance& instance : instances()) all.push_back(&instance);
  return all;
}

void list_instances(const Options& options) {
  boost::json::object list;
  for (const Instance* instance : wanted(options)) {
    boost::json::array node_options;
    for (const std::string_view option : instance->node_options) node_options.emplace_back(option);
    list[instance->name] = node_options;
  }
  std::cout << boost::json::serialize(list) << "\n";
}

std::unique_ptr<Node> node_for(const Instance& instance, const Options& options) {
  for (const std::string& place : options.nodes) {
    const std::size_t name_end = place.find('=');
    const std::size_t port_end = place.find(':', name_end);
    if (port_end == std::string::npos || place.substr(0, name_end) != instance.name) continue;
    const auto port = std::stoul(place.substr(name_end + 1, port_end - name_end - 1));
    return std::make_unique<Node>(static_cast<std::uint16_t>(port), place.substr(port_end + 1));
  }
  throw std::runtime_error("no node for the instance " + std::string(instance.name));
}

int replay(const Options& options) {
  const Case what = read_case(options.replay);
  const Instance& instance = *wanted(options).front();
  Chain chain(instance);
  for (const Bytes& block : what.chain) chain.add(block);
  const auto node = node_for(instance, options);
  feed(*node, chain);
  const OurVerdict ours = chain.judge(what.block);
  node->begin_proposals({what.block});
  const NodeVerdict theirs = node->end_proposals().at(0);
  std::cout << "we say     " << ours.reason << "\nthe node says " << theirs << "\n";
  std::cout << "when it was written: " << what.ours << ", " << what.node << "\nmutations:";
  for (const std::string& mutation : what.mutations) std::cout << " [" << mutation << "]";
  std::cout << "\n";
  return ours.valid == (theirs == kNodeValid) ? 0 : 1;
}

int run_all(const Options& options) {
  std::cout << "seed " << options.run.seed << std::endl;
  std::deque<Bench> benches;
  for (const Instance* instance : wanted(options)) {
    benches.emplace_back(*instance, node_for(*instance, options), options.run);
  }
  const Tally tally = run(benches, options.run);
  std::cout << tally.text();
  std::printf("\nseed %llu: %llu verdicts, %.0f a second, %.0f %% valid, %llu differences\n",
              static_cast<unsigned long long>(options.run.seed),
              static_cast<unsigned long long>(tally.verdicts()),
              static_cast<double>(tally.verdicts()) / options.seconds,
              100.0 * static_cast<double>(tally.valid()) / static_cast<double>(tally.verdicts()),
              static_cast<unsigned long long>(tally.differences()));
  return tally.differences() == 0 ? 0 : 1;
}

int run_with(const Options& options) {
  if (options.lists_instances) {
    list_instances(options);
    return 0;
  }
  return options.replay.empty() ? run_all(options) : replay(options);
}

void describe(CLI::App& app, Options& options) {
  app.footer(kExamples);
  app.add_option("--seconds", options.seconds, "how long to go on")->capture_default_str();
  app.add_option("--seed", options.run.seed, "the same seed makes the same blocks")
      ->capture_default_str();
  app.add_option("--instance", options.instance, "plain, old, bip94 or all")->capture_default_str();
  app.add_option("--cases", options.run.cases, "the folder for what differs")
      ->capture_default_str();
  app.add_option("--replay", options.replay, "ask both about the block of this file");
  app.add_option("--node", options.nodes,
                 "NAME=PORT:USER:PASSWORD of a node, one for each instance");
  app.add_flag("--list-instances", options.lists_instances,
               "print which nodes are needed, with their options, and end");
}

}  // namespace
}  // namespace veilwire::oracle

int main(int argc, char** argv) {
  veilwire::oracle::Options options;
  CLI::App app("Compares consensus::check_block with real nodes, block by block");
  veilwire::oracle::describe(app, options);
  CLI11_PARSE(app, argc, argv);
  options.run.time = std::chrono::duration<double>(options.seconds);
  try {
    return veilwire::oracle::run_with(options);
  } catch (const std::exception& error) {
    std::cerr << "oracle: " << error.what() << "\n";
    return 2;
  }
}
