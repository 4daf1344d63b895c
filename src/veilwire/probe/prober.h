// Probes many targets, some at once, and gives a report for each address as it is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/entropy.h"
#include "veilwire/net/dial.h"
#include "veilwire/net/runtime.h"
#include "veilwire/probe/interview.h"
#include "veilwire/probe/report.h"
#include "veilwire/probe/target.h"
#include "veilwire/protocol/network.h"
#include "veilwire/transport/dial_choice.h"

namespace veilwire::probe {

inline constexpr Duration kDefaultTimeout = std::chrono::seconds(30);
inline constexpr unsigned kDefaultJobs = 16;
// Sockets at once: below the number of files that a process may have open where nobody raised it.
inline constexpr unsigned kMaxJobs = 1000;
// Decoys that we send in one conversation, before the version packet and after it each.
inline constexpr unsigned kMaxDecoys = 1000;

struct ProberConfig {
  protocol::Network network;
  transport::DialPolicy policy = transport::DialPolicy::kPreferV2;
  std::optional<net::Socks5Proxy> proxy{};
  Duration timeout = kDefaultTimeout;  // of one address, from the dial to the last answer
  Duration hold{};                     // kept open after the report
  bool addresses = false;
  std::uint32_t headers = 0;
  unsigned jobs = kDefaultJobs;
  // Of our own handshake; a random length where unset. At most transport::kMaxGarbageBytes.
  std::optional<std::size_t> garbage_bytes{};
  unsigned decoys = 0;       // at most kMaxDecoys
  std::string user_agent{};  // as it goes into the version message
};

struct Progress {
  std::size_t targets = 0;
  std::size_t targets_done = 0;
};

// Where the peer dropped version 2 and its services in version 1 then promise it, version 2 is
// tried once more by itself: a peer that is full for a moment drops connections too.
//
// A name is resolved first and each of its addresses probed, one after the other; with a proxy the
// name is left to it. A proxy without a login gets a random one for each target, so that Tor gives
// each a circuit of its own.
//
// The runtime must be run by one thread, and must outlive the prober; the callbacks come from it.
class Prober {
 public:
  struct Callbacks {
    std::function<void(const Report&)> on_report;
    // A connection was not held to the end. May be empty, as the next.
    std::function<void(const CutHold&)> on_hold_cut{};
    std::function<void()> on_target_done{};  // progress() counts it
    std::function<void()> on_done;           // last, never from within
  };

  Prober(net::Runtime& runtime, ProberConfig config, Entropy& entropy);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // Once.
  void start(std::vector<Target> targets, Callbacks callbacks);
  // Gives up what is under way, without reports; on_done() follows.
  void stop();

  Progress progress() const;

 private:
  struct State;
  class Job;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::probe
