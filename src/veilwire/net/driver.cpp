#include "veilwire/net/driver.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "veilwire/base/deadline.h"
#include "veilwire/net/driver_state.h"
#include "veilwire/net/runtime.h"

namespace veilwire::net {

// -- The public side ------------------------------------------------------------------------------

Driver::Driver(std::unique_ptr<State> state) : state_(std::move(state)) {}
Driver::~Driver() = default;

std::shared_ptr<Driver> make_driver(Tcp::socket socket, ByteView first_bytes) {
  auto made = std::make_shared<Driver>(std::make_unique<Driver::State>(std::move(socket)));
  made->state().self = made;
  made->state().hold_back(first_bytes);
  return made;
}

void Driver::start(ByteMachine& machine, std::shared_ptr<User> user) {
  state_->start(machine, std::move(user));
}

void Driver::release() { state_->release(); }
void Driver::flush() { state_->flush(); }
void Driver::pause_reading() { state_->reading_paused = true; }

void Driver::resume_reading() {
  if (std::exchange(state_->reading_paused, false)) state_->ask_for_turn();
}

void Driver::close() { state_->begin_to_close(); }
void Driver::abort() { state_->end(EndReason::kOurs); }

void Driver::post(std::function<void()> work) {
  boost::asio::post(state_->socket.get_executor(),
                    [self = shared_from_this(), work = std::move(work)] { work(); });
}

bool Driver::is_closing() const { return state_->closing != State::Closing::kNo; }

bool Driver::peer_has_ended() const {
  pollfd socket{.fd = state_->socket.native_handle(), .events = POLLRDHUP, .revents = 0};
  return state_->ended || ::poll(&socket, 1, 0) != 0;
}

const Endpoint& Driver::remote() const { return state_->remote; }
const Endpoint& Driver::local() const { return state_->local; }
std::uint64_t Driver::bytes_read() const { return state_->bytes_read; }
std::uint64_t Driver::bytes_written() const { return state_->bytes_written; }

ByteView Driver::first_bytes() const {
  return ByteView(state_->first_bytes)
      .first(std::min<std::size_t>(state_->bytes_read, state_->first_bytes.size()));
}

// -- Start and end --------------------------------------------------------------------------------

Driver::State::State(Tcp::socket connected)
    : socket(std::move(connected)),
      remote(remote_of(socket)),
      local(local_of(socket)),
      timer_(socket.get_executor()) {
  ErrorCode error;
  socket.non_blocking(true, error);
  socket.set_option(Tcp::no_delay(true), error);
}

// Not from within: the caller is done with its own call before anything comes. A turn that is posted
// already holds the user before this one.
void Driver::State::start(ByteMachine& with, std::shared_ptr<User> by) {
  machine = &with;
  user = by.get();
  user_owner = by;
  boost::asio::post(socket.get_executor(), [held = hold(), this] { ended ? tell_end() : turn(); });
}

void Driver::State::release() {
  if (step_ == Step::kNone) machine = nullptr;
  user = nullptr;
  user_owner.reset();
  // What waits holds the user that was.
  timer_.cancel();
  timer_at_.reset();
  ErrorCode ignored;
  socket.cancel(ignored);
}

void Driver::State::begin_to_close() {
  if (closing == Closing::kNo) closing = Closing::kSending;
  ask_for_turn();
}

void Driver::State::end(EndReason why, std::string error) {
  if (ended) return;
  ended = true;
  end_reason_ = why;
  end_error_ = std::move(error);
  ErrorCode ignored;
  socket.close(ignored);
  timer_.cancel();
  boost::asio::post(socket.get_executor(), [held = hold(), this] { tell_end(); });
}

void Driver::State::end_by(const ErrorCode& error) {
  if (error == boost::asio::error::eof) return end(EndReason::kPeerClosed);
  if (error == boost::asio::error::connection_reset || error == boost::asio::error::broken_pipe) {
    return end(EndReason::kPeerReset);
  }
  end(EndReason::kSystem, error.message());
}

void Driver::State::tell_end() {
  if (User* const last = std::exchange(user, nullptr)) last->on_end(end_reason_, end_error_);
  machine = nullptr;
}

// -- The turn -------------------------------------------------------------------------------------

void Driver::State::turn() {
  if (!runs()) return;
  const auto held = hold();
  const TimePoint time = now();
  step_ = Step::kReading;
  turn_wanted_ = false;
  feeds_left_ = kTurnFeeds;
  keep_deadlines(time);
  if (runs()) feed_held_back(time);
  if (runs()) read(time);
  step_ = Step::kWriting;
  // Also where the user was taken away: the machine's last word in a handshake must not wait for the
  // next one.
  if (!ended && machine != nullptr) write();
  if (runs() && closing == Closing::kNo) user->on_written(time);
  if (runs()) go_on_closing(time);
  if (runs()) look_for_the_end();
  step_ = Step::kNone;
  if (user == nullptr) machine = nullptr;
  if (runs()) arm();
}

void Driver::State::look_for_the_end() {
  if (machine->has_stopped()) return end(EndReason::kFault);
  // Nobody hears the peer's last words.
  if (write_error_ && (!may_take() || machine->reading_paused())) end_by(write_error_);
}

void Driver::State::keep_deadlines(TimePoint now) {
  if (close_at_ && *close_at_ <= now) return end(EndReason::kOurs);
  if (const auto at = machine->next_deadline(); at && *at <= now) machine->on_deadline(now);
  if (closing != Closing::kNo) return;
  if (const auto at = user->next_deadline(); at && *at <= now) user->on_deadline(now);
}

void Driver::State::go_on_closing(TimePoint now) {
  if (closing == Closing::kNo) return;
  if (!close_at_) close_at_ = deadline_after(now, kCloseTimeout);
  if (closing != Closing::kSending || !machine->bytes_to_send().empty()) return;
  closing = Closing::kLingering;
  close_at_ = deadline_after(now, kCloseLinger);
  ErrorCode error;
  socket.shutdown(Tcp::socket::shutdown_send, error);
  if (error) end(EndReason::kOurs);
}

// -- Bytes in -------------------------------------------------------------------------------------

namespace {

// One a thread: an idle connection has none.
ByteSpan read_buffer(std::size_t size) {
  thread_local Bytes buffer(kReadBytes);
  return ByteSpan(buffer).first(size);
}

bool is_later(const ErrorCode& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again ||
         error == boost::asio::error::interrupted;
}

}  // namespace

void Driver::State::note_first_bytes(ByteView bytes) {
  if (bytes_read < first_bytes.size()) {
    const std::size_t count = std::min<std::size_t>(bytes.size(), first_bytes.size() - bytes_read);
    std::copy_n(bytes.begin(), count,
                first_bytes.begin() + static_cast<std::ptrdiff_t>(bytes_read));
  }
  bytes_read += bytes.size();
}

void Driver::State::hold_back(ByteView bytes) {
  note_first_bytes(bytes);
  held_back_.assign(bytes.begin(), bytes.end());
}

bool Driver::State::may_take() const {
  return runs() && !reading_paused && closing == Closing::kNo;
}

// What is held back comes first.
bool Driver::State::may_read() const {
  return closing == Closing::kLingering || (may_take() && held_back_.empty());
}

void Driver::State::take_events(TimePoint now) {
  while (may_take() && user->take_event(now)) {
  }
}

// Returns what is to be held back.
ByteView Driver::State::feed(TimePoint now, ByteView bytes) {
  take_events(now);
  while (!bytes.empty() && feeds_left_ != 0 && may_take() && !machine->has_stopped()) {
    --feeds_left_;
    bytes = bytes.subspan(machine->feed(now, bytes));
    take_events(now);
    if (may_take() && machine->reading_paused()) break;
  }
  return closing == Closing::kNo && !ended ? bytes : ByteView();
}

void Driver::State::feed_held_back(TimePoint now) {
  if (held_back_.empty() || machine->reading_paused()) return take_events(now);
  if (!may_take()) return;
  Bytes bytes = std::exchange(held_back_, {});
  const ByteView rest = feed(now, ByteView(bytes).subspan(held_back_taken_));
  held_back_taken_ = rest.empty() ? 0 : bytes.size() - rest.size();
  if (!rest.empty()) held_back_ = std::move(bytes);
  if (runs()) user->on_read(now);
}

void Driver::State::read(TimePoint now) {
  if (!may_read() || (!readable_ && !write_error_)) return;
  if (feeds_left_ == 0 && closing == Closing::kNo) return;
  readable_ = false;
  if (closing == Closing::kLingering) return discard_input();
  ErrorCode error;
  const ByteSpan buffer = read_buffer(std::clamp<std::size_t>(user->read_limit(), 1, read_bytes_));
  const std::size_t count =
      socket.read_some(boost::asio::buffer(buffer.data(), buffer.size()), error);
  if (error) return on_read_error(error);
  const ByteView bytes = buffer.first(count);
  note_first_bytes(bytes);
  const ByteView rest = feed(now, bytes);
  adapt_read(count, rest.empty());
  held_back_.assign(rest.begin(), rest.end());
  if (runs()) user->on_read(now);
}

// Who sends many small messages is read in small pieces, so that what one turn does not take waits
// in the system's buffer and stops the sender, not in ours.
void Driver::State::adapt_read(std::size_t count, bool all_taken) {
  if (!all_taken) {
    read_bytes_ = std::max(read_bytes_ / 2, kSmallReadBytes);
  } else if (count == read_bytes_) {
    read_bytes_ = std::min(read_bytes_ * 2, kReadBytes);
  }
}

// A reset that a write was told of is not told again: what was read then just ends. A broken pipe is
// what follows an end in order.
void Driver::State::on_read_error(const ErrorCode& error) {
  if (is_later(error)) return write_error_ ? end_by(write_error_) : void();
  const bool in_order = !write_error_ || write_error_ == boost::asio::error::broken_pipe;
  end_by(error == boost::asio::error::eof && !in_order ? write_error_ : error);
}

// Until the peer has seen our end, so that no reset overtakes what we sent last.
void Driver::State::discard_input() {
  ErrorCode error;
  const ByteSpan buffer = read_buffer(kReadBytes);
  socket.read_some(boost::asio::buffer(buffer.data(), buffer.size()), error);
  if (error && !is_later(error)) end(EndReason::kOurs);
}

// -- Bytes out ------------------------------------------------------------------------------------

void Driver::State::write() {
  if (!writable_ || write_error_ || closing == Closing::kLingering) return;
  const ByteView all = machine->bytes_to_send();
  if (all.empty()) return;
  const ByteView bytes = all.first(std::min(all.size(), kWriteBytes));
  ErrorCode error;
  const std::size_t count =
      socket.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error && !is_later(error)) {
    write_error_ = error;
    return;
  }
  writable_ = !error && count == bytes.size();
  bytes_written += count;
  machine->mark_sent(count);
}

