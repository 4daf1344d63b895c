// A peer to dial in tests: listens on loopback addresses, prints its port and runs until it is
// ended.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/host/descriptor_limit.h"
#include "veilwire/net/runtime.h"
#include "veilwire/probe/testing/fake_peer.h"
#include "veilwire/protocol/network.h"

namespace veilwire::probe::testing {
namespace {

const std::map<std::string, Behaviour> kBehaviours{{"peer", Behaviour::kPeer},
                                                   {"silent", Behaviour::kSilent},
                                                   {"floods", Behaviour::kFloods},
                                                   {"hangs-up", Behaviour::kHangsUp},
                                                   {"ignores-pings", Behaviour::kIgnoresPings},
                                                   {"leaves", Behaviour::kLeaves},
                                                   {"misbehaves", Behaviour::kMisbehaves}};

struct Options {
  unsigned addresses = 1;  // 127.0.0.1, 127.0.0.2, ..., all with the same port
  std::string network = "regtest";
  std::string user_agent_hex = to_hex(Bytes{'/', 'f', 'a', 'k', 'e', '/'});
  std::int32_t height = 0;
  std::uint64_t services = protocol::kNodeNetwork | protocol::kNodeP2pV2;
  std::string behaviour = "peer";
  std::size_t garbage = 100;
  unsigned decoys = 0;
  bool refuse_v1 = false;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--addresses", options.addresses)->check(CLI::Range(1, 1'000'000));
  app.add_option("--network", options.network);
  app.add_option("--user-agent", options.user_agent_hex, "hexadecimal");
  app.add_option("--height", options.height);
  app.add_option("--services", options.services);
  app.add_option("--behave", options.behaviour)->check(CLI::IsMember(kBehaviours));
  app.add_option("--garbage", options.garbage)->check(CLI::Range(0, 4095));
  app.add_option("--decoys", options.decoys);
  app.add_flag("--refuse-v1", options.refuse_v1);
}

FakePeerConfig config_of(const Options& options) {
  FakePeerConfig config;
  config.v2.magic = protocol::network_from_name(options.network)->magic;
  config.v2.garbage =
      [size = options.garbage](Entropy& entropy) -> std::expected<Bytes, EntropyFailure> {
    Bytes garbage(size);
    if (!entropy.fill(garbage)) return std::unexpected(EntropyFailure{});
    return garbage;
  };
  config.v1 = options.refuse_v1 ? transport::V1Policy::kRefuse : transport::V1Policy::kAccept;
  const Bytes user_agent = from_hex(options.user_agent_hex).value();
  config.session.user_agent.assign(user_agent.begin(), user_agent.end());
  config.own.start_height = options.height;
  config.own.services = options.services;
  config.behaviour = kBehaviours.at(options.behaviour);
  config.decoys = options.decoys;
  return config;
}

std::string loopback(unsigned index) {
  const unsigned number = index + 1;
  return fmt::format("127.{}.{}.{}", number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
}

void serve(const Options& options) {
  host::allow_many_descriptors();  // a socket for each address and each connection
  net::Runtime runtime;
  crypto::SystemEntropy entropy;
  std::vector<std::unique_ptr<FakePeer>> peers;
  std::uint16_t port = 0;
  for (unsigned i = 0; i < options.addresses; ++i) {
    peers.push_back(std::make_unique<FakePeer>(runtime, config_of(options), entropy,
                                               Endpoint{loopback(i), port}));
    port = peers.front()->address().port;
  }
  fmt::print("{}\n", port);
  std::fflush(stdout);
  runtime.run();
}

}  // namespace
}  // namespace veilwire::probe::testing

int main(int argc, char** argv) {
  CLI::App app("A peer to dial in tests");
  veilwire::probe::testing::Options options;
  veilwire::probe::testing::declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    veilwire::probe::testing::serve(options);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "responder: {}\n", failure.what());
    return 1;
  }
}
