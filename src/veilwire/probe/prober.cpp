#include "veilwire/probe/prober.h"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>
#include <utility>

#include "veilwire/base/hex.h"
#include "veilwire/net/resolve.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/probe/failure.h"
#include "veilwire/transport/key_source.h"

namespace veilwire::probe {
namespace {

// A peer that does not answer version 2 leaves time to try version 1 in.
Duration silence_time(Duration timeout) {
  return std::min(transport::kFallbackSilence, timeout / 3);
}

// Of the whole time. The handshake's own end knows more about what happened than a dial that is
// given up, so it is to come first.
constexpr int kHandshakePercent = 80;

Duration handshake_time(Duration timeout) {
  return std::min(transport::kDefaultHandshakeTimeout, timeout * kHandshakePercent / 100);
}

std::expected<Bytes, EntropyFailure> random_bytes(Entropy& entropy, std::size_t size) {
  Bytes bytes(size);
  if (!entropy.fill(bytes)) return std::unexpected(EntropyFailure{});
  return bytes;
}

transport::V2Config v2_config(const ProberConfig& config) {
  transport::V2Config v2{.magic = config.network.magic};
  if (const auto size = config.garbage_bytes) {
    v2.garbage = [size = *size](Entropy& entropy) { return random_bytes(entropy, size); };
  }
  v2.decoys_before_version.assign(config.decoys, Bytes(kDecoyContentsBytes));
  v2.handshake_timeout = handshake_time(config.timeout);
  return v2;
}

net::DialConfig dial_config(const ProberConfig& config, Entropy& entropy) {
  net::DialConfig dial{.policy = config.policy, .v2 = v2_config(config), .proxy = config.proxy};
  dial.connect_timeout = std::min(net::kConnectTimeout, config.timeout);
  dial.proxy_timeout = std::min(net::kProxyTimeout, config.timeout);
  dial.fallback_silence = silence_time(config.timeout);
  if (dial.proxy && dial.proxy->user.empty()) {
    constexpr std::size_t kLoginBytes = 8;
    const auto login = random_bytes(entropy, kLoginBytes);
    if (login) dial.proxy->user = dial.proxy->password = to_hex(*login);
  }
  return dial;
}

// The session's own time-outs lie behind the probe's.
std::shared_ptr<const peer::SessionConfig> session_config(const ProberConfig& config) {
  peer::SessionConfig session;
  session.user_agent = config.user_agent;
  session.handshake_timeout = 2 * config.timeout;
  return std::make_shared<const peer::SessionConfig>(std::move(session));
}

}  // namespace

// One target: its addresses one after the other.
class Prober::Job : public std::enable_shared_from_this<Job> {
 public:
  Job(Prober::State& prober, Target target);

  void start();
  void cancel();

 private:
  void resolved(std::expected<std::vector<Endpoint>, std::string> addresses);
  void next_address();
  using DialResult = std::expected<net::Dialled, net::DialFailure>;
  void dial(const Endpoint& address);
  std::shared_ptr<net::Dial> start_dial(transport::DialPolicy policy,
                                        void (Job::*done)(DialResult));
  void dialled(DialResult result);
  void converse(net::Dialled dialled);
  void reported(Report report);
  void dialled_again(DialResult result);
  void conversation_over();
  void later(void (Job::*step)());

  Prober::State& prober_;
  Target target_;
  std::vector<Endpoint> addresses_;
  std::size_t next_ = 0;
  Report report_;  // of the present address
  TimePoint deadline_;
  boost::asio::steady_timer timer_;  // of the present dial
  std::shared_ptr<net::Dial> dial_;
  transport::VersionReason reason_ = transport::VersionReason::kV2;
  bool trying_again_ = false;
  bool conversing_ = false;
  std::weak_ptr<Interview> conversation_;
  bool cancelled_ = false;
};

struct Prober::State {
  State(net::Runtime& on, ProberConfig with, Entropy& from)
      : runtime(on), config(std::move(with)), entropy(from), keys(from, 0) {}

