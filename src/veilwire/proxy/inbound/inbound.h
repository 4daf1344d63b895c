// One connection from the network for the local program: the peer's handshake in whichever version
// it speaks, then a version 1 connection to the program, and messages translated between the two.
//
//   peer -> Responder -> established -> dial the program -> relay
//
// For .cpp files: it names Asio.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <variant>

#include "veilwire/net/stream.h"
#include "veilwire/proxy/carriage/relayed.h"
#include "veilwire/proxy/inbound/source_address.h"
#include "veilwire/proxy/service.h"

namespace veilwire::proxy {

class Inbound final : public net::Connection::User, public std::enable_shared_from_this<Inbound> {
 public:
  struct Callbacks {
    std::function<void()> handshake_done;  // it has succeeded or failed
    std::function<void()> done;            // nothing is left of it
  };

  // `peer` was accepted and is not started; `program` is where the local program listens. `service`
  // must outlive it.
  Inbound(Service& service, ConnectionNumber number, std::shared_ptr<net::Connection> peer,
          const Endpoint& program, SourceAddress source);

  void start(Callbacks callbacks);
  // Sends what there is and closes; abort() does not wait for that.
  void close();
  void abort();
  // Stops reading from one end, and goes on.
  void hold_off(Side from);
  void go_on(Side from);

  void on_event(TimePoint now, const transport::Event& event) override;
  void on_end(const net::End& end) override;

 private:
  // -- The states, and what each has for itself ---------------------------------------------------

  struct Handshaking {
    std::shared_ptr<net::Connection> peer;
    std::function<void()> done;
  };
  struct Dialling {  // the program, while the peer waits
    std::shared_ptr<net::Connection> peer;
    std::shared_ptr<net::Dial> dial;
  };
  struct Relaying {
    std::shared_ptr<Relayed> relayed;
  };
  struct Over {};
  using State = std::variant<Handshaking, Dialling, Relaying, Over>;

  std::shared_ptr<net::Connection> handshake_ended();
  void dial_program(std::shared_ptr<net::Connection> peer);
  void program_connected(net::Stream stream);
  void program_unreachable(const net::StreamFailure& failure);
  void finish(std::string_view text);

  // What it has from its beginning to its end.
  Service& service_;
  const ConnectionNumber number_;
  const Endpoint peer_address_;
  const Endpoint program_;
  const SourceAddress source_;
  const Policy policy_;
  std::function<void()> done_;

  State state_;
};

}  // namespace veilwire::proxy
