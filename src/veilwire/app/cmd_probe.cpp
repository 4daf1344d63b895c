#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/app/choices.h"
#include "veilwire/app/commands.h"
#include "veilwire/app/conformance_run.h"
#include "veilwire/app/number_between.h"
#include "veilwire/app/progress_bar.h"
#include "veilwire/app/subcommands.h"
#include "veilwire/app/terminal.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/host/descriptor_limit.h"
#include "veilwire/net/runtime.h"
#include "veilwire/probe/prober.h"
#include "veilwire/probe/report_json.h"
#include "veilwire/probe/report_text.h"
#include "veilwire/transport/signet.h"

namespace veilwire::app {
namespace {

constexpr int kMaxSeconds = 24 * 3600;
constexpr int kMaxAskedHeaders = 10'000'000;

struct Options {
  std::vector<std::string> hosts;
  std::string targets_file;
  std::string network = "main";
  std::string signet_challenge;
  std::string policy = "prefer-v2";
  std::string proxy;
  double timeout = std::chrono::duration<double>(probe::kDefaultTimeout).count();
  double hold = 0;
  bool getaddr = false;
  int headers = 0;
  int jobs = probe::kDefaultJobs;
  std::optional<int> garbage;
  int decoys = 0;
  bool json = false;
  bool conformance = false;
  bool quick = false;
};

// -- From options to a configuration --------------------------------------------------------------

[[noreturn]] void refuse(const std::string& sentence) { throw CLI::ValidationError(sentence); }

protocol::Network network_of(const Options& options) {
  if (options.signet_challenge.empty()) return *protocol::network_from_name(options.network);
  if (options.network != "signet") refuse("--signetchallenge needs --network signet");
  const auto challenge = from_hex(options.signet_challenge);
  if (!challenge) refuse("--signetchallenge takes a script in hexadecimal");
  // A probe has no use for the script itself.
  return protocol::custom_signet(transport::signet_magic(*challenge), {});
}

std::optional<net::Socks5Proxy> proxy_of(const Options& options) {
  if (options.proxy.empty()) return std::nullopt;
  auto proxy = net::parse_proxy(options.proxy);
  if (!proxy) refuse(proxy.error());
  return std::move(*proxy);
}

Duration seconds(double count) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count));
}

probe::ProberConfig config_of(const Options& options) {
  probe::ProberConfig config{.network = network_of(options)};
  config.policy = *transport::dial_policy_from_name(options.policy);
  config.proxy = proxy_of(options);
  config.timeout = seconds(options.timeout);
  config.hold = seconds(options.hold);
  config.addresses = options.getaddr;
  config.headers = static_cast<std::uint32_t>(options.headers);
  config.jobs = static_cast<unsigned>(options.jobs);
  if (options.garbage) config.garbage_bytes = static_cast<std::size_t>(*options.garbage);
  config.decoys = static_cast<unsigned>(options.decoys);
  config.user_agent = "/veilwire:" VEILWIRE_VERSION "/";
  return config;
}

using Targets = std::vector<probe::Target>;

Targets take(std::expected<Targets, std::string> targets) {
  if (!targets) refuse(targets.error());
  return std::move(*targets);
}

Targets targets_from_file(const std::string& name, std::uint16_t port) {
  if (name == "-") return take(probe::read_targets(std::cin, "standard input", port));
  if (std::error_code ignored; std::filesystem::is_directory(name, ignored)) {
    refuse(fmt::format("'{}' cannot be read: {}", name, std::strerror(EISDIR)));
  }
  std::ifstream file(name);
  if (!file) refuse(fmt::format("'{}' cannot be read: {}", name, std::strerror(errno)));
  return take(probe::read_targets(file, name, port));
}

Targets targets_of(const Options& options, const protocol::Network& network) {
  Targets targets = take(probe::parse_targets(options.hosts, network.default_port));
  if (!options.targets_file.empty()) {
    std::ranges::move(targets_from_file(options.targets_file, network.default_port),
                      std::back_inserter(targets));
  }
  if (targets.empty()) refuse("give at least one host to probe");
  return targets;
}

// -- What is shown --------------------------------------------------------------------------------

enum class Layout : std::uint8_t { kJson, kBlocks, kTable };

class Display {
 public:
  Display(Layout layout, std::size_t targets)
      : layout_(layout), columns_(columns_of(stdout)), progress_(targets) {
    if (layout_ == Layout::kTable) print_line(probe::table_header());
    progress_.update(net::now(), 0, 0);
  }

