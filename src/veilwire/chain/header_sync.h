// One peer's headers, from the first question to the end of its chain.
//
// A chain with enough work goes to the tree as it comes; one that has yet to show it goes through
// Presync first, so that nobody fills the tree with headers that cost nothing. A machine ends for
// ever with its first fault or missed deadline and asks nothing more, so that a peer which stops at
// 99 % costs one start with another peer: who owns the machines chooses that one, and makes a new
// machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "veilwire/base/entropy.h"
#include "veilwire/base/time.h"
#include "veilwire/chain/header_sync_end.h"
#include "veilwire/chain/header_tree.h"
#include "veilwire/chain/presync.h"

namespace veilwire::chain {

struct HeaderSyncTimes {
  // To one question. As Bitcoin Core has them.
  Duration reply = std::chrono::minutes(2);
  // To all of them, until the peer has no more: so much, and for each header that it should have.
  Duration whole = std::chrono::minutes(15);
  Duration each_header = std::chrono::milliseconds(1);
};

// When it is, and how much work a chain must show now: required_work().
struct HeaderSyncMoment {
  TimePoint now{};
  UnixTime wall{};
  ChainWork required_work{};
};

// The network's minimum, and a day's work less than the active tip's, whichever is more: once a
// node is at the tip, nobody can fill its tree with forks from far below.
ChainWork required_work(const HeaderTree& tree, NodeIndex active_tip,
                        const ChainWork& minimum_work);

// What the owner is to do or to know, in this order.
struct AskForHeaders {  // getheaders, up to where the peer likes
  std::vector<Hash256> locator;
};
struct HeadersTaken {  // `count` more are in the tree or were, `last` the last of them
  std::size_t count = 0;
  NodeIndex last{};
};
struct AskAgainAt {  // a header came too early: start() again then, not before
  UnixTime time{};
};
struct HeaderSyncEnded {
  HeaderSyncEnd why{};
  std::optional<HeaderRefusal> refusal{};  // of kBreaksRule
};
using HeaderSyncAction = std::variant<AskForHeaders, HeadersTaken, AskAgainAt, HeaderSyncEnded>;

class HeaderSync {
 public:
  enum class State : std::uint8_t {
    kIdle,           // nothing is asked: not yet, or the peer has no more
    kAsking,         // headers go to the tree as they come
    kCommitting,     // Presync's phases
    kRedownloading,  //
    kEnded,
  };

  // Tree and entropy must outlive it.
  HeaderSync(HeaderTree& tree, Entropy& entropy, const HeaderSyncTimes& times = {});

  // Asks for our best header and what comes after it. Nothing where it is asking already or has ended.
  void start(const HeaderSyncMoment& moment);
  // A message "headers", asked for or not. REQUIRES: at most wire::kMaxHeaders.
  void on_headers(const HeaderSyncMoment& moment, std::span<const wire::BlockHeader> headers);
  void on_deadline(const HeaderSyncMoment& moment);

  std::optional<HeaderSyncAction> poll_action();
  std::optional<TimePoint> next_deadline() const;

  State state() const { return state_; }
  // Of Presync, whose bound see. Beside it, only while a message is looked at: 120 bytes for each
  // of its 2000 headers, and for each that Presync lets go, 2.1 MB at the most on main.
  std::size_t bytes() const { return presync_ ? presync_->bytes() : 0; }

 private:
  void ask(const HeaderSyncMoment& moment, std::vector<Hash256> locator);
  void ask_from_best(const HeaderSyncMoment& moment);
  void become_idle();
  void end(HeaderSyncEnd why, std::optional<HeaderRefusal> refusal = std::nullopt);

  void on_unconnected(const HeaderSyncMoment& moment);
  void on_connected(const HeaderSyncMoment& moment, NodeIndex parent,
                    std::span<const HashedHeader> headers);
  void begin_presync(const HeaderSyncMoment& moment, NodeIndex parent,
                     std::span<const HashedHeader> headers);
  void to_presync(const HeaderSyncMoment& moment, std::span<const HashedHeader> headers);
  // Whether all were taken.
  bool to_tree(UnixTime wall, std::span<const HashedHeader> headers);
  void on_refused(const HashedHeader& header, const HeaderRefusal& refusal);
  void go_on(const HeaderSyncMoment& moment, NodeIndex last, std::size_t message_size);
  bool is_announcement(std::span<const wire::BlockHeader> headers) const;
  bool have_work_of_their_own(std::span<const HashedHeader> headers) const;

  HeaderTree& tree_;
  Entropy& entropy_;
  HeaderSyncTimes times_;
  State state_ = State::kIdle;
  std::optional<TimePoint> reply_by_;
  std::optional<TimePoint> whole_by_;
  std::optional<Presync> presync_;
  std::uint32_t unconnected_in_a_row_ = 0;
  // The height that its last full message reached; the next one must go beyond it.
  std::optional<protocol::Height> reached_;
  std::deque<HeaderSyncAction> actions_;
};

}  // namespace veilwire::chain
