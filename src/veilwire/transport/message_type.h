// The name of a message, and its one-byte id in the version 2 transport (BIP 324, "v2 Bitcoin P2P
// message structure").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "veilwire/base/api.h"

namespace veilwire::transport {

// BIP 324: a name in the long encoding, as in version 1, has 12 bytes, padded with zeros.
inline constexpr std::size_t kMessageNameBytes = 12;

// A name of 1 to 12 printable ASCII characters, or a one-byte id that nobody has told us a name
// for. A name that has an id means the same in both encodings, and compares equal.
class VEILWIRE_API MessageType {
 public:
  // Nothing for an empty name, one of over 12 characters, or one with a character outside
  // ' '..'~'.
  static std::optional<MessageType> from_name(std::string_view name);
  // The type that a one-byte id stands for; an id without a name gives an unknown type.
  // REQUIRES: id != 0 (which announces the long form).
  static MessageType from_short_id(std::uint8_t id);
  // The 12 bytes of a long name: nothing where the name is empty, holds a character outside
  // ' '..'~', or has anything but zeros after its end.
  static std::optional<MessageType> from_padded_name(const std::uint8_t* name12);

  // Empty for an unknown id. Valid as long as this object.
  std::string_view name() const { return {name_.data(), size_}; }
  // False for an id without a name.
  bool has_name() const { return size_ != 0; }
  // 0 where the type has no id and travels by name.
  std::uint8_t short_id() const { return short_id_; }

  friend bool operator==(const MessageType&, const MessageType&) = default;

 private:
  MessageType() = default;

  std::array<char, kMessageNameBytes> name_{};
  std::uint8_t size_ = 0;
  std::uint8_t short_id_ = 0;
};

}  // namespace veilwire::transport