  void report(const probe::Report& report) {
    summary_.add(report);
    progress_.erase();
    print_line(text_of(report));
  }
  void hold_cut(const probe::CutHold& cut) {
    progress_.erase();
    say(cut.sentence());
  }
  void progress(const probe::Progress& progress) {
    const std::size_t answered = summary_.addresses() - summary_.failed();
    progress_.update(net::now(), progress.targets_done, answered);
  }
  void tick() { progress_.tick(net::now()); }
  void end() {
    progress_.erase();
    if (layout_ != Layout::kTable) return;
    print_line(fmt::format("\n{}\n{}", summary_.sentence(), probe::services_legend()));
  }
  const probe::Summary& summary() const { return summary_; }

 private:
  std::string text_of(const probe::Report& report) const {
    switch (layout_) {
      case Layout::kJson:
        return probe::report_json(report);
      case Layout::kBlocks:
        return without_last_newline(probe::report_block(report));
      case Layout::kTable:
        return probe::table_line(report, columns_);
    }
    return {};
  }
  static std::string without_last_newline(std::string text) {
    text.pop_back();
    return text;
  }

  Layout layout_;
  std::size_t columns_;
  probe::Summary summary_;
  ProgressBar progress_;
};

Layout layout_for(const Options& options, std::size_t targets) {
  if (options.json) return Layout::kJson;
  return targets == 1 ? Layout::kBlocks : Layout::kTable;
}

// -- The run --------------------------------------------------------------------------------------

enum class Outcome : bool { kFinished, kInterrupted };

// For as long as the loop runs.
void tick_now_and_then(net::Runtime& runtime, Display& display) {
  runtime.after(kProgressInterval, [&] {
    display.tick();
    tick_now_and_then(runtime, display);
  });
}

Outcome run(const probe::ProberConfig& config, Targets targets, Display& display) {
  crypto::SystemEntropy entropy;
  net::Runtime runtime;
  probe::Prober prober(runtime, config, entropy);
  Outcome outcome = Outcome::kFinished;
  boost::asio::signal_set signals(runtime.context(), SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    outcome = Outcome::kInterrupted;
    signals.clear();  // a second one ends the program at once
    prober.stop();
  });
  // Nobody reads further reports where one cannot be written. Not thrown through the runtime: other
  // conversations are under way.
  std::exception_ptr output_failure;
  const auto show = [&](const probe::Report& report) {
    try {
      display.report(report);
    } catch (...) {
      output_failure = std::current_exception();
      prober.stop();
    }
  };
  tick_now_and_then(runtime, display);
  prober.start(std::move(targets),
               {.on_report = show,
                .on_hold_cut = [&](const probe::CutHold& cut) { display.hold_cut(cut); },
                .on_target_done = [&] { display.progress(prober.progress()); },
                .on_done = [&] { runtime.stop(); }});
  runtime.run();
  if (output_failure) std::rethrow_exception(output_failure);
  return outcome;
}

void probe_all(const Options& options) {
  const probe::ProberConfig config = config_of(options);
  Targets targets = targets_of(options, config.network);
  host::allow_many_descriptors();
  Display display(layout_for(options, targets.size()), targets.size());
  const Outcome outcome = run(config, std::move(targets), display);
  display.end();
  if (outcome == Outcome::kInterrupted) {
    throw CommandFailure("interrupted: addresses not yet probed are left out",
                         ExitStatus::kInterrupted);
  }
  const std::string failures = display.summary().failure_sentence();
  if (!failures.empty()) throw CommandFailure(failures);
}

void judge(const Options& options) {
  const protocol::Network network = network_of(options);
  const Targets targets = targets_of(options, network);
  if (targets.size() != 1) refuse("--conformance takes one host");
  probe::conformance::Options suite;
  suite.target = targets.front().endpoint;
  suite.magic = network.magic;
  if (options.quick) suite.thoroughness = probe::conformance::Thoroughness::kQuick;
  run_conformance(suite, options.json ? Form::kJson : Form::kText);
}

void refuse_beside(const CLI::App& command, const char* chosen,
                   std::initializer_list<const char*> others) {
  for (const char* other : others) {
    if (command.count(other) > 0)
      refuse(fmt::format("{} cannot be combined with {}", chosen, other));
  }
}