  void fill();
  // What is posted may come when the prober is gone and the runtime runs on.
  void fill_later() {
    runtime.post([this, alive = std::weak_ptr(alive)] {
      if (!alive.expired()) fill();
    });
  }
  void job_done(const std::shared_ptr<Job>& job);
  void report(const Report& report) {
    if (!stopping) callbacks.on_report(report);
  }
  void hold_cut(const CutHold& cut) {
    if (!stopping && callbacks.on_hold_cut) callbacks.on_hold_cut(cut);
  }

  net::Runtime& runtime;
  const ProberConfig config;
  Entropy& entropy;
  transport::KeyPool keys;
  const std::shared_ptr<peer::Nonces> nonces = std::make_shared<peer::Nonces>();
  std::vector<Target> targets;
  Callbacks callbacks;
  std::set<std::shared_ptr<Job>> jobs;
  std::size_t started = 0;
  std::size_t finished = 0;
  bool stopping = false;
  const std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);
};

// -- One target -----------------------------------------------------------------------------------

Prober::Job::Job(Prober::State& prober, Target target)
    : prober_(prober), target_(std::move(target)), timer_(prober.runtime.context()) {}

void Prober::Job::start() {
  if (prober_.config.proxy) return resolved(std::vector{target_.endpoint});
  net::resolve(
      prober_.runtime, target_.endpoint, prober_.config.timeout,
      [self = shared_from_this()](auto addresses) { self->resolved(std::move(addresses)); });
}

void Prober::Job::resolved(std::expected<std::vector<Endpoint>, std::string> addresses) {
  if (addresses) {
    addresses_ = std::move(*addresses);
  } else if (!cancelled_) {
    report_ = {.target = target_.text};
    report_.failure = unknown_host(std::move(addresses.error()));
    prober_.report(report_);
  }
  next_address();
}

void Prober::Job::next_address() {
  dial_.reset();
  if (cancelled_ || next_ == addresses_.size()) return prober_.job_done(shared_from_this());
  dial(addresses_[next_++]);
}

void Prober::Job::dial(const Endpoint& address) {
  report_ = {.target = target_.text, .address = address};
  deadline_ = net::now() + prober_.config.timeout;
  dial_ = start_dial(prober_.config.policy, &Job::dialled);
}

// One timer for all of a job's dials: one for each would keep them all in memory until it fires.
std::shared_ptr<net::Dial> Prober::Job::start_dial(transport::DialPolicy policy,
                                                   void (Job::*done)(DialResult)) {
  net::DialConfig config = dial_config(prober_.config, prober_.entropy);
  config.policy = policy;
  auto dial = net::dial(prober_.runtime, *report_.address, std::move(config), prober_.keys,
                        prober_.entropy, [self = shared_from_this(), done](DialResult result) {
                          self->timer_.cancel();
                          (self.get()->*done)(std::move(result));
                        });
  timer_.expires_after(deadline_ - net::now());
  timer_.async_wait([running = std::weak_ptr(dial)](const boost::system::error_code& error) {
    const auto late = running.lock();
    if (!error && late) late->cancel();
  });
  return dial;
}

void Prober::Job::dialled(DialResult result) {
  if (cancelled_) return later(&Job::next_address);
  if (result) return converse(std::move(*result));
  const bool second = prober_.config.policy == transport::DialPolicy::kPreferV2 &&
                      result.error().version == transport::Version::kV1;
  report_.attempts = second ? 2 : 1;
  report_.failure = dial_failed(result.error(), prober_.config.network, prober_.config.timeout);
  prober_.report(report_);
  later(&Job::next_address);
}

