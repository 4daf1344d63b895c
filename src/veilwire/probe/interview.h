// One conversation with one peer over a connection that is established: version and verack, the
// questions, the report, perhaps some time of keeping the connection open, a polite end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/base/endpoint.h"
#include "veilwire/base/entropy.h"
#include "veilwire/channel/channel.h"
#include "veilwire/net/connection.h"
#include "veilwire/net/dial.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/probe/failure.h"
#include "veilwire/probe/inquiry.h"
#include "veilwire/probe/report.h"

namespace veilwire::probe {

// What a peer may send before the report is made, beside the answers to what was asked. A peer that
// announces its whole mempool at once stays far below; one that never stops costs us this much.
inline constexpr std::uint64_t kMaxUnaskedMessages = 10'000;
inline constexpr std::uint64_t kMaxUnaskedBytes = 16'000'000;
// Contents of a decoy of ours: zeros, as many as a peer that wrongly parses decoys reads as a
// message without a name.
inline constexpr std::size_t kDecoyContentsBytes = 13;

struct InterviewConfig {
  InquiryConfig inquiry;
  std::shared_ptr<const peer::SessionConfig> session{};
  unsigned decoys = 0;  // sent when the connection is established; version 2 only
  Duration hold{};      // kept open after the report
  Duration timeout{};   // of the whole target: only for what is said when it has passed
  TimePoint deadline{};
};

// A connection that was to be held open and was not, to its end.
struct CutHold {
  Endpoint address{};
  Duration held{};
  Duration wanted{};
  std::string why{};  // one sentence without its full stop; empty where the peer just ended it

  // "127.0.0.1:8333 ended the connection after 2 s of 30 s", without a full stop.
  std::string sentence() const;
};

class Interview final : public net::Driver::User {
 public:
  using OnReport = std::function<void(const Report&)>;
  using OnHoldCut = std::function<void(const CutHold&)>;
  using OnOver = std::function<void()>;
  struct Callbacks {
    OnReport on_report;     // once
    OnHoldCut on_hold_cut;  // after it, at most once
    OnOver on_over;         // once, when the connection has ended
  };

  // `report` says what is known from the dial. The driver must be started with machine() and this as
  // its user; `entropy` must live as long.
  //
  // The nonces are shared: a runtime that is destroyed in the middle of it ends its connections
  // after the prober is gone.
  Interview(InterviewConfig config, net::Connection::Parts connection,
            transport::VersionReason reason, Report report, std::shared_ptr<peer::Nonces> nonces,
            Entropy& entropy, TimePoint now, Callbacks callbacks);

  ByteMachine& machine() { return channel_; }

  bool take_event(TimePoint now) override;
  void on_read(TimePoint now) override { turn(now); }
  std::optional<TimePoint> next_deadline() const override;
  void on_deadline(TimePoint now) override;
  void on_end(net::EndReason reason, const std::string& system_error) override;

  // Ends it without a report. On the driver's strand.
  void cancel();

 private:
  // The wall's clock is all that a probe says of its own side.
  struct Clock final : peer::OwnFactsSource {
    peer::OwnFacts own_facts() override;
  };

  void send_decoys(TimePoint now);
  void take(TimePoint now, const channel::Event& event);
  void take_message(TimePoint now, const channel::MessageReceived& message);
  // After anything that happened: channel and inquiry are asked for what they have.
  void turn(TimePoint now);
  void ask(TimePoint now);
  bool hears_too_much() const;
  std::optional<peer::SessionFault> broken_rule_of_peer() const;
  void note_clock();
  void past_deadline(TimePoint now);
  Phase phase() const { return inquiry_ ? Phase::kQuestions : Phase::kVersion; }
  // Makes the report. With a failure the connection ends at once.
  void finish(TimePoint now, std::optional<Failure> failure);
  void give_report(std::optional<Failure> failure);
  // The peer's first bytes are version 1's, or version 2 was agreed on.
  bool spoke_transport() const;
  void cut_hold(TimePoint now, std::string why);

  InterviewConfig config_;
  std::shared_ptr<net::Driver> driver_;
  transport::VersionReason reason_;
  Report report_;
  std::shared_ptr<peer::Nonces> nonces_;
  Clock clock_;
  channel::Channel channel_;
  Callbacks callbacks_;
  std::optional<Inquiry> inquiry_;  // once version and verack are there
  // What a message that nobody uses any more wanted, where the peer sent one.
  std::optional<std::string_view> obsolete_;
  // Of what was received, the answers.
  std::uint64_t asked_messages_ = 0;
  std::uint64_t asked_bytes_ = 0;
  bool reported_ = false;
  std::optional<TimePoint> hold_until_;
};

}  // namespace veilwire::probe
