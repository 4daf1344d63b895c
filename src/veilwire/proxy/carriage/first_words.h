// Who says the first words on a connection that has just been made, and what is to become of it: a
// machine without socket or clock.
//
//   FirstWords words(now, times);
//   words.program_said(all that it has said), words.target_said(now), and on_deadline(now) at
//   next_deadline(), until one of them decides.
//
// A Bitcoin program speaks as soon as it is connected, and its peer only after it. Where the target
// speaks first all the same, somebody on the way may have said it: the program is still waited for,
// since what it says decides more.
#pragma once

#include <cstdint>
#include <optional>

#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"

namespace veilwire::proxy {

struct FirstWordsTimes {
  // For the program, from the target's first word on. It has been told that it is connected by
  // then, and its `version` is under way; bounds what a server that greets first, such as one for
  // mail, makes its client wait.
  Duration after_target = std::chrono::seconds(3);
  // For anybody. The bytes that may still come are not ours to judge.
  Duration for_anybody = std::chrono::seconds(60);
};

class FirstWords {
 public:
  enum class Decision : std::uint8_t {
    kWait,
    kTranslate,         // the program speaks version 1
    kProgramNotV1,      // it speaks something else
    kTargetSpokeFirst,  // and the program has not decided it since; said once
    kNobodySpoke,       // or not enough to tell
  };

  FirstWords(TimePoint now, const FirstWordsTimes& times);

  // `all`: everything that the program has said so far.
  static Decision program_said(ByteView all);
  // The first call counts.
  void target_said(TimePoint now);

  // Nothing once all has been said that a deadline can say.
  std::optional<TimePoint> next_deadline() const;
  Decision on_deadline(TimePoint now);

 private:
  FirstWordsTimes times_;
  std::optional<TimePoint> nobody_at_;
  std::optional<TimePoint> target_at_;
  bool target_spoke_ = false;
};

}  // namespace veilwire::proxy