void run_probe(const CLI::App& command, const Options& options) {
  std::signal(SIGPIPE, SIG_IGN);  // behind `| head` the run ends by itself
  if (options.conformance) {
    refuse_beside(command, "--conformance",
                  {"--policy", "--proxy", "--timeout", "--hold", "--getaddr", "--headers", "--jobs",
                   "--garbage", "--decoys"});
    return judge(options);
  }
  if (options.policy == "v1-only") {
    refuse_beside(command, "--policy v1-only", {"--garbage", "--decoys"});
  }
  if (options.quick) refuse("--quick needs --conformance");
  probe_all(options);
}

// -- The command line -----------------------------------------------------------------------------

constexpr const char* kFooter =
    "Every address of a name is probed. One target is reported as a block of lines, several as a\n"
    "table.\n"
    "Examples:\n"
    "  veilwire probe 127.0.0.1\n"
    "  veilwire probe --network testnet4 --policy v2-only seed.example.org:48333\n"
    "  veilwire probe --proxy 127.0.0.1:9050 --hold 60 HOST.onion\n"
    "  veilwire probe --targets peers.txt --jobs 200 --json\n"
    "  veilwire probe --conformance --quick --network regtest 127.0.0.1\n";

std::vector<std::string_view> network_names() {
  std::vector<std::string_view> names;
  for (const protocol::Network& network : protocol::networks()) names.push_back(network.name);
  return names;
}

std::vector<std::string_view> policy_names() {
  using enum transport::DialPolicy;
  return {transport::dial_policy_name(kPreferV2), transport::dial_policy_name(kV2Only),
          transport::dial_policy_name(kV1Only)};
}

void add_where(CLI::App& command, Options& options) {
  command.add_option("HOST", options.hosts, "HOST[:PORT]: a name, an address, [IPv6]:PORT")
      ->type_name("");
  command
      .add_option("--targets", options.targets_file,
                  "Read more hosts from a file, one per line; - is standard input")
      ->type_name("FILE");
  command.add_option("--network", options.network, either_of(network_names()))
      ->type_name("NAME")
      ->check(one_of(network_names()));
  command
      .add_option("--signetchallenge", options.signet_challenge,
                  "Use the signet with this challenge script, not the default one")
      ->type_name("HEX");
  command.add_option("--policy", options.policy, either_of(policy_names()))
      ->type_name("NAME")
      ->check(one_of(policy_names()));
  command.add_option("--proxy", options.proxy, "SOCKS5: [socks5://[USER:PASSWORD@]]HOST:PORT")
      ->type_name("PROXY");
}

void add_how(CLI::App& command, Options& options) {
  command
      .add_option("--timeout", options.timeout,
                  "Time limit for each address as a whole; 30 by default")
      ->type_name("SECONDS")
      ->check(number_between(0.1, double{kMaxSeconds}));
  command.add_option("--hold", options.hold, "Keep the connection open after the report")
      ->type_name("SECONDS")
      ->check(number_between(0.0, double{kMaxSeconds}));
  command.add_flag("--getaddr", options.getaddr, "Ask for the addresses that the peer knows");
  command
      .add_option("--headers", options.headers,
                  "Request this many headers, starting after the genesis block, and check them")
      ->type_name("N")
      ->check(number_between(1, kMaxAskedHeaders));
  command.add_option("--jobs", options.jobs, "Probe this many targets at once; 16 by default")
      ->type_name("N")
      ->check(number_between(1, static_cast<int>(probe::kMaxJobs)));
  command
      .add_option("--garbage", options.garbage,
                  "Send exactly this much garbage instead of a random amount")
      ->type_name("BYTES")
      ->check(number_between(0, static_cast<int>(transport::kMaxGarbageBytes)));
  command
      .add_option("--decoys", options.decoys,
                  "Send this many decoy packets before the version packet, and as many after it")
      ->type_name("N")
      ->check(number_between(0, static_cast<int>(probe::kMaxDecoys)));
  command.add_flag("--conformance", options.conformance,
                   "Check your own responder against every rule of BIP 324 instead");
  command.add_flag("--quick", options.quick, "Skip the checks that take a minute");
  command.add_flag("--json", options.json,
                   "Print one JSON object per line, for each address as it finishes");
}

}  // namespace

void declare_probe(CLI::App& command) {
  auto options = std::make_shared<Options>();
  add_where(command, *options);
  add_how(command, *options);
  command.footer(kFooter);
  command.callback([&command, options] { run_probe(command, *options); });
}

}  // namespace veilwire::app
