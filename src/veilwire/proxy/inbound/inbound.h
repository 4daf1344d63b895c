// One connection from the network for the local program: the peer's handshake in whichever version
// it speaks, then a version 1 connection to the program, and messages translated between the two.
//
//   peer -> Responder -> established -> dial the program -> relay
//
// For .cpp files: it names Asio.
#pragma once

#include <functional>
#include <memory>

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
  void hold_off(Side from) {
    if (relayed_ != nullptr) relayed_->hold_off(from);
  }
  void go_on(Side from) {
    if (relayed_ != nullptr) relayed_->go_on(from);
  }

  void on_event(TimePoint now, const transport::Event& event) override;
  void on_end(const net::End& end) override;

 private:
  void dial_program();
  void program_connected(net::Stream stream);
  void finish(std::string_view text);

  Service& service_;
  const ConnectionNumber number_;
  std::shared_ptr<net::Connection> peer_;
  const Endpoint peer_address_;
  const Endpoint program_;
  const SourceAddress source_;
  const Policy policy_;
  Callbacks callbacks_;
  std::shared_ptr<net::Dial> dial_;
  std::shared_ptr<Relayed> relayed_;
};

}  // namespace veilwire::proxy