// -- Waiting --------------------------------------------------------------------------------------

bool Driver::State::has_more_to_do() const {
  if (turn_wanted_ || write_error_ || (readable_ && may_read())) return true;
  if (may_take() && !held_back_.empty() && !machine->reading_paused()) return true;
  return writable_ && closing != Closing::kLingering && !machine->bytes_to_send().empty();
}

// Before a turn writes it need not be asked for what it will do anyway.
void Driver::State::flush() {
  if (step_ != Step::kReading) ask_for_turn();
}

void Driver::State::ask_for_turn() {
  if (step_ != Step::kNone) {
    turn_wanted_ = true;
  } else if (runs()) {
    post_turn();
  }
}

void Driver::State::post_turn() {
  if (std::exchange(turn_posted_, true)) return;
  boost::asio::post(socket.get_executor(), [held = hold(), this] {
    turn_posted_ = false;
    turn();
  });
}

void Driver::State::arm() {
  if (has_more_to_do()) post_turn();
  if (may_read() && !readable_) wait_for(Tcp::socket::wait_read, read_armed_, readable_);
  if (!writable_) wait_for(Tcp::socket::wait_write, write_armed_, writable_);
  arm_timer();
}

void Driver::State::wait_for(Tcp::socket::wait_type what, bool& armed, bool& ready) {
  if (std::exchange(armed, true)) return;
  socket.async_wait(what, [held = hold(), this, &armed, &ready](const ErrorCode&) {
    armed = false;
    ready = true;  // a wait that was given up is made up for by trying
    turn();
  });
}

// A deadline that has moved back leaves the timer as it is: it then fires once in vain, which is
// cheaper than setting it anew for every message.
void Driver::State::arm_timer() {
  const auto first = earlier(earlier(machine->next_deadline(), close_at_), user->next_deadline());
  const TimePoint at = first.value_or(TimePoint::max());
  if (timer_at_ && *timer_at_ <= at) return;
  timer_at_ = at;
  timer_.expires_at(std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(at.time_since_epoch())));
  timer_.async_wait([held = hold(), this](const ErrorCode& error) {
    if (error) return;
    timer_at_.reset();
    turn();
  });
}

}  // namespace veilwire::net
