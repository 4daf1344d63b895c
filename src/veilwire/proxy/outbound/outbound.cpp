#include "veilwire/proxy/outbound/outbound.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "veilwire/base/ip_address.h"
#include "veilwire/net/dial_text.h"
#include "veilwire/net/resolve.h"
#include "veilwire/proxy/carriage/end_text.h"
#include "veilwire/proxy/carriage/first_bytes.h"
#include "veilwire/proxy/carriage/v2_signs.h"
#include "veilwire/proxy/outbound/original_destination.h"
#include "veilwire/transport/v1_transport.h"

namespace veilwire::proxy {

using net::ErrorCode;
using net::Socks5Reply;
using net::Tcp;

namespace {

constexpr std::string_view kComesBack = "the firewall redirects the proxy's own connections to it";
constexpr std::string_view kGone = "the program went away while its target was dialled";

// A socket for both families has other words for the same ends.
FourTuple four_tuple_of(const Endpoint& from, const Endpoint& to) {
  return {canonical(from), canonical(to)};
}

// Why it speaks what it speaks: a version 1 that was only supposed has the reason that taught it.
transport::VersionReason reason_of(const net::Dialled& dialled, RecentAnswer because) {
  if (because == RecentAnswer::kHungUp) return transport::VersionReason::kV1PeerEnded;
  if (because == RecentAnswer::kIgnored) return transport::VersionReason::kV1Silence;
  return dialled.reason;
}

Refusal refusal_of(net::Socks5Fault fault) {
  switch (fault) {
    case net::Socks5Fault::kNoMethod:
    case net::Socks5Fault::kCommandUnsupported:
      return Refusal::kSocks5Unsupported;
    case net::Socks5Fault::kBadName:
      return Refusal::kBadName;
    default:
      return Refusal::kNotSocks5;
  }
}

std::string_view passthrough_refusal(PassthroughReason reason, const TargetFacts& facts) {
  const bool is_setting =
      reason == PassthroughReason::kProgramNotV1 && facts.passthrough == Passthrough::kAllow;
  return is_setting ? "the program does not speak version 1, which is all that this policy "
                      "translates; pass-v2 carries a program's own version 2"
                    : "what is said is not version 1, and is not carried";
}

}  // namespace

Outbound::Outbound(Service& service, ConnectionNumber number, Front kind, Tcp::socket program)
    : service_(service),
      number_(number),
      kind_(kind),
      front_(std::make_shared<SocksFront>(std::move(program))),
      strand_(*front_->socket().get_executor().target<net::Strand>()),
      program_tuple_(
          four_tuple_of(net::remote_of(front_->socket()), net::local_of(front_->socket()))),
      timer_(strand_) {}

void Outbound::start(std::function<void()> done) {
  done_ = std::move(done);
  if (kind_ == Front::kRedirected) return start_redirected();
  if (service_.loops.comes_back(program_tuple_)) {
    return refuse(Refusal::kToItself, "the target is this proxy");
  }
  front_->start([self = shared_from_this()](auto request) { self->asked(std::move(request)); });
}

void Outbound::start_redirected() {
  const auto target = original_destination(front_->socket());
  if (!target) return refuse(Refusal::kNotRedirected, target.error());
  program_tuple_.to = canonical(*target);
  if (service_.loops.comes_back(program_tuple_)) return refuse(Refusal::kToItself, kComesBack);
  go({.target = *target, .user = {}, .password = {}}, {});
}

// -- The request ----------------------------------------------------------------------------------

void Outbound::asked(std::expected<net::Socks5Request, SocksFront::NoRequest> request) {
  if (is_over()) return;
  // Whoever only looks whether the port is open has done nothing wrong.
  if (!request && !request.error()) {
    return finish("the program went away before it asked for anything");
  }
  if (!request) {
    if (front_->bad_target()) service_.observer.on(Targeted{number_, *front_->bad_target()});
    return refuse(refusal_of(*request.error()), net::socks5_fault_text(*request.error()));
  }
  go(*request, front_->first_bytes());
}

void Outbound::go(const net::Socks5Request& request, Bytes first_bytes) {
  // A program at a unix socket has no address.
  const bool is_remote = kind_ == Front::kSocks5 && !program_tuple_.from.host.empty() &&
                         !is_loopback(program_tuple_.from);
  way_ = Way(service_, request,
             is_remote && !service_.config.allow_local_targets ? Way::Reach::kNothingLocal
                                                               : Way::Reach::kEverywhere);
  service_.observer.on(Targeted{number_, way_.target()});
  if (const auto obstacle = way_.obstacle(service_)) return refuse(*obstacle);
  watch_ = std::make_shared<ProgramWatch>(front_->socket(), std::move(first_bytes));
  const auto tell = [weak = weak_from_this()](void (Outbound::*what)()) {
    if (const auto self = weak.lock()) (self.get()->*what)();
  };
  watch_->start({.said = [tell] { tell(&Outbound::program_said); },
                 .left = [tell] { tell(&Outbound::program_left); }});
  if (way_.needs_addresses()) return resolve();
  connect_next();
}

void Outbound::resolve() {
  state_ = Resolving();
  net::resolve(service_.runtime, way_.target(), way_.time_to_answer(),
               [self = shared_from_this()](auto addresses) {
                 boost::asio::post(self->strand_, [self, addresses = std::move(addresses)] {
                   if (self->is_over()) return;
                   if (!addresses) {
                     return self->refuse(Refusal::kUnresolved, addresses.error(),
                                         Socks5Reply::kHostUnreachable);
                   }
                   self->way_.set_addresses(*addresses);
                   self->connect_next();
                 });
               });
}

// -- The connection -------------------------------------------------------------------------------

void Outbound::connect_next() {
  if (const auto obstacle = way_.next(service_)) return refuse(*obstacle);
  if (kind_ == Front::kSocks5 && service_.config.passthrough == Passthrough::kRefuse) {
    return dial_before_answer();
  }
  connect();
}

void Outbound::connect() {
  const net::StreamConfig config{
      .proxy = way_.upstream(),
      .connect_timeout = std::min(net::kConnectTimeout, way_.time_to_answer()),
      .proxy_timeout = way_.time_to_answer(),
      .begun = begun()};
  auto dial =
      net::dial_stream(strand_, way_.address(), config, [self = shared_from_this()](auto stream) {
        if (self->is_over()) return;
        if (stream) {
          self->connected(std::move(*stream));
        } else {
          self->not_connected(stream.error());
        }
      });
  state_ = Connecting{std::move(dial)};
}

std::function<void(const Endpoint&, const Endpoint&)> Outbound::begun() {
  return [self = shared_from_this()](const Endpoint& from, const Endpoint& to) {
    if (!self->is_over()) self->dials(four_tuple_of(from, to));
  };
}

void Outbound::dials(std::optional<FourTuple> tuple) {
  if (dialled_tuple_) service_.loops.dialled_ended(*dialled_tuple_);
  dialled_tuple_ = std::move(tuple);
  if (dialled_tuple_) service_.loops.dialled(*dialled_tuple_);
}

bool Outbound::has_come_back() const {
  return dialled_tuple_ && service_.loops.has_come_back(*dialled_tuple_);
}

void Outbound::not_connected(const net::StreamFailure& failure) {
  if (way_.has_next()) return connect_next();
  const std::string text = net::failure_text(
      {.phase = failure.phase, .error = failure.error, .text = {}}, failure.detail);
  refuse(Refusal::kTargetUnreachable, text, reply_for(failure.error));
}

void Outbound::connected(net::Stream stream) {
  const FourTuple tuple =
      four_tuple_of(net::local_of(stream.socket), net::remote_of(stream.socket));
  if (way_.leads_to_this_machine(service_, tuple)) {
    return refuse(Refusal::kToItself, "the connection came back to the proxy",
                  Socks5Reply::kNotAllowed);
  }
  answer(Socks5Reply::kSucceeded, tuple.from);
  hear(std::move(stream));
}

// -- The first words ------------------------------------------------------------------------------

void Outbound::hear(net::Stream stream) {
  const TimePoint now = net::now();
  ErrorCode ignored;
  stream.socket.non_blocking(true, ignored);
  FirstWords words(now, service_.first_words);
  if (!stream.first.empty()) words.target_said(now);
  state_ = Hearing{std::move(stream), words};
  wait_for_target();
  wait_for_deadline();
  program_said();
}

void Outbound::wait_for_target() {
  in<Hearing>()->stream.socket.async_wait(Tcp::socket::wait_read,
                                          [self = shared_from_this()](const ErrorCode& error) {
                                            if (!error && self->in<Hearing>() != nullptr)
                                              self->target_said();
                                          });
}

// What it says stays in its socket.
void Outbound::target_said() {
  Hearing& state = *in<Hearing>();
  std::array<std::uint8_t, 1> byte;
  ErrorCode error;
  state.stream.socket.receive(boost::asio::buffer(byte), Tcp::socket::message_peek, error);
  if (error == boost::asio::error::would_block) return wait_for_target();
  if (error && has_come_back()) return refuse(Refusal::kToItself, kComesBack);
  if (error) return finish("the target closed the connection before anything was said");
  state.words.target_said(net::now());
  wait_for_deadline();
}

void Outbound::wait_for_deadline() {
  const auto at = in<Hearing>()->words.next_deadline();
  if (!at) return;
  timer_.expires_after(*at - net::now());
  timer_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (error || self->in<Hearing>() == nullptr) return;
    self->decide(self->in<Hearing>()->words.on_deadline(net::now()));
    if (self->in<Hearing>() != nullptr) self->wait_for_deadline();
  });
}

