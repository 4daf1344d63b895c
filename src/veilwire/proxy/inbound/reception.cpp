#include "veilwire/proxy/inbound/reception.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace veilwire::proxy {

using limits::Admittance;
using net::ErrorCode;
using net::Tcp;

class Reception::State : public std::enable_shared_from_this<Reception::State> {
 public:
  State(net::Runtime& runtime, limits::Admission& admission, Callbacks callbacks)
      : runtime_(runtime),
        admission_(admission),
        callbacks_(std::move(callbacks)),
        timer_(runtime.context()) {}

  void arrive(Id id, Tcp::socket socket);
  void clear();
  void stop();
  std::size_t waiting_count() const { return waiting_.size(); }

 private:
  void later(std::function<void()> call);
  void watch(Id id, Tcp::socket& socket);
  void hear(Id id);
  void give_up(Id id, GivenUp why);
  void give_up_the_silent();
  void arm();

  net::Runtime& runtime_;
  limits::Admission& admission_;
  const Callbacks callbacks_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> timer_at_;
  std::map<Id, Tcp::socket> waiting_;
  bool stopped_ = false;
};

void Reception::State::later(std::function<void()> call) {
  runtime_.post([self = shared_from_this(), call = std::move(call)] {
    if (!self->stopped_) call();
  });
}

void Reception::State::arrive(Id id, Tcp::socket socket) {
  const IpAddress from = IpAddress::parse(net::remote_of(socket).host).value_or(IpAddress());
  const auto answer = admission_.admit(net::now(), id, from);
  if (answer.gives_way) give_up(*answer.gives_way, GivenUp::kGaveWay);
  if (answer.admittance != Admittance::kAdmitted) {
    return later([this, id, why = answer.admittance] { callbacks_.refused(id, why); });
  }
  ErrorCode ignored;
  socket.non_blocking(true, ignored);
  const auto place = waiting_.emplace(id, std::move(socket)).first;
  watch(id, place->second);
  arm();
}

void Reception::State::watch(Id id, Tcp::socket& socket) {
  socket.async_wait(Tcp::socket::wait_read,
                    [self = shared_from_this(), id](const ErrorCode& error) {
                      if (!error && !self->stopped_) self->hear(id);
                    });
}

// Looks at the first byte and leaves it for whoever reads the connection.
void Reception::State::hear(Id id) {
  const auto place = waiting_.find(id);
  if (place == waiting_.end()) return;
  std::array<std::uint8_t, 1> byte;
  ErrorCode error;
  const std::size_t count =
      place->second.receive(boost::asio::buffer(byte), Tcp::socket::message_peek, error);
  if (error == boost::asio::error::would_block) return watch(id, place->second);
  if (error || count == 0) {
    admission_.closed(id);
    return give_up(id, GivenUp::kGone);
  }
  Tcp::socket socket = std::move(waiting_.extract(place).mapped());
  const Admittance admittance = admission_.first_byte(net::now(), id);
  if (admittance == Admittance::kAdmitted) {
    callbacks_.spoke(id, std::move(socket));
  } else {
    admission_.closed(id);
    callbacks_.refused(id, admittance);
  }
}

// REQUIRES: `admission_` does not count it any more.
void Reception::State::give_up(Id id, GivenUp why) {
  waiting_.erase(id);
  later([this, id, why] { callbacks_.given_up(id, why); });
}

void Reception::State::give_up_the_silent() {
  while (const auto id = admission_.poll_silent(net::now())) give_up(*id, GivenUp::kSilent);
  arm();
}

void Reception::State::arm() {
  const auto at = admission_.next_deadline();
  if (!at || (timer_at_ && *timer_at_ <= *at)) return;
  timer_at_ = at;
  timer_.expires_after(std::max<Duration>(*at - net::now(), Duration{}));
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (error || self->stopped_) return;
    self->timer_at_.reset();
    self->give_up_the_silent();
  });
}

void Reception::State::clear() {
  while (!waiting_.empty()) {
    const Id id = waiting_.begin()->first;
    admission_.closed(id);
    give_up(id, GivenUp::kGone);
  }
}

void Reception::State::stop() {
  stopped_ = true;
  waiting_.clear();
  timer_.cancel();
}

Reception::Reception(net::Runtime& runtime, limits::Admission& admission, Callbacks callbacks)
    : state_(std::make_shared<State>(runtime, admission, std::move(callbacks))) {}

Reception::~Reception() { state_->stop(); }

void Reception::arrive(Id id, Tcp::socket socket) { state_->arrive(id, std::move(socket)); }

void Reception::clear() { state_->clear(); }

std::size_t Reception::waiting_count() const { return state_->waiting_count(); }

}  // namespace veilwire::proxy
