#include "veilwire/net/connection.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "veilwire/base/deadline.h"
#include "veilwire/net/connection_state.h"
#include "veilwire/net/runtime.h"
#include "veilwire/net/stream.h"

namespace veilwire::net {

using transport::Transport;

// -- The public side ------------------------------------------------------------------------------

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;

std::shared_ptr<Connection> Connection::make(std::unique_ptr<State> state) {
  const std::shared_ptr<Connection> made(new Connection(std::move(state)));
  made->state_->weak_self = made;
  return made;
}

std::shared_ptr<Connection> make_connection(Tcp::socket socket,
                                            std::unique_ptr<Transport> transport, ByteView first) {
  auto made = Connection::make(
      std::make_unique<Connection::State>(std::move(socket), std::move(transport)));
  made->state().hold_back(first);
  return made;
}

Strand strand_of(Connection& connection) {
  return *connection.state().socket.get_executor().target<Strand>();
}

void Connection::start(User& user) {
  state_->set_user(user);
  // Not from within: the caller is done with its own call before the first event comes.
  post([this] { state_->start(); });
}

void Connection::start(std::shared_ptr<User> user) {
  state_->set_user(*user);
  state_->user_owner = user;
  post([this, user = std::move(user)] { state_->start(); });
}

std::expected<void, transport::PushError> Connection::push(const protocol::MessageView& message) {
  return state_->pushed(state_->transport->push(now(), message));
}

std::expected<void, transport::PushError> Connection::push_decoy(ByteView contents) {
  return state_->pushed(state_->transport->push_decoy(now(), contents));
}

void Connection::wants_room() {
  state_->room_wanted = true;
  state_->pump();
}

void Connection::pause_reading() { state_->reading_paused = true; }

void Connection::resume_reading() {
  state_->reading_paused = false;
  state_->pump();
}

void Connection::release(const transport::Event& event) { state_->release_user(event); }

void Connection::close() {
  if (state_->closing == State::Closing::kNo) state_->closing = State::Closing::kSending;
  state_->pump();
}

void Connection::abort() { state_->end({EndReason::kOurs}); }

void Connection::post(std::function<void()> work) {
  boost::asio::post(state_->socket.get_executor(),
                    [self = shared_from_this(), work = std::move(work)] { work(); });
}

const Transport& Connection::transport() const { return *state_->transport; }
transport::Info Connection::info() const { return state_->transport->info(); }
const Endpoint& Connection::remote() const { return state_->remote; }
const Endpoint& Connection::local() const { return state_->local; }

ByteView Connection::first_bytes() const {
  return ByteView(state_->first_bytes)
      .first(std::min<std::size_t>(state_->bytes_read, state_->first_bytes.size()));
}

// -- Bytes in -------------------------------------------------------------------------------------

namespace {

// One read buffer a thread: an idle connection has none. Another is made where a connection is read
// while the bytes of one beside it on its strand are being delivered, whose user pushes to it.
class ReadBuffer {
 public:
  ReadBuffer() : bytes_(std::exchange(spare(), {})) { bytes_.resize(kReadBytes); }
  ~ReadBuffer() { spare() = std::move(bytes_); }
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;

  std::size_t read_from(Tcp::socket& socket, ErrorCode& error) {
    return socket.read_some(boost::asio::buffer(bytes_), error);
  }
  ByteView first(std::size_t count) const { return ByteView(bytes_).first(count); }

 private:
  static Bytes& spare() {
    thread_local Bytes spare;
    return spare;
  }

