// One connection that the local program asks for: SOCKS5, the dial, and then either messages
// translated to what the target speaks, or bytes carried untouched.
//
//   Asking -> Resolving -> Connecting -> Hearing -> Dialling -> Relaying -> Over
//                                |          |           ^
//                                |          +-> Tunnelling (not version 1)
//                                +----------------------+  (no passthrough: the handshake comes
//                                                           before the answer)
//
// The program is watched from its request until its bytes are handed on: where it leaves before
// that, nothing more is dialled or sent for it. What may be said in version 1, and to whom, is
// DowngradeGuard's to decide.
//
// For .cpp files: it names Asio.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "veilwire/net/stream.h"
#include "veilwire/proxy/carriage/first_words.h"
#include "veilwire/proxy/carriage/relayed.h"
#include "veilwire/proxy/carriage/tunnel.h"
#include "veilwire/proxy/downgrade/guard.h"
#include "veilwire/proxy/outbound/program_watch.h"
#include "veilwire/proxy/outbound/socks_front.h"
#include "veilwire/proxy/outbound/way.h"
#include "veilwire/proxy/service.h"

namespace veilwire::proxy {

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
  // Stops reading from one end, and goes on.
  void hold_off(Side from);
  void go_on(Side from);

 private:
  // -- The states, and what each has for itself ---------------------------------------------------

  struct Asking {};  // which target: the program has not said it
  struct Resolving {};
  struct Connecting {
    std::shared_ptr<net::Dial> dial;
  };
  struct Hearing {  // connected, and the first words are awaited
    net::Stream stream;
    FirstWords words;
  };
  struct Dialling {  // a handshake, and perhaps a second dial
    DowngradeGuard guard;
    protocol::Magic magic;
    std::shared_ptr<net::Dial> dial{};
  };
  struct Relaying {
    std::shared_ptr<Relayed> relayed;
  };
  struct Tunnelling {
    std::shared_ptr<Tunnel> tunnel;
  };
  struct Over {};
  using State =
      std::variant<Asking, Resolving, Connecting, Hearing, Dialling, Relaying, Tunnelling, Over>;

  template <typename S>
  S* in() {
    return std::get_if<S>(&state_);
  }
  bool is_over() const { return std::holds_alternative<Over>(state_); }

  // -- In the order in which they come ------------------------------------------------------------

  void start_redirected();
  void asked(std::expected<net::Socks5Request, SocksFront::NoRequest> request);
  void go(const net::Socks5Request& request, Bytes first_bytes);
  void resolve();
  void connect_next();
  void connect();
  void connected(net::Stream stream);
  void not_connected(const net::StreamFailure& failure);
  std::function<void(const Endpoint& from, const Endpoint& to)> begun();
  void dials(std::optional<FourTuple> tuple);
  bool has_come_back() const;

  void hear(net::Stream stream);
  void wait_for_target();
  void target_said();
  void wait_for_deadline();
  void decide(FirstWords::Decision decision);
  void judge(PassthroughReason reason);
  void pass_through(PassthroughReason reason);

  void translate();
  void dial_before_answer();
  net::DialConfig dial_config(const DialPlan& plan, const protocol::Magic& magic);
  void dialled(std::expected<net::Dialled, net::DialFailure> result);
  void dial_failed(const net::DialFailure& failure);
  void join(net::Dialled dialled);

  // -- What the program does meanwhile ------------------------------------------------------------

  void program_said();
  void program_left();
  void leave(TryEnd end);

  void answer(net::Socks5Reply reply, const Endpoint& bound = {});
  void refuse(Refusal why, std::string_view text, std::optional<net::Socks5Reply> reply = {});
  void refuse(const NoWay& obstacle) { refuse(obstacle.why, obstacle.text, obstacle.reply); }
  void finish(std::string_view text);

  DowngradeGuard guard() { return DowngradeGuard(service_.facts_of(way_.target(), way_.policy())); }

  // What it has from its beginning to its end.
  Service& service_;
  const ConnectionNumber number_;
  const Front kind_;
  const std::shared_ptr<SocksFront> front_;
  net::Strand strand_;
  std::function<void()> done_;
  FourTuple program_tuple_;
  std::optional<FourTuple> dialled_tuple_;

  // From the request on.
  Way way_;
  std::shared_ptr<ProgramWatch> watch_;
  bool answered_ = false;

  State state_;
  boost::asio::steady_timer timer_;  // for the state's deadline
};

}  // namespace veilwire::proxy
