// test_peer: one end of real conversations, steered by a test. It listens on a free loopback port,
// dials when told to, takes commands on standard input and prints what happens, one JSON object a
// line. It ends at the end of its input.
//
//   dial HOST:PORT POLICY     prefer-v2, v2-only or v1-only
//   send NAME [HEX]           a message to the peer that said verack last, as all below
//   ping COUNT                that many pings in a row; says so when all pongs have come, in order
//   decoys COUNT BYTES        decoys in a row
//   info                      what Transport::info() counts
//   close                     in order
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <deque>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "veilwire/base/endian.h"
#include "veilwire/base/escape.h"
#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/net/dial.h"
#include "veilwire/net/listen.h"
#include "veilwire/net/runtime.h"
#include "veilwire/peer/session.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/ping.h"

namespace veilwire {
namespace {

namespace json = boost::json;

struct Options {
  std::optional<std::size_t> garbage_bytes;
  std::size_t early_decoys = 0;
  double handshake_seconds = 60;

  Duration handshake_timeout() const {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(handshake_seconds));
  }
};

// Everything is printed from the one thread that runs the loop.
void say(const json::object& event) { std::cout << json::serialize(event) << std::endl; }

std::string_view end_name(net::EndReason reason) {
  switch (reason) {
    case net::EndReason::kPeerClosed:
      return "peer_closed";
    case net::EndReason::kPeerReset:
      return "peer_reset";
    case net::EndReason::kFault:
      return "fault";
    case net::EndReason::kSystem:
      return "system";
    case net::EndReason::kOurs:
      return "ours";
  }
  return "";
}

json::object to_json(const transport::Traffic& traffic) {
  return {{"messages", traffic.messages},
          {"decoys", traffic.decoys},
          {"rekeys", traffic.rekeys},
          {"garbage_bytes", traffic.garbage_bytes}};
}

transport::V2Config v2_config(const Options& options) {
  transport::V2Config config;
  config.magic = protocol::kRegtestMagic;
  config.handshake_timeout = options.handshake_timeout();
  config.decoys_before_version.assign(options.early_decoys, Bytes(100));
  if (options.garbage_bytes) {
    config.garbage =
        [size = *options.garbage_bytes](Entropy& entropy) -> std::expected<Bytes, EntropyFailure> {
      Bytes garbage(size);
      if (!entropy.fill(garbage)) return std::unexpected(EntropyFailure{});
      return garbage;
    };
  }
  return config;
}

std::shared_ptr<const peer::SessionConfig> session_config(const Options& options) {
  peer::SessionConfig config;
  config.handshake_timeout = options.handshake_timeout();
  config.user_agent = "/veilwire-test:0.1/";
  config.relay = true;
  return std::make_shared<const peer::SessionConfig>(std::move(config));
}

struct Clock final : peer::OwnFactsSource {
  peer::OwnFacts own_facts() override { return {.unix_time = net::unix_time()}; }
};

class Conversation;
// All conversations that have not ended, and the one that commands are for.
struct Conversations {
  Options options;
  Clock clock;
  peer::Nonces nonces;
  crypto::SystemEntropy entropy;
  std::map<int, std::shared_ptr<Conversation>> open;
  int last_number = 0;
  int current = 0;
};

class Conversation final : public net::Connection::User {
 public:
  Conversation(Conversations& all, std::shared_ptr<net::Connection> connection,
               protocol::Direction direction, std::string_view reason)
      : all_(all),
        connection_(std::move(connection)),
        direction_(direction),
        reason_(reason),
        number_(++all.last_number) {}

  net::Connection& connection() { return *connection_; }

  void on_event(TimePoint now, const transport::Event& event) override {
    if (const auto* message = std::get_if<transport::MessageReceived>(&event)) {
      on_message(now, *message);
    } else {
      begin(now, std::get<transport::Established>(event));
    }
    pass_on();
  }
  std::optional<TimePoint> next_deadline() const override {
    return session_ ? session_->next_deadline() : std::nullopt;
  }
  void on_deadline(TimePoint now) override {
    session_->on_deadline(now);
    pass_on();
  }
  void on_end(const net::End& end) override {
    say({{"event", "end"},
         {"connection", number_},
         {"reason", end_name(end.reason)},
         {"fault", fault_name(end)},
         {"bytes_received", connection_->info().received.bytes}});
    all_.open.erase(number_);
  }