void Prober::Job::converse(net::Dialled dialled) {
  const ProberConfig& config = prober_.config;
  report_.attempts = dialled.before ? 2 : 1;
  report_.version = dialled.connection->info().version;
  report_.why = transport::version_reason_text(dialled.reason);
  report_.connect_duration = dialled.connect_duration;
  if (report_.version == transport::Version::kV2) {
    report_.handshake_duration = dialled.handshake_duration;
  }
  InterviewConfig conversation{.inquiry = {.network = config.network,
                                           .addresses = config.addresses,
                                           .headers = config.headers,
                                           .deadline = deadline_},
                               .session = session_config(config),
                               .decoys = config.decoys,
                               .hold = config.hold,
                               .timeout = config.timeout,
                               .deadline = deadline_};
  reason_ = dialled.reason;
  conversing_ = true;
  net::Connection::Parts parts = dialled.connection->take_apart();
  const auto driver = parts.driver;
  auto user = std::make_shared<Interview>(
      std::move(conversation), std::move(parts), dialled.reason, std::move(report_), prober_.nonces,
      prober_.entropy, net::now(),
      Interview::Callbacks{.on_report = [this](const Report& report) { reported(report); },
                           .on_hold_cut = [this](const CutHold& cut) { prober_.hold_cut(cut); },
                           .on_over = [self = shared_from_this()] { self->conversation_over(); }});
  conversation_ = user;
  driver->start(user->machine(), user);
}

// What the peer promises and did not keep may be the moment's fault: it is asked once more, beside
// the connection that may be held.
void Prober::Job::reported(Report report) {
  const bool in_doubt = report.p2p_v2 == P2pV2::kAdvertisedNotSpoken &&
                        reason_ == transport::VersionReason::kV1PeerEnded;
  if (!in_doubt || cancelled_) return prober_.report(report);
  report_ = std::move(report);
  ++report_.attempts;
  deadline_ = net::now() + prober_.config.timeout;
  trying_again_ = true;
  dial_ = start_dial(transport::DialPolicy::kV2Only, &Job::dialled_again);
}

void Prober::Job::dialled_again(DialResult result) {
  if (result) report_.p2p_v2 = P2pV2::kAdvertisedAndTrue;
  trying_again_ = false;
  prober_.report(report_);
  if (!conversing_) later(&Job::next_address);
}

void Prober::Job::conversation_over() {
  conversing_ = false;
  if (!trying_again_) later(&Job::next_address);
}

void Prober::Job::cancel() {
  cancelled_ = true;
  if (dial_) dial_->cancel();
  if (const auto conversation = conversation_.lock()) conversation->cancel();
}

// Not from within a callback of the connection or the dial that is over with it.
void Prober::Job::later(void (Job::*step)()) {
  prober_.runtime.post([self = shared_from_this(), step] { (self.get()->*step)(); });
}

// -- All of them ----------------------------------------------------------------------------------

void Prober::State::fill() {
  while (!stopping && jobs.size() < config.jobs && started < targets.size()) {
    const auto job = std::make_shared<Job>(*this, std::move(targets[started++]));
    jobs.insert(job);
    job->start();
  }
  if (jobs.empty() && callbacks.on_done) std::exchange(callbacks.on_done, nullptr)();
}

void Prober::State::job_done(const std::shared_ptr<Job>& job) {
  ++finished;
  jobs.erase(job);
  if (callbacks.on_target_done) callbacks.on_target_done();
  fill_later();
}

Prober::Prober(net::Runtime& runtime, ProberConfig config, Entropy& entropy)
    : state_(std::make_unique<State>(runtime, std::move(config), entropy)) {}
Prober::~Prober() = default;

void Prober::start(std::vector<Target> targets, Callbacks callbacks) {
  state_->targets = std::move(targets);
  state_->callbacks = std::move(callbacks);
  state_->fill_later();
}

void Prober::stop() {
  state_->stopping = true;
  const auto jobs = state_->jobs;  // a cancelled job may end at once
  for (const auto& job : jobs) job->cancel();
  state_->fill_later();
}

Progress Prober::progress() const {
  return {.targets = state_->targets.size(), .targets_done = state_->finished};
}

}  // namespace veilwire::probe
