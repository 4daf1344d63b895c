#include "veilwire/net/connection.h"

#include <utility>

#include "veilwire/net/connection_state.h"
#include "veilwire/net/runtime.h"
#include "veilwire/net/stream.h"

namespace veilwire::net {

using transport::PushError;
using transport::Transport;

// -- The public side ------------------------------------------------------------------------------

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;

std::shared_ptr<Connection> Connection::make(std::unique_ptr<State> state) {
  return std::shared_ptr<Connection>(new Connection(std::move(state)));
}

std::shared_ptr<Connection> make_connection(Tcp::socket socket,
                                            std::unique_ptr<Transport> transport, ByteView first) {
  return Connection::make(std::make_unique<Connection::State>(make_driver(std::move(socket), first),
                                                              std::move(transport)));
}

Strand strand_of(Connection& connection) {
  return *connection.state().driver->state().socket.get_executor().target<Strand>();
}

void Connection::start(User& user) { start(std::shared_ptr<User>(std::shared_ptr<void>(), &user)); }

void Connection::start(std::shared_ptr<User> user) {
  // What the loop keeps alive: the connection, whose state is the driver's user, and its user.
  using Kept = std::pair<std::shared_ptr<Connection>, std::shared_ptr<User>>;
  state_->user = user.get();
  const auto kept = std::make_shared<Kept>(shared_from_this(), std::move(user));
  state_->driver->start(*state_->transport, std::shared_ptr<Driver::User>(kept, state_.get()));
}

std::expected<void, PushError> Connection::push(const protocol::MessageView& message) {
  return state_->pushed(state_->transport->push(now(), message));
}

std::expected<void, PushError> Connection::push_decoy(ByteView contents) {
  return state_->pushed(state_->transport->push_decoy(now(), contents));
}

void Connection::wants_room() {
  state_->room_wanted = true;
  state_->driver->flush();
}

void Connection::deadline_changed() { state_->driver->flush(); }
void Connection::pause_reading() { state_->driver->pause_reading(); }
void Connection::resume_reading() { state_->driver->resume_reading(); }
void Connection::release(const transport::Event& event) { state_->release(event); }

Connection::Parts Connection::take_apart() {
  state_->driver->state().machine = nullptr;
  return {std::move(state_->driver), std::move(state_->transport)};
}

void Connection::close() { state_->driver->close(); }
void Connection::abort() { state_->driver->abort(); }

void Connection::post(std::function<void()> work) {
  state_->driver->post([self = shared_from_this(), work = std::move(work)] { work(); });
}

const Transport& Connection::transport() const { return *state_->transport; }
transport::Info Connection::info() const { return state_->transport->info(); }
bool Connection::peer_has_ended() const { return state_->driver->peer_has_ended(); }
const Endpoint& Connection::remote() const { return state_->driver->remote(); }
const Endpoint& Connection::local() const { return state_->driver->local(); }
ByteView Connection::first_bytes() const { return state_->driver->first_bytes(); }
std::uint64_t Connection::bytes_read() const { return state_->driver->bytes_read(); }
std::uint64_t Connection::bytes_written() const { return state_->driver->bytes_written(); }

// -- Between the driver and the user --------------------------------------------------------------

bool Connection::State::take_event(TimePoint now) {
  const auto event = held_event ? std::exchange(held_event, std::nullopt) : transport->poll_event();
  if (!event) return false;
  user->on_event(now, *event);
  return true;
}

void Connection::State::on_written(TimePoint now) {
  if (!room_wanted) return;
  // Before the handshake is done the queue is bounded by messages as well.
  if (transport->unsent_bytes() > kSendRoomBytes || !transport->info().handshake_duration) return;
  room_wanted = false;
  user->on_send_room(now);
}

void Connection::State::on_end(EndReason reason, const std::string& system_error) {
  const auto fault = reason == EndReason::kFault ? transport->fault() : std::nullopt;
  user->on_end({reason, fault, system_error});
}

std::expected<void, PushError> Connection::State::pushed(std::expected<void, PushError> how) {
  if (how) {
    driver->flush();
  } else if (how.error() == PushError::kQueueFull) {
    room_wanted = true;
  }
  return how;
}

void Connection::State::release(const transport::Event& event) {
  held_event = event;
  if (auto* const established = std::get_if<transport::Established>(&*held_event)) {
    const ByteView contents = established->version_contents;
    held_contents.assign(contents.begin(), contents.end());
    established->version_contents = held_contents;
  }
  user = nullptr;
  driver->release();
}

}  // namespace veilwire::net