  // A name that is none is refused too.
  void send(std::string_view name, ByteView payload) {
    const auto type = protocol::MessageType::from_name(name);
    if (!type) return refuse(name);
    send({*type, payload});
  }
  // What there is no room for waits, behind what waits already.
  void send(const protocol::MessageView& message) {
    const auto pushed = waiting_.empty() ? connection_->push(message)
                                         : std::unexpected(transport::PushError::kQueueFull);
    if (pushed) return;
    if (pushed.error() != transport::PushError::kQueueFull) return refuse(message.type.name());
    waiting_.push_back(protocol::OwnedMessage::copy_of(message));
  }
  void on_send_room(TimePoint) override {
    while (!waiting_.empty() && connection_->push(waiting_.front())) waiting_.pop_front();
  }
  void ping(std::uint64_t count) {
    for (std::uint64_t nonce = 1; nonce <= count; ++nonce) {
      send(wire::build(wire::Ping{.nonce = nonce}));
    }
    awaited_pongs_ = count;
    pongs_ = 0;
  }
  void decoys(std::uint64_t count, std::size_t size) {
    const Bytes contents(size);
    while (count-- > 0) {
      if (!connection_->push_decoy(contents)) return refuse("decoy");
    }
  }
  void info() {
    const transport::Info info = connection_->info();
    say({{"event", "info"},
         {"connection", number_},
         {"sent", to_json(info.sent)},
         {"received", to_json(info.received)}});
  }

 private:
  void refuse(std::string_view what) {
    say({{"event", "refused"}, {"connection", number_}, {"what", what}});
  }

  void begin(TimePoint now, const transport::Established& established) {
    const transport::Info info = connection_->info();
    say({{"event", "established"},
         {"connection", number_},
         {"version", established.version == transport::Version::kV2 ? "v2" : "v1"},
         {"reason", reason_},
         {"session_id", info.session_id ? to_hex(*info.session_id) : ""}});
    session_.emplace(session_config(all_.options), direction_, all_.clock, all_.nonces,
                     all_.entropy, now);
  }

  void on_message(TimePoint now, const transport::MessageReceived& message) {
    const protocol::MessageKind kind = message.type.kind();
    if (kind == protocol::MessageKind::kPong && pongs_ < awaited_pongs_)
      return on_pong(message.payload);
    say({{"event", "message"},
         {"connection", number_},
         {"name", escape_foreign(message.type.name())},
         {"bytes", message.payload.size()},
         {"sha256d", to_hex(crypto::sha256d(message.payload))}});
    session_->on_message(now, kind, message.payload);
  }
  void on_pong(ByteView payload) {
    if (payload.size() != 8 || load_le<std::uint64_t>(payload.data()) != pongs_ + 1) return;
    if (++pongs_ == awaited_pongs_) {
      say({{"event", "pongs"}, {"connection", number_}, {"count", pongs_}});
    }
  }

  // The transport's or the session's.
  std::string_view fault_name(const net::End& end) const {
    if (end.fault) return transport::rule_name(end.fault->rule);
    return session_ && session_->fault() ? peer::rule_name(session_->fault()->rule) : "";
  }

  // What the session has to say, to the peer and to the test.
  void pass_on() {
    do {
      while (const auto message = session_->poll_message()) send(*message);
    } while (take_event());
    if (session_->fault()) connection_->close();
  }
  bool take_event() {
    const auto event = session_->poll_event();
    if (event && std::holds_alternative<peer::HandshakeDone>(*event)) ready();
    return event.has_value();
  }
  void ready() {
    all_.current = number_;
    say({{"event", "ready"},
         {"connection", number_},
         {"user_agent", escape_foreign(session_->facts().user_agent)}});
  }

  std::deque<protocol::OwnedMessage> waiting_;
  Conversations& all_;
  std::shared_ptr<net::Connection> connection_;
  protocol::Direction direction_;
  std::string reason_;
  int number_;
  std::optional<peer::Session> session_;
  std::uint64_t awaited_pongs_ = 0;
  std::uint64_t pongs_ = 0;
};

class TestPeer {
 public:
  explicit TestPeer(const Options& options) : keys_(entropy_, 4) { all_.options = options; }