void Outbound::decide(FirstWords::Decision decision) {
  switch (decision) {
    case FirstWords::Decision::kWait:
      return;
    case FirstWords::Decision::kTranslate:
      return translate();
    case FirstWords::Decision::kProgramNotV1:
      return judge(PassthroughReason::kProgramNotV1);
    case FirstWords::Decision::kTargetSpokeFirst:
      return judge(PassthroughReason::kTargetSpokeFirst);
    case FirstWords::Decision::kNobodySpoke:
      return judge(PassthroughReason::kNobodySpoke);
  }
}

void Outbound::judge(PassthroughReason reason) {
  const DowngradeGuard guard = this->guard();
  switch (guard.judge(reason)) {
    case Carry::kWait:
      return;
    case Carry::kPassWarned:
      service_.observer.on(Downgraded{number_, OnDowngrade::kWarn});
      return pass_through(reason);
    case Carry::kPass:
      return pass_through(reason);
    case Carry::kRefuseDowngrade:
      service_.observer.on(Downgraded{number_, OnDowngrade::kRefuse});
      return refuse(Refusal::kDowngraded,
                    "the peer has spoken version 2 before, and now speaks before the program does");
    case Carry::kRefuse:
      return refuse(Refusal::kPassthroughRefused, passthrough_refusal(reason, guard.facts()));
  }
}

