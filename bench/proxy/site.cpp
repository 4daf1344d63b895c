#include "site.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "bare_relay.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/version.h"

namespace veilwire::bench {

using transport::Role;
using transport::V1Transport;

namespace {

constexpr std::size_t kReadyKeys = 256;

protocol::OwnedMessage version_message() {
  wire::Version version{.protocol_version = 70016, .services = protocol::kNodeNetwork};
  version.user_agent = "/proxy_load:1/";
  return wire::build(version);
}

std::string new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "proxy_load.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot make " + name);
  }
  return name;
}

}  // namespace

// -- Our listeners --------------------------------------------------------------------------------

Site::Door::Door(Loop& in, MakeTransport make)
    : loop(in), make_transport(std::move(make)), listener(listen_at({})) {
  loop.add(listener, *this);
}

void Site::Door::on_ready() {
  Socket socket = accept_from(listener);
  if (socket.fd() >= 0)
    latest = std::make_unique<LoadEnd>(loop, std::move(socket), make_transport());
}

// -- The processes --------------------------------------------------------------------------------

Site::Site(const std::string& proxy_binary, const std::string& limits)
    : keys_(entropy_, kReadyKeys),
      peers_(loop_,
             [this] {
               return std::make_unique<transport::Responder>(transport::V2Config{}, keys_, entropy_,
                                                             now());
             }),
      programs_(loop_,
                [] {
                  return std::make_unique<V1Transport>(Role::kResponder, transport::V1Config{},
                                                       now());
                }),
      folder_(new_folder()),
      socks_{.port = free_port()},
      inbound_{.port = free_port()} {
  const Socket relay_listener = listen_at({});
  relay_place_ = place_of(relay_listener);
  const Place peer_place = place_of(peers_.listener);
  relay_.emplace([&] { run_bare_relay(relay_listener, peer_place); });
  proxy_.emplace(std::vector<std::string>{proxy_binary, "proxy", "--config", write_config(limits)},
                 folder_ + "/log");
  wait_for_proxy();
  keys_.refill(kReadyKeys);
}

Site::~Site() {
  proxy_.reset();
  relay_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Site::write_config(const std::string& limits) const {
  const std::string path = folder_ + "/proxy.toml";
  std::ofstream(path) << "listen = \"" << text_of(socks_) << "\"\n"
                      << "inbound = \"" << text_of(inbound_) << "="
                      << text_of(place_of(programs_.listener)) << "\"\n"
                      << "downgrade_file = \"" << folder_ << "/spoke-v2.sqlite\"\n"
                      << "[limits]\n"
                      << limits;
  return path;
}

// The inbound port is the last that it opens.
void Site::wait_for_proxy() {
  const TimePoint give_up_at = now() + kPatience;
  while (proxy_->runs() && now() < give_up_at) {
    try {
      connect_to(inbound_);
      return;
    } catch (const std::system_error&) {
      loop_.turn(std::chrono::milliseconds(10));
    }
  }
  std::ostringstream log;
  log << std::ifstream(folder_ + "/log").rdbuf();
  throw std::runtime_error("the proxy did not start: " + log.str());
}

// -- Connections ----------------------------------------------------------------------------------

std::unique_ptr<LoadEnd> Site::connect_program(Way way) {
  Socket socket = connect_to(way == Way::kOutbound ? socks_ : relay_place_);
  if (way == Way::kOutbound) ask_socks5(socket, place_of(peers_.listener));
  stop_blocking(socket);
  return std::make_unique<LoadEnd>(
      loop_, std::move(socket),
      std::make_unique<V1Transport>(Role::kInitiator, transport::V1Config{}, now()));
}

std::unique_ptr<LoadEnd> Site::begin_inbound(std::uint32_t from_host) {
  auto end = std::make_unique<LoadEnd>(
      loop_, begin_connect({.host = from_host}, inbound_),
      std::make_unique<transport::V2Transport>(Role::kInitiator, transport::V2Config{}, keys_,
                                               entropy_, now()));
  end->flush();
  return end;
}

std::unique_ptr<LoadEnd> Site::accepted_by(Door& door) {
  loop_.turn_until([&] { return door.latest != nullptr; }, "a connection from the proxy");
  return std::move(door.latest);
}

// `first` dialled, and has sent its `version`.
void Site::introduce(LoadEnd& first, LoadEnd& second) {
  int said = 0;
  second.set_on_message([&](protocol::MessageKind kind, ByteView) {
    ++said;
    if (kind != wire::Version::kKind) return;
    second.send(version_message());
    second.send(wire::build(wire::Verack{}));
  });
  first.set_on_message([&](protocol::MessageKind kind, ByteView) {
    ++said;
    if (kind == wire::Version::kKind) first.send(wire::build(wire::Verack{}));
  });
  loop_.turn_until([&] { return said == 4 || first.ended() || second.ended(); }, "`verack`");
  if (said != 4) throw std::runtime_error("the proxy ended a connection");
  first.set_on_message({});
  second.set_on_message({});
}

Pair Site::open(Way way) {
  Pair pair;
  if (way == Way::kInbound) {
    pair.peer = begin_inbound(1);
    pair.peer->send(version_message());
    pair.program = accepted_by(programs_);
    introduce(*pair.peer, *pair.program);
  } else {
    pair.program = connect_program(way);
    pair.program->send(version_message());
    pair.peer = accepted_by(peers_);
    introduce(*pair.program, *pair.peer);
  }
  return pair;
}

}  // namespace veilwire::bench
