// The proxy, the bare relay, and what stands on both sides of them.
//
//   program --v1--> proxy --v2--> peer          kOutbound: SOCKS5
//   program <--v1-- proxy <--v2-- peer          kInbound
//   program --v1--> bare relay --v1--> peer     kBareRelay
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "child.h"
#include "load_end.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/transport/key_source.h"

namespace veilwire::bench {

enum class Way : std::uint8_t { kBareRelay, kOutbound, kInbound };

// The two ends of a connection through the proxy or the relay, after both have introduced
// themselves.
struct Pair {
  std::unique_ptr<LoadEnd> program;
  std::unique_ptr<LoadEnd> peer;
};

class Site {
 public:
  // Starts both. `limits` goes to the [limits] of the proxy's configuration.
  Site(const std::string& proxy_binary, const std::string& limits);
  ~Site();

  Pair open(Way way);
  // The first half of an inbound connection only: a peer that begins its handshake, from an address
  // of its own.
  std::unique_ptr<LoadEnd> begin_inbound(std::uint32_t from_host);
  // The latest connection that came to the program, or nothing.
  std::unique_ptr<LoadEnd> take_program() { return std::move(programs_.latest); }

  Loop& loop() { return loop_; }
  const Child& process(Way way) const { return way == Way::kBareRelay ? *relay_ : *proxy_; }

 private:
  // Takes what comes to one of our listeners.
  struct Door final : Loop::Handler {
    using MakeTransport = std::function<std::unique_ptr<transport::Transport>()>;
    Door(Loop& loop, MakeTransport make);
    void on_ready() override;

    Loop& loop;
    MakeTransport make_transport;
    Socket listener;
    std::unique_ptr<LoadEnd> latest;
  };

  std::string write_config(const std::string& limits) const;
  void wait_for_proxy();
  std::unique_ptr<LoadEnd> connect_program(Way way);
  std::unique_ptr<LoadEnd> accepted_by(Door& door);
  void introduce(LoadEnd& first, LoadEnd& second);

  crypto::SystemEntropy entropy_;
  transport::KeyPool keys_;
  Loop loop_;
  Door peers_;
  Door programs_;
  std::string folder_;
  Place socks_;
  Place inbound_;
  Place relay_place_;
  std::optional<Child> relay_;
  std::optional<Child> proxy_;
};

}  // namespace veilwire::bench