void Outbound::pass_through(PassthroughReason reason) {
  net::Stream stream = std::move(in<Hearing>()->stream);
  watch_->stop();
  timer_.cancel();
  service_.observer.on(PassedThrough{number_, reason});
  const auto tunnel = std::make_shared<Tunnel>(
      std::move(front_->socket()), std::move(stream.socket),
      [self = shared_from_this()](const Tunnel::Counts& counts, const CarriageEnd& how) {
        self->service_.observer.on(BytesPassedThrough{Side::kProgram, counts.from_program});
        self->service_.observer.on(BytesPassedThrough{Side::kPeer, counts.from_peer});
        self->finish(end_text(how));
      });
  if (reason == PassthroughReason::kProgramNotV1) {
    tunnel->watch([self = shared_from_this(), signs = V2Signs()](Side side,
                                                                 ByteView bytes) mutable {
      side == Side::kProgram ? signs.program_said(bytes) : signs.target_said(bytes);
      if (!signs.are_there()) return true;
      self->service_.learn(self->number_, self->way_.target(), DowngradeGuard::after_passing_v2());
      return false;
    });
  }
  state_ = Tunnelling{tunnel};
  tunnel->start(watch_->said(), stream.first);
}

// -- Translation ----------------------------------------------------------------------------------

net::DialConfig Outbound::dial_config(const DialPlan& plan, const protocol::Magic& magic) {
  net::DialConfig config{
      .policy = plan.dial, .v2 = service_.v2, .proxy = way_.upstream(), .begun = begun()};
  config.v2.magic = magic;
  config.v1 = service_.v1_config(magic);
  if (!answered_) {
    config.connect_timeout = std::min(net::kConnectTimeout, way_.time_to_answer());
    config.proxy_timeout = way_.time_to_answer();
  }
  // By what is known then: others have learned meanwhile, and the configuration may be another.
  config.may_dial_v1 = [self = shared_from_this()](const net::DialFailure&) {
    return !self->watch_->has_left() && !self->has_come_back() && self->guard().may_dial_v1();
  };
  return config;
}

