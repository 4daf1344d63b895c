#include "load_end.h"

#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>
#include <string>

namespace veilwire::bench {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

}  // namespace

LoadEnd::LoadEnd(Loop& loop, Socket socket, std::unique_ptr<transport::Transport> transport)
    : loop_(loop), socket_(std::move(socket)), transport_(std::move(transport)) {
  loop_.add(socket_, *this);
  take_events();
}

LoadEnd::~LoadEnd() {
  if (!ended_) loop_.remove(socket_);
}

void LoadEnd::send(const protocol::MessageView& message) {
  queue(message);
  flush();
}

void LoadEnd::queue(const protocol::MessageView& message) {
  const auto pushed = transport_->push(now(), message);
  if (!pushed) throw std::runtime_error("cannot send " + std::string(message.type.name()));
}

void LoadEnd::flush() {
  while (!ended_) {
    const ByteView bytes = transport_->bytes_to_send();
    if (bytes.empty()) break;
    const ssize_t count = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != ENOTCONN) return end();
    if (count < 0) {
      if (!waits_to_write_) loop_.set_interest(socket_, *this, {.write = true});
      waits_to_write_ = true;
      return;
    }
    transport_->mark_sent(static_cast<std::size_t>(count));
  }
  if (waits_to_write_ && !ended_) loop_.set_interest(socket_, *this, {});
  waits_to_write_ = false;
}

void LoadEnd::on_ready() {
  read();
  if (ended_) return;
  flush();
  draw();
}

void LoadEnd::set_source(std::function<bool()> source) {
  source_ = std::move(source);
  draw();
}

void LoadEnd::draw() {
  while (!ended_ && !waits_to_write_ && source_ && source_()) {
  }
}

void LoadEnd::read() {
  static Bytes buffer(kReadBytes);
  const ssize_t count = ::recv(socket_.fd(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
  if (count <= 0) return end();
  take(ByteView(buffer).first(static_cast<std::size_t>(count)));
}

void LoadEnd::take(ByteView bytes) {
  while (!bytes.empty() && !transport_->fault()) {
    bytes = bytes.subspan(transport_->feed(now(), bytes));
    take_events();
  }
  if (transport_->fault()) end();
}

void LoadEnd::take_events() {
  while (const auto event = transport_->poll_event()) {
    established_ = true;
    const auto* message = std::get_if<transport::MessageReceived>(&*event);
    if (message != nullptr && on_message_) {
      on_message_(message->type.kind(), message->payload);
    }
  }
}

void LoadEnd::end() {
  ended_ = true;
  loop_.remove(socket_);
  socket_ = Socket();
}

}  // namespace veilwire::bench
