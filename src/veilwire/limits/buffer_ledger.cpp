#include "veilwire/limits/buffer_ledger.h"

#include <algorithm>
#include <utility>

#include "veilwire/base/deadline.h"

namespace veilwire::limits {

std::string_view step_name(BufferLedger::Step step) {
  switch (step) {
    case BufferLedger::Step::kStopReading:
      return "stop_reading";
    case BufferLedger::Step::kResumeReading:
      return "resume_reading";
    case BufferLedger::Step::kCloseForRoom:
      return "close_for_room";
    case BufferLedger::Step::kCloseStalled:
      return "close_stalled";
  }
  return "";
}

// -- What is held ---------------------------------------------------------------------------------

void BufferLedger::set(TimePoint now, Id id, const Source& source, const Partial& partial) {
  auto place = entries_.find(id);
  if (place == entries_.end()) {
    if (partial.bytes == 0) return;
    place = entries_.emplace(id, Entry{.source = source, .since = now, .grown_at = now}).first;
    ++sources_[source].entries;
    small_.emplace(now, id);
  }
  Entry& entry = place->second;
  if (entry.state == State::kClosing) return;
  const bool is_new = is_new_message(entry, partial);
  held_ += partial.bytes - entry.partial.bytes;
  entry.partial = partial;
  if (is_new) {
    if (entry.state == State::kWaiting) completed_.insert(id);
    release(entry);
    entry.grown_to = 0;
    set_state(now, id, entry, State::kSmall);
  }
  note_growth(now, id, entry);
  if (partial.bytes == 0) return erase(place);
  if (entry.state == State::kSmall && partial.bytes > limits_.always_bytes) {
    set_state(now, id, entry, State::kAsking);
  }
}

bool BufferLedger::is_new_message(const Entry& entry, const Partial& partial) {
  return partial.bytes < entry.partial.bytes || partial.size != entry.partial.size;
}

void BufferLedger::note_growth(TimePoint now, Id id, Entry& entry) {
  if (entry.grown_to != 0 && entry.partial.bytes < entry.grown_to + kGrowthBytes) return;
  std::set<Ticket>* const queue = growth_queue(entry.state);
  if (queue != nullptr) queue->erase({entry.grown_at, id});
  entry.grown_to = entry.partial.bytes;
  entry.grown_at = now;
  if (queue != nullptr) queue->emplace(now, id);
}

void BufferLedger::remove(Id id) {
  completed_.erase(id);
  if (const auto place = entries_.find(id); place != entries_.end()) erase(place);
}

void BufferLedger::erase(Entries::iterator place) {
  auto& [id, entry] = *place;
  release(entry);
  set_state({}, id, entry, State::kClosing);
  held_ -= entry.partial.bytes;
  const auto source = sources_.find(entry.source);
  if (--source->second.entries == 0) sources_.erase(source);
  entries_.erase(place);
}

void BufferLedger::release(Entry& entry) {
  Standing& standing = sources_.find(entry.source)->second;
  leave_queue(standing);
  reserved_ -= entry.reserved;
  standing.reserved -= entry.reserved;
  entry.reserved = 0;
  join_queue(standing);
}

void BufferLedger::leave_queue(const Standing& standing) {
  if (!standing.waiting.empty()) next_.erase({standing.reserved, *standing.waiting.begin()});
}

void BufferLedger::join_queue(const Standing& standing) {
  if (!standing.waiting.empty()) next_.emplace(standing.reserved, *standing.waiting.begin());
}

std::set<BufferLedger::Ticket>* BufferLedger::growth_queue(State state) {
  if (state == State::kGranted) return &granted_;
  return state == State::kSmall || state == State::kAsking ? &small_ : nullptr;
}

void BufferLedger::set_state(TimePoint now, Id id, Entry& entry, State state) {
  Standing& standing = sources_.find(entry.source)->second;
  if (std::set<Ticket>* const queue = growth_queue(entry.state)) queue->erase({entry.grown_at, id});
  leave_queue(standing);
  if (entry.state == State::kWaiting) {
    standing.waiting.erase({entry.since, id});
    waiting_since_.erase({entry.since, id});
  }
  asking_.erase(id);
  // The time for which it waited is not held against it.
  if (entry.state == State::kWaiting || state == State::kGranted) entry.grown_at = now;
  entry.state = state;
  entry.since = now;
  if (std::set<Ticket>* const queue = growth_queue(state)) queue->emplace(entry.grown_at, id);
  if (state == State::kAsking) asking_.insert(id);
  if (state == State::kWaiting) {
    standing.waiting.emplace(now, id);
    waiting_since_.emplace(now, id);
  }
  join_queue(standing);
}

std::size_t BufferLedger::read_limit(Id id) const {
  if (waiting_since_.empty()) return limits_.read_bytes;
  const auto place = entries_.find(id);
  const bool is_granted = place != entries_.end() && place->second.state == State::kGranted;
  return is_granted ? limits_.read_bytes : limits_.always_bytes;
}

// -- What is to be done ---------------------------------------------------------------------------

std::optional<BufferLedger::Decision> BufferLedger::poll(TimePoint now) {
  if (!completed_.empty()) {
    return Decision{completed_.extract(completed_.begin()).value(), Step::kResumeReading, 0};
  }
  auto decision = decide_on_one_who_asks(now);
  if (!decision) decision = close_standing(now);
  if (!decision) decision = grant_next(now);
  if (!decision) decision = close_slowest(now);
  return decision;
}

std::size_t BufferLedger::size_wanted(const Entry& entry) {
  return std::max(entry.partial.bytes, entry.partial.size);
}

// One that is larger than the whole budget gets it alone.
bool BufferLedger::has_room_for(std::size_t size) const {
  return reserved_ == 0 || reserved_ + size <= limits_.budget_bytes;
}

std::optional<BufferLedger::Decision> BufferLedger::decide_on_one_who_asks(TimePoint now) {
  while (!asking_.empty()) {
    const Id id = *asking_.begin();
    Entry& entry = entries_.find(id)->second;
    // Behind those who wait: or a large message would wait as long as small ones come.
    if (!waiting_since_.empty() || !has_room_for(size_wanted(entry))) {
      set_state(now, id, entry, State::kWaiting);
      return Decision{id, Step::kStopReading, entry.partial.bytes};
    }
    grant(now, id, entry);
  }
  return std::nullopt;
}

void BufferLedger::grant(TimePoint now, Id id, Entry& entry) {
  Standing& standing = sources_.find(entry.source)->second;
  leave_queue(standing);
  entry.reserved = size_wanted(entry);
  reserved_ += entry.reserved;
  standing.reserved += entry.reserved;
  join_queue(standing);
  set_state(now, id, entry, State::kGranted);
}

std::optional<BufferLedger::Decision> BufferLedger::grant_next(TimePoint now) {
  if (next_.empty()) return std::nullopt;
  const Id id = next_.begin()->second.second;
  Entry& entry = entries_.find(id)->second;
  if (!has_room_for(size_wanted(entry))) return std::nullopt;
  grant(now, id, entry);
  return Decision{id, Step::kResumeReading, entry.partial.bytes};
}

BufferLedger::Decision BufferLedger::close(TimePoint now, Id id, Step step) {
  Entry& entry = entries_.find(id)->second;
  release(entry);
  set_state(now, id, entry, State::kClosing);
  return {id, step, entry.partial.bytes};
}

std::optional<BufferLedger::Decision> BufferLedger::close_standing(TimePoint now) {
  if (!small_.empty() && now >= deadline_after(small_.begin()->first, kGrowthTimeout)) {
    return close(now, small_.begin()->second, Step::kCloseStalled);
  }
  if (granted_.empty()) return std::nullopt;
  const auto [grown_at, id] = *granted_.begin();
  if (now >= deadline_after(grown_at, kGrowthTimeout)) return close(now, id, Step::kCloseStalled);
  if (waiting_since_.empty() || now < deadline_after(grown_at, kGrowthGrace)) return std::nullopt;
  return close(now, id, Step::kCloseForRoom);
}

std::optional<TimePoint> BufferLedger::longest_waiting_since() const {
  if (waiting_since_.empty()) return std::nullopt;
  return std::max(waiting_since_.begin()->first, turned_out_at_);
}

// Looks at every reservation, once in kPatience: there are at most budget over always_bytes.
std::optional<BufferLedger::Decision> BufferLedger::close_slowest(TimePoint now) {
  const auto since = longest_waiting_since();
  if (!since) turning_out_ = false;
  if (since && now >= deadline_after(*since, kPatience)) {
    turning_out_ = true;
    turned_out_at_ = now;
  }
  if (!turning_out_) return std::nullopt;
  std::optional<std::pair<std::uint64_t, Id>> slowest;
  for (const auto& [id, entry] : entries_) {
    if (entry.state != State::kGranted || now < deadline_after(entry.since, kTurn)) continue;
    if (sources_.find(entry.source)->second.reserved < share()) continue;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - entry.since);
    const std::uint64_t pace = entry.partial.bytes / static_cast<std::uint64_t>(seconds.count());
    if (!slowest || pace < slowest->first) slowest = {pace, id};
  }
  const bool has_room = reserved_ <= limits_.budget_bytes - limits_.budget_bytes / 8;
  if (!slowest || has_room) {
    turning_out_ = false;
    return std::nullopt;
  }
  return close(now, slowest->second, Step::kCloseForRoom);
}

std::optional<TimePoint> BufferLedger::next_deadline() const {
  std::optional<TimePoint> at;
  const auto since = longest_waiting_since();
  if (since) at = deadline_after(*since, kPatience);
  if (!small_.empty()) at = earlier(at, deadline_after(small_.begin()->first, kGrowthTimeout));
  if (!granted_.empty()) {
    const Duration wait = since ? kGrowthGrace : kGrowthTimeout;
    at = earlier(at, deadline_after(granted_.begin()->first, wait));
  }
  return at;
}

}  // namespace veilwire::limits