void Outbound::translate() {
  const protocol::Magic magic = magic_of(watch_->said());
  if (service_.config.network && *service_.config.network != magic) {
    return refuse(Refusal::kOtherNetwork, "the program speaks for a network that is not served");
  }
  net::Stream stream = std::move(in<Hearing>()->stream);
  ErrorCode ignored;
  stream.socket.cancel(ignored);
  timer_.cancel();
  const DowngradeGuard guard = this->guard();
  auto dial = net::dial_over(
      strand_, std::move(stream), way_.address(), dial_config(guard.plan(), magic), service_.keys,
      service_.entropy,
      [self = shared_from_this()](auto result) { self->dialled(std::move(result)); });
  state_ = Dialling{guard, magic, std::move(dial)};
}

void Outbound::dial_before_answer() {
  const DowngradeGuard guard = this->guard();
  const protocol::Magic magic = service_.network();
  auto dial = net::dial_on(
      strand_, way_.address(), dial_config(guard.plan(), magic), service_.keys, service_.entropy,
      [self = shared_from_this()](auto result) { self->dialled(std::move(result)); });
  state_ = Dialling{guard, magic, std::move(dial)};
}

void Outbound::dialled(std::expected<net::Dialled, net::DialFailure> result) {
  if (is_over()) return;
  if (!result) return dial_failed(result.error());
  if (watch_->has_left()) return finish(kGone);
  if (way_.leads_to_this_machine(service_,
                                 {result->connection->local(), result->connection->remote()})) {
    return refuse(Refusal::kToItself, "the target is this proxy", Socks5Reply::kNotAllowed);
  }
  answer(Socks5Reply::kSucceeded, result->connection->local());
  join(std::move(*result));
}

void Outbound::dial_failed(const net::DialFailure& failure) {
  if (watch_->has_left()) return leave(try_end_of(failure));
  if (failure.phase != net::DialPhase::kHandshake) {
    if (way_.has_next() && !answered_) return connect_next();
    return refuse(Refusal::kTargetUnreachable, failure.text, reply_for(failure.error));
  }
  if (has_come_back()) return refuse(Refusal::kToItself, kComesBack, Socks5Reply::kNotAllowed);
  // By what is known now: it may be why version 1 was not tried.
  const Lesson lesson = guard().after_failure(try_end_of(failure));
  service_.learn(number_, way_.target(), lesson);
  const std::string text =
      lesson.text.empty() ? failure.text : std::string(lesson.text) + ": " + failure.text;
  refuse(*lesson.refusal, text,
         lesson.refusal == Refusal::kHandshakeFailed ? Socks5Reply::kGeneralFailure
                                                     : Socks5Reply::kNotAllowed);
}