  // False where it cannot listen.
  bool listen() {
    auto listener = net::Listener::open(
        runtime_, {"127.0.0.1", 0}, {.v2 = v2_config(all_.options)}, keys_, entropy_,
        [this](auto connection) {
          converse(std::move(connection), protocol::Direction::kInbound, "dialled by the peer");
        });
    if (!listener) return false;
    listener_ = std::move(*listener);
    say({{"event", "listening"}, {"address", to_string(listener_->address())}});
    return true;
  }

  void run() {
    std::jthread commands([this] {
      for (std::string line; std::getline(std::cin, line);) {
        runtime_.post([this, line] { obey(line); });
      }
      runtime_.post([this] { end(); });
    });
    runtime_.run();
  }

 private:
  void converse(std::shared_ptr<net::Connection> connection, protocol::Direction direction,
                std::string_view reason) {
    auto user = std::make_shared<Conversation>(all_, connection, direction, reason);
    all_.open.emplace(all_.last_number, user);
    connection->start(std::move(user));
  }

  // Then nothing is left for the loop to do.
  void end() {
    listener_.reset();
    if (dial_) dial_->cancel();
    for (const auto& [number, conversation] : all_.open) conversation->connection().abort();
  }

  void dial(const std::string& target, const std::string& policy) {
    net::DialConfig config{.policy = transport::dial_policy_from_name(policy).value_or(
                               transport::DialPolicy::kPreferV2),
                           .v2 = v2_config(all_.options)};
    dial_ = net::dial(runtime_, parse_endpoint(target, 0).value_or(Endpoint{}), std::move(config),
                      keys_, entropy_, [this](auto result) { dialled(std::move(result)); });
  }
  void dialled(std::expected<net::Dialled, net::DialFailure> result) {
    if (result) {
      return converse(std::move(result->connection), protocol::Direction::kOutbound,
                      transport::version_reason_text(result->reason));
    }
    const net::DialFailure& failure = result.error();
    say({{"event", "dial_failed"},
         {"phase", net::dial_phase_name(failure.phase)},
         {"error", net::dial_error_name(failure.error)},
         {"fault", failure.fault ? transport::rule_name(failure.fault->rule) : ""},
         {"text", escape_foreign(failure.text)}});
  }

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb, first, second;
    words >> verb >> first >> second;
    if (verb == "dial") return dial(first, second);
    const auto found = all_.open.find(all_.current);
    if (found == all_.open.end()) return say({{"event", "refused"}, {"what", verb}});
    found->second->connection().post([conversation = found->second, verb, first, second] {
      steer(*conversation, verb, first, second);
    });
  }
  static void steer(Conversation& conversation, const std::string& verb, const std::string& first,
                    const std::string& second) {
    if (verb == "send") return conversation.send(first, from_hex(second).value_or(Bytes{}));
    if (verb == "ping") return conversation.ping(std::stoull(first));
    if (verb == "decoys") return conversation.decoys(std::stoull(first), std::stoull(second));
    if (verb == "info") return conversation.info();
    if (verb == "close") return conversation.connection().close();
    say({{"event", "refused"}, {"what", verb}});
  }

  crypto::SystemEntropy entropy_;
  transport::KeyPool keys_;
  net::Runtime runtime_;
  Conversations all_;
  std::unique_ptr<net::Listener> listener_;
  std::shared_ptr<net::Dial> dial_;
};

}  // namespace
}  // namespace veilwire

int main(int argc, char** argv) {
  veilwire::Options options;
  CLI::App arguments("One end of real conversations, steered by a test");
  arguments.add_option("--garbage", options.garbage_bytes, "Bytes of garbage");
  arguments.add_option("--early-decoys", options.early_decoys, "Decoys before the version packet");
  arguments.add_option("--handshake-timeout", options.handshake_seconds, "Seconds");
  CLI11_PARSE(arguments, argc, argv);
  veilwire::TestPeer test_peer(options);
  if (!test_peer.listen()) return 1;
  test_peer.run();
  return 0;
}
