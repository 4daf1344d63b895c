// What a connection is made of. For .cpp files of this folder only: it names Asio.
#pragma once

#include "veilwire/net/connection.h"
#include "veilwire/net/driver_state.h"

namespace veilwire::net {

// The driver's user: the transport's own words between it and the connection's user.
struct Connection::State final : Driver::User {
  State(std::shared_ptr<Driver> by, std::unique_ptr<transport::Transport> with)
      : driver(std::move(by)), transport(std::move(with)) {}

  bool take_event(TimePoint now) override;
  std::size_t read_limit() const override { return user->read_limit(); }
  void on_read(TimePoint now) override { user->on_read(now); }
  void on_written(TimePoint now) override;
  std::optional<TimePoint> next_deadline() const override { return user->next_deadline(); }
  void on_deadline(TimePoint now) override { user->on_deadline(now); }
  void on_end(EndReason reason, const std::string& system_error) override;

  // After a push that went as `how` says.
  std::expected<void, transport::PushError> pushed(std::expected<void, transport::PushError> how);
  // `event` is what the next user gets first.
  void release(const transport::Event& event);

  std::shared_ptr<Driver> driver;
  std::unique_ptr<transport::Transport> transport;
  Connection::User* user = nullptr;
  bool room_wanted = false;
  std::optional<transport::Event> held_event;
  Bytes held_contents;  // what held_event points at
};

}  // namespace veilwire::net