void Outbound::join(net::Dialled dialled) {
  const auto [guard, magic, dial] = *in<Dialling>();
  const RecentAnswer because = guard.plan().because;
  const transport::Info info = dialled.connection->info();
  const transport::VersionReason reason = reason_of(dialled, because);
  service_.observer.on(Joined{.number = number_,
                              .version = info.version,
                              .reason = reason,
                              .session_id = info.session_id,
                              .handshake_duration = dialled.handshake_duration,
                              .remembered_v1 = because == RecentAnswer::kSpokeV1});
  watch_->stop();
  auto program =
      net::make_connection(std::move(front_->socket()),
                           std::make_unique<transport::V1Transport>(
                               transport::Role::kResponder, service_.v1_config(magic), net::now()),
                           watch_->said());
  RelayFacts facts{.number = number_,
                   .direction = Direction::kOutbound,
                   .peer = way_.target(),
                   .version = info.version,
                   .reason = reason,
                   .because = because,
                   .policy = way_.policy(),
                   .peer_address = way_.upstream() ? std::nullopt
                                                   : wire::NetEndpoint::of_socket(way_.address())};
  watch_.reset();
  const auto relayed =
      Relayed::make(service_, std::move(facts), {std::move(program), std::move(dialled.connection)},
                    [self = shared_from_this()](std::string_view text) { self->finish(text); });
  state_ = Relaying{relayed};
  relayed->start();
}

// -- What the program does meanwhile --------------------------------------------------------------

void Outbound::program_said() {
  if (in<Hearing>() != nullptr) decide(FirstWords::program_said(watch_->said()));
}

void Outbound::program_left() {
  if (in<Hearing>() != nullptr) {
    return finish("the program closed the connection before it said anything");
  }
  const Dialling* dialling = in<Dialling>();
  leave(dialling == nullptr ? TryEnd::kOther
                            : try_end_of(dialling->dial->progress(), service_.telling_silence));
}

// What the target did until now serves the program's next try.
void Outbound::leave(TryEnd end) {
  if (const Dialling* dialling = in<Dialling>()) {
    service_.learn(number_, way_.target(), dialling->guard.after_leaving(end));
  }
  finish(kGone);
}

// -- The end --------------------------------------------------------------------------------------

void Outbound::answer(Socks5Reply reply, const Endpoint& bound) {
  if (!std::exchange(answered_, true) && kind_ == Front::kSocks5) front_->reply(reply, bound);
}

void Outbound::refuse(Refusal why, std::string_view text, std::optional<Socks5Reply> reply) {
  service_.observer.on(Refused{number_, why, text});
  if (reply) answer(*reply);
  finish(text);
}

void Outbound::hold_off(Side from) {
  if (const auto* relaying = in<Relaying>()) relaying->relayed->hold_off(from);
}

void Outbound::go_on(Side from) {
  if (const auto* relaying = in<Relaying>()) relaying->relayed->go_on(from);
}

void Outbound::close() {
  if (const auto* relaying = in<Relaying>()) return relaying->relayed->close();
  if (const auto* tunnelling = in<Tunnelling>()) return tunnelling->tunnel->close();
  abort();
}

void Outbound::abort() {
  if (const auto* relaying = in<Relaying>()) return relaying->relayed->abort();
  if (const auto* tunnelling = in<Tunnelling>()) return tunnelling->tunnel->abort();
  finish("the proxy is stopping");
}

void Outbound::finish(std::string_view text) {
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  const auto keep = shared_from_this();
  const State last = std::exchange(state_, Over());
  if (const auto* connecting = std::get_if<Connecting>(&last)) connecting->dial->cancel();
  if (const auto* dialling = std::get_if<Dialling>(&last)) dialling->dial->cancel();
  timer_.cancel();
  if (watch_ != nullptr) watch_->stop();
  front_->close();
  dials({});
  service_.observer.on(Ended{number_, text});
  done();
}

}  // namespace veilwire::proxy
