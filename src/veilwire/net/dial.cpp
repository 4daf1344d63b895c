#include "veilwire/net/dial.h"

#include <boost/asio/post.hpp>

#include "veilwire/net/dial_text.h"
#include "veilwire/net/stream.h"

namespace veilwire::net {
namespace {

using transport::AttemptEnd;
using transport::DialStep;
using transport::Version;
using Done = std::function<void(std::expected<Dialled, DialFailure>)>;

// One call of dial(): a stream, the handshake over it, and where it failed perhaps both once more.
// All on one strand. It is the connection's user while the handshake runs.
class DialRun final : public Dial,
                      public Connection::User,
                      public std::enable_shared_from_this<DialRun> {
 public:
  DialRun(Strand strand, Endpoint target, DialConfig config,
          std::shared_ptr<transport::TransportFactory> transports, Done done)
      : strand_(std::move(strand)),
        target_(std::move(target)),
        config_(std::move(config)),
        transports_(std::move(transports)),
        done_(std::move(done)),
        choice_(config_.policy, config_.fallback_silence) {}

  void start() {
    boost::asio::post(strand_, [self = shared_from_this()] { self->attempt(); });
  }
  void start_over(Stream first) {
    begin_attempt();
    boost::asio::post(strand_, [self = shared_from_this(), first = std::move(first)]() mutable {
      if (self->done_) self->shake_hands(std::move(first));
    });
  }
  void cancel() override {
    boost::asio::post(strand_, [self = shared_from_this()] { self->cancelled(); });
  }

  DialProgress progress() const override;

  void on_event(TimePoint now, const transport::Event& event) override;
  std::optional<TimePoint> next_deadline() const override;
  void on_deadline(TimePoint now) override;
  void on_end(const End& end) override;

 private:
  void begin_attempt();
  void attempt();
  void shake_hands(Stream stream);
  transport::DialChoice choice_with_progress() const;
  void note_progress();
  AttemptEnd judge(const End& end);
  void fail(const StreamFailure& failure);
  void cancelled();
  void finish(std::expected<Dialled, DialFailure> result);

  Strand strand_;
  const Endpoint target_;
  const DialConfig config_;
  const std::shared_ptr<transport::TransportFactory> transports_;
  Done done_;
  transport::DialChoice choice_;

  // Of the present attempt.
  TimePoint started_at_;
  TimePoint connected_at_;
  Duration connect_duration_{};
  std::weak_ptr<Dial> stream_dial_;
  std::shared_ptr<Connection> connection_;
  DialFailure failure_;  // as far as it has come
  std::uint64_t seen_written_ = 0;
  std::uint64_t seen_read_ = 0;
  bool silent_ = false;

  bool cancelled_ = false;
  std::optional<DialFailure> before_;
};

// -- An attempt -----------------------------------------------------------------------------------

void DialRun::begin_attempt() {
  failure_ = {.version = choice_.version(), .text = {}};
  silent_ = false;
  seen_written_ = seen_read_ = 0;
  started_at_ = now();
}

void DialRun::attempt() {
  if (!done_) return;
  begin_attempt();
  const StreamConfig config{.proxy = config_.proxy,
                            .connect_timeout = config_.connect_timeout,
                            .proxy_timeout = config_.proxy_timeout,
                            .begun = config_.begun};
  stream_dial_ =
      dial_stream(strand_, target_, config,
                  [self = shared_from_this()](std::expected<Stream, StreamFailure> stream) {
                    self->stream_dial_.reset();
                    if (!self->done_) return;
                    if (!stream) return self->fail(stream.error());
                    if (self->cancelled_) return self->cancelled();
                    self->shake_hands(std::move(*stream));
                  });
}

void DialRun::shake_hands(Stream stream) {
  failure_.phase = DialPhase::kHandshake;
  connect_duration_ = now() - started_at_;
  connection_ =
      make_connection(std::move(stream.socket),
                      transports_->make_initiator(choice_.version(), now()), stream.first);
  connected_at_ = now();
  choice_.connected(connected_at_);
  connection_->start(shared_from_this());
}

transport::DialChoice DialRun::choice_with_progress() const {
  transport::DialChoice choice = choice_;
  choice.sent(connection_->bytes_written() - seen_written_);
  choice.received(connection_->bytes_read() - seen_read_);
  return choice;
}

DialProgress DialRun::progress() const {
  DialProgress out{.version = choice_.version()};
  if (connection_ == nullptr) return out;
  out.in_handshake = true;
  out.handshake_duration = now() - connected_at_;
  out.bytes_sent = connection_->bytes_written();
  out.bytes_received = connection_->bytes_read();
  return out;
}

void DialRun::note_progress() {
  choice_ = choice_with_progress();
  seen_written_ = connection_->bytes_written();
  seen_read_ = connection_->bytes_read();
}

// The first event of every transport is that it is established.
void DialRun::on_event(TimePoint, const transport::Event& event) {
  const auto keep = shared_from_this();
  connection_->release(event);
  const transport::Info info = connection_->info();
  finish(Dialled{.connection = std::move(connection_),
                 .reason = choice_.reason(),
                 .before = before_,
                 .connect_duration = connect_duration_,
                 .handshake_duration = choice_.version() == Version::kV2
                                           ? info.handshake_duration.value_or(Duration{})
                                           : Duration{}});
}

// Asked again after every read and write: who has not been sent enough yet may be silent later.
std::optional<TimePoint> DialRun::next_deadline() const {
  if (connection_ == nullptr) return std::nullopt;
  return choice_with_progress().next_deadline();
}

void DialRun::on_deadline(TimePoint now) {
  note_progress();
  silent_ = choice_.on_deadline(now);
  if (silent_) connection_->abort();
}

// -- The end of an attempt ------------------------------------------------------------------------

void DialRun::on_end(const End& end) {
  note_progress();
  const ByteView first = connection_->first_bytes();
  failure_.bytes_received = connection_->bytes_read();
  failure_.first_bytes.assign(first.begin(), first.end());
  failure_.fault = end.fault;
  connection_.reset();
  if (!done_) return;
  const AttemptEnd how = judge(end);
  failure_.text = failure_text(failure_, end.system_error);
  const bool stops = choice_.ended(how) == DialStep::kStop ||
                     (config_.may_dial_v1 && !config_.may_dial_v1(failure_));
  if (stops) return finish(std::unexpected(failure_));
  before_ = failure_;
  attempt();
}

AttemptEnd DialRun::judge(const End& end) {
  if (silent_) {
    failure_.error = DialError::kTimedOut;
    return AttemptEnd::kSilence;
  }
  switch (end.reason) {
    case EndReason::kPeerClosed:
    case EndReason::kPeerReset:
      failure_.error = DialError::kPeerClosed;
      return AttemptEnd::kPeerEnded;
    case EndReason::kFault:
      failure_.error = end.fault->rule == transport::Rule::kHandshakeTimeout ? DialError::kTimedOut
                                                                             : DialError::kFault;
      return end.fault->rule == transport::Rule::kV1Answered ? AttemptEnd::kAnsweredV1
                                                             : AttemptEnd::kFault;
    case EndReason::kSystem:
      failure_.error = DialError::kSystem;
      return AttemptEnd::kOurs;
    case EndReason::kOurs:
      failure_.error = DialError::kCancelled;
      return AttemptEnd::kOurs;
  }
  return AttemptEnd::kOurs;
}

void DialRun::fail(const StreamFailure& failure) {
  failure_.phase = failure.phase;
  failure_.error = failure.error;
  failure_.text = failure_text(failure_, failure.detail);
  finish(std::unexpected(failure_));
}

void DialRun::cancelled() {
  if (!done_) return;
  cancelled_ = true;
  // It says how far it has come.
  if (const auto stream_dial = stream_dial_.lock()) return stream_dial->cancel();
  failure_.error = DialError::kCancelled;
  failure_.text = failure_text(failure_, {});
  if (connection_ != nullptr) connection_->abort();
  finish(std::unexpected(failure_));
}

void DialRun::finish(std::expected<Dialled, DialFailure> result) {
  if (const Done done = std::exchange(done_, nullptr)) done(std::move(result));
}

std::shared_ptr<DialRun> make_run(Strand strand, const Endpoint& target, DialConfig config,
                                  transport::KeySource& keys, Entropy& entropy, Done done) {
  auto transports = std::make_shared<transport::PlainTransports>(
      config.v2, keys, entropy, transport::V1Policy::kAccept, config.v1);
  return std::make_shared<DialRun>(std::move(strand), target, std::move(config),
                                   std::move(transports), std::move(done));
}

}  // namespace

std::shared_ptr<Dial> dial(Runtime& runtime, const Endpoint& target, DialConfig config,
                           transport::KeySource& keys, Entropy& entropy, Done done) {
  return dial_on(boost::asio::make_strand(runtime.context()), target, std::move(config), keys,
                 entropy, std::move(done));
}

std::shared_ptr<Dial> dial(Runtime& runtime, const Endpoint& target, DialConfig config,
                           std::shared_ptr<transport::TransportFactory> transports, Done done) {
  auto run = std::make_shared<DialRun>(boost::asio::make_strand(runtime.context()), target,
                                       std::move(config), std::move(transports), std::move(done));
  run->start();
  return run;
}

std::shared_ptr<Dial> dial_on(Strand strand, const Endpoint& target, DialConfig config,
                              transport::KeySource& keys, Entropy& entropy, Done done) {
  auto run = make_run(std::move(strand), target, std::move(config), keys, entropy, std::move(done));
  run->start();
  return run;
}

std::shared_ptr<Dial> dial_over(Strand strand, Stream first, const Endpoint& target,
                                DialConfig config, transport::KeySource& keys, Entropy& entropy,
                                Done done) {
  auto run = make_run(std::move(strand), target, std::move(config), keys, entropy, std::move(done));
  run->start_over(std::move(first));
  return run;
}

}  // namespace veilwire::net
