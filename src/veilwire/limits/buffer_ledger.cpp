#include "veilwire/limits/buffer_ledger.h"

#include <algorithm>

namespace veilwire::limits {

void BufferLedger::set(Id id, std::size_t bytes) {
  resumed_.erase(id);
  auto place = entries_.find(id);
  if (place == entries_.end()) {
    if (bytes == 0) return;
    place = entries_.emplace(id, Entry{}).first;
  } else {
    unlist(place);
  }
  Entry& entry = place->second;
  held_ += bytes - entry.bytes;
  stop_is_due_ = stop_is_due_ || bytes > entry.bytes;
  entry.bytes = bytes;
  if (bytes == 0 && entry.state == State::kReading) {
    entries_.erase(place);
  } else {
    enlist(place);
  }
}

void BufferLedger::remove(Id id) {
  resumed_.erase(id);
  const auto place = entries_.find(id);
  if (place == entries_.end()) return;
  unlist(place);
  held_ -= place->second.bytes;
  entries_.erase(place);
}

std::optional<BufferLedger::Decision> BufferLedger::poll(TimePoint now) {
  if (now >= room_kept_until_) resumed_.clear();
  auto decision = stop_largest();
  if (!decision) decision = resume_smallest(now);
  if (!decision) decision = close_largest(now);
  watch_the_time(now);
  return decision;
}

std::optional<TimePoint> BufferLedger::next_deadline() const {
  if (stopped_.empty()) return std::nullopt;
  if (resumed_.empty()) return patience_end_;
  return std::min(*patience_end_, room_kept_until_);
}

bool BufferLedger::has_room_for_a_read() const {
  // An eighth below the cap, so that the two do not take turns at every read.
  const std::size_t low = limits_.cap_bytes - limits_.cap_bytes / 8;
  return held_ + (resumed_.size() + 1) * limits_.read_bytes <= low;
}

void BufferLedger::enlist(Entries::iterator place) {
  const auto& [id, entry] = *place;
  if (entry.state == State::kReading) reading_.emplace(entry.bytes, id);
  if (entry.state == State::kStopped) stopped_.emplace(entry.bytes, id);
}

void BufferLedger::unlist(Entries::iterator place) {
  const auto& [id, entry] = *place;
  if (entry.state == State::kReading) reading_.erase({entry.bytes, id});
  if (entry.state == State::kStopped) stopped_.erase({entry.bytes, id});
}

BufferLedger::Decision BufferLedger::change(Id id, State state, Step step) {
  const auto place = entries_.find(id);
  unlist(place);
  place->second.state = state;
  enlist(place);
  return {id, step};
}

std::optional<BufferLedger::Decision> BufferLedger::stop_largest() {
  const bool is_due = stop_is_due_ && is_full();
  stop_is_due_ = false;
  if (!is_due || reading_.empty()) return std::nullopt;
  const auto [bytes, id] = *reading_.rbegin();
  if (bytes < limits_.always_bytes) return std::nullopt;
  return change(id, State::kStopped, Step::kStopReading);
}

std::optional<BufferLedger::Decision> BufferLedger::resume_smallest(TimePoint now) {
  if (stopped_.empty()) return std::nullopt;
  const auto [bytes, id] = *stopped_.begin();
  if (bytes >= limits_.always_bytes && !has_room_for_a_read()) return std::nullopt;
  const Decision decision = change(id, State::kReading, Step::kResumeReading);
  if (bytes == 0) remove(id);
  resumed_.insert(id);
  room_kept_until_ = now + kRoomKept;
  patience_end_.reset();
  return decision;
}

std::optional<BufferLedger::Decision> BufferLedger::close_largest(TimePoint now) {
  if (stopped_.empty() || !patience_end_ || now < *patience_end_) return std::nullopt;
  patience_end_.reset();
  return change(stopped_.rbegin()->second, State::kClosing, Step::kClose);
}

void BufferLedger::watch_the_time(TimePoint now) {
  if (stopped_.empty()) {
    patience_end_.reset();
  } else if (!patience_end_) {
    patience_end_ = now + kBufferPatience;
  }
}

}  // namespace veilwire::limits
