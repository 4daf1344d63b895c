// What a message says it is: one of the kinds that we know, or a name or one-byte id that we do not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "veilwire/base/api.h"
#include "veilwire/protocol/message_kind.h"

namespace veilwire::protocol {

// A name on the wire has 12 bytes, padded with zeros: in version 1, and in the long encoding of
// version 2 (BIP 324).
inline constexpr std::size_t kMessageNameBytes = 12;

// A kind; or a name of 1 to 12 printable ASCII characters, or a one-byte id, that is not in the
// table of kinds. A name that has an id means the same in both encodings, and compares equal.
class VEILWIRE_API MessageType {
 public:
  // REQUIRES: kind != MessageKind::kUnknown.
  constexpr MessageType(MessageKind kind) : kind_(kind) {}  // NOLINT: a kind is a type

  // Nothing for an empty name, one of over 12 characters, or one with a character outside
  // ' '..'~'.
  static std::optional<MessageType> from_name(std::string_view name);
  // The type that a one-byte id stands for; an id without a name gives an unknown type.
  // REQUIRES: id != 0 (which announces the long form).
  static MessageType from_short_id(std::uint8_t id);
  // The 12 bytes of a long name: nothing where the name is empty, holds a character outside
  // ' '..'~', or has anything but zeros after its end.
  static std::optional<MessageType> from_padded_name(const std::uint8_t* name12);

  constexpr MessageKind kind() const { return kind_; }
  // Empty for an unknown id. Valid as long as this object.
  constexpr std::string_view name() const {
    return is_known() ? message_name(kind_) : std::string_view(name_.data(), size_);
  }
  // False for an id without a name.
  constexpr bool has_name() const { return is_known() || size_ != 0; }
  // 0 where the type has no id and travels by name.
  constexpr std::uint8_t short_id() const { return is_known() ? short_id_of(kind_) : foreign_id_; }

  friend bool operator==(const MessageType&, const MessageType&) = default;

 private:
  constexpr bool is_known() const { return kind_ != MessageKind::kUnknown; }

  MessageKind kind_;
  // Of an unknown kind: its name, or its id.
  std::array<char, kMessageNameBytes> name_{};
  std::uint8_t size_ = 0;
  std::uint8_t foreign_id_ = 0;
};

}  // namespace veilwire::protocol