  Bytes bytes_;
};

bool is_later(const ErrorCode& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again ||
         error == boost::asio::error::interrupted;
}

}  // namespace

Connection::State::State(Tcp::socket connected, std::unique_ptr<Transport> with)
    : socket(std::move(connected)),
      transport(std::move(with)),
      remote(remote_of(socket)),
      local(local_of(socket)),
      timer_(socket.get_executor()) {
  ErrorCode error;
  socket.non_blocking(true, error);
  socket.set_option(Tcp::no_delay(true), error);
}

void Connection::State::note_first_bytes(ByteView bytes) {
  if (bytes_read < first_bytes.size()) {
    const std::size_t count = std::min<std::size_t>(bytes.size(), first_bytes.size() - bytes_read);
    std::copy_n(bytes.begin(), count,
                first_bytes.begin() + static_cast<std::ptrdiff_t>(bytes_read));
  }
  bytes_read += bytes.size();
}

// `at_eof`: what the end of the peer's bytes means.
void Connection::State::read_some(const ErrorCode& at_eof) {
  if (closing == Closing::kLingering) return discard_input();
  ErrorCode error;
  ReadBuffer buffer;
  const std::size_t count = buffer.read_from(socket, error);
  if (is_later(error)) return;
  if (error) return end_by(error == boost::asio::error::eof ? at_eof : error);
  const ByteView bytes = buffer.first(count);
  note_first_bytes(bytes);
  const TimePoint time = now();
  const ByteView rest = feed(time, bytes);
  held_back_.assign(rest.begin(), rest.end());
  if (user != nullptr && !ended) user->on_read(time);
}

// Until the peer has seen our end, so that no reset overtakes what we sent last.
void Connection::State::discard_input() {
  ErrorCode error;
  ReadBuffer buffer;
  buffer.read_from(socket, error);
  if (error && !is_later(error)) end({EndReason::kOurs});
}

bool Connection::State::may_deliver() const {
  return user != nullptr && !ended && !reading_paused && closing == Closing::kNo;
}

// What is held back comes first.
bool Connection::State::wants_bytes() const { return may_deliver() && held_back_.empty(); }

void Connection::State::deliver_events(TimePoint now) {
  while (may_deliver()) {
    const auto event =
        held_event_ ? std::exchange(held_event_, std::nullopt) : transport->poll_event();
    if (!event) return;
    user->on_event(now, *event);
  }
}

// Returns what is to be held back.
ByteView Connection::State::feed(TimePoint now, ByteView bytes) {
  deliver_events(now);
  while (!bytes.empty() && may_deliver() && !transport->fault()) {
    bytes = bytes.subspan(transport->feed(now, bytes));
    deliver_events(now);
    if (transport->reading_paused()) break;
  }
  return closing == Closing::kNo && !ended ? bytes : ByteView();
}

void Connection::State::feed_held_back(TimePoint now) {
  if (held_back_.empty() || transport->reading_paused()) return deliver_events(now);
  if (!may_deliver()) return;
  Bytes bytes = std::exchange(held_back_, {});
  const ByteView rest = feed(now, ByteView(bytes).subspan(held_back_taken_));
  held_back_taken_ = rest.empty() ? 0 : bytes.size() - rest.size();
  if (!rest.empty()) held_back_ = std::move(bytes);
}

void Connection::State::hold_back(ByteView bytes) {
  note_first_bytes(bytes);
  held_back_.assign(bytes.begin(), bytes.end());
}

// -- Bytes out ------------------------------------------------------------------------------------

void Connection::State::write_some() {
  while (!write_armed_ && !ended && closing != Closing::kLingering) {
    const ByteView bytes = transport->bytes_to_send();
    if (bytes.empty()) return;
    ErrorCode error;
    const std::size_t count =
        socket.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (is_later(error)) return arm_write();
    if (error) return end_after_last_words(error);
    bytes_written += count;
    transport->mark_sent(count);
  }
}

std::expected<void, transport::PushError> Connection::State::pushed(
    std::expected<void, transport::PushError> how) {
  if (how) {
    pump();
  } else if (how.error() == transport::PushError::kQueueFull) {
    room_wanted = true;
  }
  return how;
}

// What the peer said before it went can still be read. A reset that the write was told of is not
// told again: what was read then just ends. A broken pipe is what follows an end in order.
void Connection::State::end_after_last_words(const ErrorCode& error) {
  const bool in_order = error == boost::asio::error::broken_pipe;
  for (bool more = true; more && wants_bytes();) {
    const std::uint64_t before = bytes_read;
    read_some(in_order ? boost::asio::error::eof : error);
    more = bytes_read != before;
  }
  end_by(error);
}

void Connection::State::offer_room(TimePoint now) {
  if (!room_wanted || user == nullptr || ended || closing != Closing::kNo) return;
  // Before the handshake is done the queue is bounded by messages as well.
  const transport::Info info = transport->info();
  if (!info.handshake_duration || info.unsent_bytes > kSendRoomBytes) return;
  room_wanted = false;
  user->on_send_room(now);
}

void Connection::State::go_on_closing() {
  if (closing == Closing::kNo || ended) return;
  if (!close_at_) close_at_ = now() + kCloseTimeout;
  if (closing == Closing::kSending && transport->bytes_to_send().empty()) {
    closing = Closing::kLingering;
    close_at_ = now() + kCloseLinger;
    ErrorCode error;
    socket.shutdown(Tcp::socket::shutdown_send, error);
    if (error) end({EndReason::kOurs});
  }
}

// -- The turn -------------------------------------------------------------------------------------

void Connection::State::pump() {
  if (pumping_) {
    pump_again_ = true;
    return;
  }
  const auto keep = weak_self.lock();
  pumping_ = true;
  do {
    pump_again_ = false;
    pump_once(now());
  } while (pump_again_ && !ended);
  pumping_ = false;
  if (!ended) arm();
}

void Connection::State::pump_once(TimePoint now) {
  if (ended) return;
  feed_held_back(now);
  write_some();
  offer_room(now);
  go_on_closing();
  if (const auto fault = transport->fault(); fault && !ended) end({EndReason::kFault, fault});
}

void Connection::State::on_readable() {
  read_armed_ = false;
  if (ended) return;
  pumping_ = true;  // what the user pushes meanwhile is written together, below
  if (wants_bytes() || closing == Closing::kLingering) read_some(boost::asio::error::eof);
  pumping_ = false;
  pump();
}

void Connection::State::on_writable() {
  write_armed_ = false;
  pump();
}

void Connection::State::on_timer() {
  timer_at_.reset();
  if (ended || user == nullptr) return;
  const TimePoint time = now();
  if (close_at_ && *close_at_ <= time) return end({EndReason::kOurs});
  pumping_ = true;
  if (const auto at = transport->next_deadline(); at && *at <= time) transport->on_deadline(time);
  if (user != nullptr && !ended) {
    if (const auto at = user->next_deadline(); at && *at <= time) user->on_deadline(time);
  }
  pumping_ = false;
  pump();
}

// -- Waiting --------------------------------------------------------------------------------------

void Connection::State::arm() {
  if (user == nullptr) return;
  arm_read();
  arm_timer();
}

void Connection::State::arm_read() {
  if (read_armed_ || (closing != Closing::kLingering && !wants_bytes())) return;
  read_armed_ = true;
  socket.async_wait(Tcp::socket::wait_read, [weak = weak_self, this](const ErrorCode&) {
    if (const auto keep = weak.lock()) on_readable();
  });
}

void Connection::State::arm_write() {
  write_armed_ = true;
  socket.async_wait(Tcp::socket::wait_write, [weak = weak_self, this](const ErrorCode&) {
    if (const auto keep = weak.lock()) on_writable();
  });
}

std::optional<TimePoint> Connection::State::next_deadline() const {
  const auto first = earlier(transport->next_deadline(), close_at_);
  return user == nullptr ? first : earlier(first, user->next_deadline());
}

// A deadline that has moved back leaves the timer as it is: it then fires once in vain, which is
// cheaper than setting it anew for every message.
void Connection::State::arm_timer() {
  const TimePoint at = next_deadline().value_or(TimePoint::max());
  if (timer_at_ && *timer_at_ <= at) return;
  timer_at_ = at;
  auto wait = [keep = weak_self.lock(), owner = user_owner.lock(), this](const ErrorCode& error) {
    if (!error) on_timer();
  };
  timer_.expires_at(std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(at.time_since_epoch())));
  timer_.async_wait(std::move(wait));
}

