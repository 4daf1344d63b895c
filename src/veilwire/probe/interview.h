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
#include "veilwire/net/connection.h"
#include "veilwire/net/dial.h"
#include "veilwire/peer/nonces.h"
#include "veilwire/peer/session.h"
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
  peer::SessionConfig session{};
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

class Interview final : public net::Connection::User {
 public:
  using OnReport = std::function<void(const Report&)>;
  using OnHoldCut = std::function<void(const CutHold&)>;
  using OnOver = std::function<void()>;
  struct Callbacks {
    OnReport on_report;     // once
    OnHoldCut on_hold_cut;  // after it, at most once
    OnOver on_over;         // once, when the connection has ended
  };

  // `report` says what is known from the dial. The connection must be started with this as its
  // user; `entropy` must live as long.
  //
  // The nonces are shared: a runtime that is destroyed in the middle of it ends its connections
  // after the prober is gone.
  Interview(InterviewConfig config, net::Connection& connection, transport::VersionReason reason,
            Report report, std::shared_ptr<peer::Nonces> nonces, Entropy& entropy, TimePoint now,
            Callbacks callbacks);

  void on_event(TimePoint now, const transport::Event& event) override;
  std::optional<TimePoint> next_deadline() const override;
  void on_deadline(TimePoint now) override;
  void on_end(const net::End& end) override;

  // Ends it without a report. On the connection's strand.
  void cancel();

 private:
  void send_decoys();
  void take(TimePoint now, const transport::MessageReceived& message);
  void count_unasked(std::size_t bytes);
  // After anything that happened: session and inquiry are asked for what they have.
  void turn(TimePoint now);
  void take_session_events(TimePoint now);
  void send_messages(TimePoint now);
  void send(TimePoint now, const protocol::OwnedMessage& message);
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
  net::Connection& connection_;
  transport::VersionReason reason_;
  Report report_;
  std::shared_ptr<peer::Nonces> nonces_;
  peer::Session session_;
  Callbacks callbacks_;
  std::optional<Inquiry> inquiry_;  // once version and verack are there
  // What a message that nobody uses any more wanted, where the peer sent one.
  std::optional<std::string_view> obsolete_;
  std::uint64_t unasked_messages_ = 0;
  std::uint64_t unasked_bytes_ = 0;
  bool reported_ = false;
  std::optional<TimePoint> hold_until_;
};

}  // namespace veilwire::probe
