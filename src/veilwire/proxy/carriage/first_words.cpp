#include "veilwire/proxy/carriage/first_words.h"

#include <utility>

#include "veilwire/base/deadline.h"
#include "veilwire/proxy/carriage/first_bytes.h"

namespace veilwire::proxy {

FirstWords::FirstWords(TimePoint now, const FirstWordsTimes& times)
    : times_(times), nobody_at_(deadline_after(now, times.for_anybody)) {}

FirstWords::Decision FirstWords::program_said(ByteView all) {
  switch (speech_of(all)) {
    case Speech::kUndecided:
      return Decision::kWait;
    case Speech::kVersion1:
      return Decision::kTranslate;
    case Speech::kOther:
      break;
  }
  return Decision::kProgramNotV1;
}

void FirstWords::target_said(TimePoint now) {
  if (!std::exchange(target_spoke_, true)) target_at_ = deadline_after(now, times_.after_target);
}

std::optional<TimePoint> FirstWords::next_deadline() const {
  return earlier(nobody_at_, target_at_);
}

FirstWords::Decision FirstWords::on_deadline(TimePoint now) {
  if (nobody_at_ && now >= *nobody_at_) {
    nobody_at_.reset();
    target_at_.reset();
    return Decision::kNobodySpoke;
  }
  if (target_at_ && now >= *target_at_) {
    target_at_.reset();
    return Decision::kTargetSpokeFirst;
  }
  return Decision::kWait;
}

}  // namespace veilwire::proxy
