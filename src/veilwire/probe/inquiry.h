// What a probe asks of a peer that has shaken hands, and what is still to be awaited: a round trip,
// and where wished for, addresses and headers. No socket, no clock.
//
//   Inquiry inquiry(config, now);      when the handshake is done; the driver also pings
//   on_message() for each message that the session leaves to its user, on_round_trip(),
//   on_deadline() at next_deadline(); push what poll_message() gives;
//   until done(), or failure() says what the peer did wrong.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"
#include "veilwire/peer/session.h"
#include "veilwire/probe/header_chain.h"
#include "veilwire/probe/report.h"
#include "veilwire/protocol/network.h"
#include "veilwire/wire/headers.h"

namespace veilwire::probe {

// How long an answer to ping or getheaders is awaited. Peers may leave any question unanswered.
inline constexpr Duration kAnswerTimeout = std::chrono::seconds(10);
// A peer relays up to 10 addresses a message on its own; more are the answer to getaddr. One alone
// is how a peer announces itself, and answers nothing. The answer may be half a minute away, as
// peers send addresses at random times: it is awaited for as long as the inquiry may last.
inline constexpr std::size_t kMaxRelayedAddresses = 10;
// Addresses kept of one peer: bounds its share of our memory.
inline constexpr std::size_t kMaxAddressesKept = 3000;

struct InquiryConfig {
  protocol::Network network;
  bool addresses = false;
  std::uint32_t headers = 0;  // how many, from the genesis block on
  TimePoint deadline;         // of the last answer
};

class Inquiry {
 public:
  Inquiry(const InquiryConfig& config, TimePoint now);

  // True where the message answers something that was asked. One question has one answer: addresses
  // that follow the first are taken, but nobody asked for them again.
  bool on_message(TimePoint now, protocol::MessageKind kind, ByteView payload);
  void on_round_trip();
  void on_deadline(TimePoint now);
  // Nothing once it is done.
  std::optional<TimePoint> next_deadline() const;

  std::optional<protocol::OwnedMessage> poll_message();

  bool done() const;
  std::optional<Failure> failure() const { return failure_; }
  // What was learned so far; what is still awaited or was given up is named as unanswered.
  void tell(Report& report) const;

 private:
  // One question, that may be put again for more.
  struct Question {
    std::optional<TimePoint> awaited_until{};  // unset: never asked, answered, or given up
    bool open = false;                         // asked, and not answered since
    bool answered = false;                     // at least once

    void ask(TimePoint until);
    void answer();
    void give_up(TimePoint now);
  };

  void ask_headers(TimePoint now);
  // Addr or AddrV2.
  template <typename Message>
  bool take_addresses(ByteView payload);
  void take_headers(TimePoint now, ByteView payload);
  void add_headers(TimePoint now, const wire::Headers& headers);
  void fail(Failure failure);

  InquiryConfig config_;
  Question ping_;
  Question getaddr_;
  Question getheaders_;
  HeaderChain chain_;
  std::vector<AddressSeen> addresses_;
  std::deque<protocol::OwnedMessage> outgoing_;
  std::optional<Failure> failure_;
};

}  // namespace veilwire::probe
