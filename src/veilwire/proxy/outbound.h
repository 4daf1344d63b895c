// One connection that the local program asks for: SOCKS5, the dial, and then either messages
// translated to what the target speaks, or bytes carried untouched.
//
//   SOCKS5 request -> connect -> answer -> first bytes -> version 2, then 1 -> relay
//                                               |
//                                               +-- not version 1 -> tunnel
//
// For .cpp files: it names Asio.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "veilwire/net/stream.h"
#include "veilwire/proxy/relay.h"
#include "veilwire/proxy/service.h"
#include "veilwire/proxy/session_gate.h"
#include "veilwire/proxy/socks_front.h"
#include "veilwire/proxy/tunnel.h"

namespace veilwire::proxy {

// A Bitcoin program speaks as soon as it is connected. Where nobody has by then, the bytes that may
// still come are not ours to judge.
inline constexpr Duration kFirstBytesTimeout = std::chrono::seconds(60);

class Outbound : public std::enable_shared_from_this<Outbound> {
 public:
  // How the program says where it wants to go. On a connection that the firewall has redirected to
  // us there is no SOCKS5.
  enum class Front : std::uint8_t { kSocks5, kRedirected };

  // `program` is a connection that was accepted. `service` must outlive it.
  Outbound(Service& service, ConnectionNumber number, Front kind, net::Tcp::socket program);

  // `done` is called once, when nothing of it is left.
  void start(std::function<void()> done);
  // Sends what there is and closes; abort() does not wait for that.
  void close();
  void abort();
  // Stops reading from both ends, and goes on.
  void hold_off() {
    if (relay_ != nullptr) relay_->hold_off();
  }
  void go_on() {
    if (relay_ != nullptr) relay_->go_on();
  }

 private:
  // In the order in which they come.
  void start_redirected();
  void asked(std::expected<net::Socks5Request, SocksFront::NoRequest> request);
  void go_to(const Endpoint& target);
  void choose_route();
  bool leads_to_this_machine(const Link& link) const;
  void resolve_target();
  void connect_next();
  void connect_to(const Endpoint& address);
  void connected(net::Stream stream);
  void not_connected(const net::StreamFailure& failure);

  void wait_for_first_bytes();
  void watch(net::Tcp::socket& socket, void (Outbound::*heard)());
  void hear_program();
  void hear_target();
  void judge_first_bytes();
  bool limits_clear_text() const;
  void stop_watching();
  void pass_through(PassthroughReason reason);

  void translate();
  net::DialConfig dial_config();
  transport::DialPolicy prefer_v2();
  void dial_before_answer();
  void dialled(std::expected<net::Dialled, net::DialFailure> result);
  void dial_failed(const net::DialFailure& failure);
  void refuse_downgrade(const net::DialFailure& failure);
  void join(net::Dialled dialled);

  void answer(net::Socks5Reply reply, const Endpoint& bound = {});
  void refuse(Refusal why, std::string_view text, std::optional<net::Socks5Reply> reply = {});
  void finish(std::string_view text);
  std::optional<net::Socks5Proxy> upstream_for_login() const;
  Duration time_to_answer() const;

  Service& service_;
  const ConnectionNumber number_;
  const Front kind_;
  const std::shared_ptr<SocksFront> front_;
  net::Strand strand_;
  boost::asio::steady_timer timer_;
  std::function<void()> done_;

  Endpoint target_;
  std::string user_;  // the program's login, for the upstream's stream isolation
  std::string password_;
  Policy policy_ = Policy::kPreferV2;
  // Of the configuration with which it began: a second dial takes the same way.
  std::optional<net::Socks5Proxy> upstream_;
  TimePoint answer_by_;
  std::vector<Endpoint> addresses_;  // still to be tried, the next one last
  Endpoint address_;                 // the one being tried, or connected to
  bool answered_ = false;
  Link program_link_;
  std::optional<Link> dialled_link_;
  bool watching_ = false;
  std::optional<net::Stream> stream_;
  Bytes first_bytes_;
  protocol::Magic magic_{};
  bool remembered_v1_ = false;
  // Where downgrades are refused: what keeps the target from version 1, unless it is kNo.
  SpokeV2 spoke_v2_ = SpokeV2::kNo;

  std::shared_ptr<net::Dial> dial_;
  std::unique_ptr<SessionGate> gate_;
  std::shared_ptr<Relay> relay_;
  std::shared_ptr<Tunnel> tunnel_;
};

}  // namespace veilwire::proxy
