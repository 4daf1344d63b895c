// Connections that fall silent, all at once, since each may last a minute.
#include <algorithm>
#include <array>
#include <deque>
#include <string>

#include "veilwire/probe/conformance/stage.h"

namespace veilwire::probe::conformance {
namespace {

// So many decoys come in the time that a silent connection is given.
constexpr int kDecoys = 15;
// How long one connection is listened to before the next has its turn.
constexpr milliseconds kTurn{5};

enum class Says : std::uint8_t { kNothing, kSomeDecoys };

// One connection that has said its beginning and then says nothing, or nothing but decoys.
struct Watched {
  explicit Watched(Stage& stage) : talk(stage.open()) {}

  Trial talk;
  Says says = Says::kNothing;
  bool began = false;
  Deadline silent_since{};
  Deadline next_decoy{};
  std::optional<Finding> finding{};
};

void begin_nothing(Watched& watched) { watched.began = watched.talk.connected(); }

void begin_one_byte(Watched& watched) {
  watched.began = watched.talk.say(watched.talk.adversary().key().first(1));
}

void begin_key(Watched& watched) {
  Trial& talk = watched.talk;
  watched.began = talk.say(talk.adversary().key()) && talk.hear_version_packet();
}

void begin_terminator(Watched& watched) {
  begin_key(watched);
  watched.began = watched.began && watched.talk.say(watched.talk.adversary().terminator());
}

void begin_decoys(Watched& watched) {
  begin_terminator(watched);
  watched.says = Says::kSomeDecoys;
}

void begin_handshake(Watched& watched) { watched.began = watched.talk.shake_hands({}); }

struct TimeoutRule {
  RequirementInfo info;
  void (*begin)(Watched&);
};

constexpr std::array kTimeouts = std::to_array<TimeoutRule>({
    {{"ends_silence_before_first_byte", Demand::kPolicy, clause::kPractice,
      "A connection that says nothing ends within about 60 s."},
     begin_nothing},
    {{"ends_silence_after_one_byte", Demand::kPolicy, clause::kPractice,
      "A connection that says one byte ends within about 60 s."},
     begin_one_byte},
    {{"ends_silence_after_key", Demand::kPolicy, clause::kPractice,
      "A connection that says no more than its key ends within about 60 s."},
     begin_key},
    {{"ends_silence_after_terminator", Demand::kPolicy, clause::kPractice,
      "A connection that falls silent after its terminator ends within about 60 s."},
     begin_terminator},
    {{"ends_decoys_without_version_packet", Demand::kPolicy, clause::kPractice,
      "Decoys before the version packet keep no connection for more than about 60 s."},
     begin_decoys},
    {{"ends_silence_after_handshake", Demand::kPolicy, clause::kPractice,
      "A connection without a version message ends within about 60 s."},
     begin_handshake},
});

std::string seconds_text(Duration duration) {
  const auto tenths = std::chrono::duration_cast<milliseconds>(duration).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Finding finding_after(const Watched& watched, Duration silent, const Options& options) {
  if (watched.talk.ended()) {
    // What is ended at once is an admission limit's.
    if (silent < options.quiet_time) return unclear("It ended at once: too soon for a time-out.");
    return pass("It ended after " + seconds_text(silent) + ".");
  }
  return fail("It was still there after " + seconds_text(silent) + ".");
}

void say_due_decoy(Watched& watched, const Options& options) {
  if (watched.says != Says::kSomeDecoys || Clock::now() < watched.next_decoy) return;
  watched.next_decoy = Clock::now() + options.silence_timeout / kDecoys;
  watched.talk.say_decoy(Bytes(10));
}

void watch(Watched& watched, const Options& options) {
  say_due_decoy(watched, options);
  watched.talk.listen_on(kTurn);
  const Duration silent = Clock::now() - watched.silent_since;
  if (watched.talk.ended() || silent >= options.silence_timeout) {
    watched.finding = finding_after(watched, silent, options);
  }
}

Finding finding_of(const Watched& watched) {
  return watched.finding.value_or(not_played(watched.talk));
}

}  // namespace

std::span<const RequirementInfo> timeout_rules() {
  static const auto infos = [] {
    std::array<RequirementInfo, kTimeouts.size()> all{};
    std::ranges::transform(kTimeouts, all.begin(), &TimeoutRule::info);
    return all;
  }();
  return infos;
}

std::vector<Finding> play_timeouts(Stage& stage) {
  std::deque<Watched> all;
  for (const TimeoutRule& rule : kTimeouts) {
    Watched& watched = all.emplace_back(stage);
    rule.begin(watched);
    watched.silent_since = Clock::now();
  }
  const auto is_open = [](const Watched& watched) { return watched.began && !watched.finding; };
  while (std::ranges::any_of(all, is_open) && !stage.options().stopping()) {
    for (Watched& watched : all) {
      if (is_open(watched)) watch(watched, stage.options());
    }
  }
  std::vector<Finding> findings;
  std::ranges::transform(all, std::back_inserter(findings), finding_of);
  return findings;
}

}  // namespace veilwire::probe::conformance
