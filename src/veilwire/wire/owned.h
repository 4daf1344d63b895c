// A message with the bytes that it points into: what a read leaves behind when its buffer is gone.
#pragma once

#include <expected>
#include <type_traits>
#include <utility>

#include "veilwire/base/bytes.h"
#include "veilwire/wire/codec.h"

namespace veilwire::wire {

// Owns the payload and the view of it. Moves, and the view stays valid, since the bytes keep their
// place; is not copied: who wants to share one shares a pointer to it. What was moved from may be
// assigned to or destroyed, and nothing else. May cross threads.
//
// M is a message of this folder, or Message (see parse_message()).
template <typename M>
class Owned {
 public:
  // By the rules of wire::parse(). The payload is kept whole, trailing bytes too.
  static std::expected<Owned, PayloadRule> parse(Bytes payload) {
    return read(std::move(payload), [](ByteView bytes) { return wire::parse<M>(bytes); });
  }
  // With another way to read the payload: `reader(ByteView) -> std::expected<M, PayloadRule>`.
  template <typename Reading>
  static std::expected<Owned, PayloadRule> read(Bytes payload, const Reading& reader) {
    auto message = reader(ByteView(payload));
    if (!message) return std::unexpected(message.error());
    return Owned(std::move(payload), std::move(*message));
  }

  Owned(Owned&&) noexcept = default;
  Owned& operator=(Owned&&) noexcept = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() = default;

  // Valid as long as this object, or the one that it was moved to.
  const M& operator*() const& { return message_; }
  const M* operator->() const { return &message_; }
  const M& operator*() && = delete;
  ByteView payload() const { return payload_; }

  // Gives the bytes up, as they came: to be sent on. The message is no more.
  Bytes take_payload() && { return std::move(payload_); }

 private:
  static_assert(std::is_nothrow_move_constructible_v<M>);

  Owned(Bytes payload, M message) noexcept
      : payload_(std::move(payload)), message_(std::move(message)) {}

  Bytes payload_;
  M message_;
};

}  // namespace veilwire::wire