// -- The end --------------------------------------------------------------------------------------

void Connection::State::end_by(const ErrorCode& error) {
  if (error == boost::asio::error::eof) return end({EndReason::kPeerClosed});
  if (error == boost::asio::error::connection_reset || error == boost::asio::error::broken_pipe) {
    return end({EndReason::kPeerReset});
  }
  end({EndReason::kSystem, std::nullopt, error.message()});
}

void Connection::State::end(End with) {
  if (ended) return;
  ended = true;
  end_ = std::move(with);
  ErrorCode ignored;
  socket.close(ignored);
  timer_.cancel();
  boost::asio::post(socket.get_executor(),
                    [keep = weak_self.lock(), owner = user_owner.lock(), this] { tell_end(); });
}

void Connection::State::tell_end() {
  user_owner.reset();
  if (User* const last = std::exchange(user, nullptr)) last->on_end(end_);
}

void Connection::State::set_user(User& next) { user = &next; }

void Connection::State::start() { ended ? tell_end() : pump(); }

void Connection::State::release_user(const transport::Event& event) {
  held_event_ = event;
  if (auto* const established = std::get_if<transport::Established>(&*held_event_)) {
    const ByteView contents = established->version_contents;
    held_contents_.assign(contents.begin(), contents.end());
    established->version_contents = held_contents_;
  }
  user = nullptr;
  user_owner.reset();
  timer_.cancel();
  timer_at_.reset();
}

}  // namespace veilwire::net
