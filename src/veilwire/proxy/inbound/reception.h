// Where a peer waits that has connected and said nothing yet. What it costs there is a socket: a
// transport is made when its first byte has come, and only if the rates have room for it.
//
// For .cpp files: it names Asio.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "veilwire/limits/admission.h"
#include "veilwire/net/runtime.h"
#include "veilwire/net/tcp.h"

namespace veilwire::proxy {

class Reception {
 public:
  using Id = limits::Admission::Id;

  // Why a peer that waited was given up.
  enum class GivenUp : std::uint8_t {
    kGone,     // it has closed
    kGaveWay,  // for another one, being the one that had been silent longest
    kSilent,   // for longer than its time
  };

  // Each connection that arrives ends in one of the three, once; never from within arrive().
  struct Callbacks {
    std::function<void(Id, net::Tcp::socket)> spoke;
    std::function<void(Id, limits::Admittance)> refused;  // never kAdmitted
    std::function<void(Id, GivenUp)> given_up;
  };

  // `admission` must outlive it; it alone admits to it.
  Reception(net::Runtime& runtime, limits::Admission& admission, Callbacks callbacks);
  // Closes those who wait, and calls nobody.
  ~Reception();
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  // A peer has connected.
  void arrive(Id id, net::Tcp::socket socket);
  // Closes those who wait; given_up is called for each.
  void clear();

  std::size_t waiting_count() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace veilwire::proxy
