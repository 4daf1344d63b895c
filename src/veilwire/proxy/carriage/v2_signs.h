// Whether bytes that pass untouched are a conversation in version 2: a guess, since all of it is
// pseudorandom. For the downgrade memory, which is to know targets that programs spoke version 2
// with by themselves.
#pragma once

#include <array>
#include <cstdint>

#include "veilwire/base/bytes.h"

namespace veilwire::proxy {

// What each side has said at least once both have sent a key, a terminator and a version packet.
// The initiator says its terminator only when it has the responder's key: who has said as much was
// answered.
inline constexpr std::uint64_t kLeastV2Bytes = 64 + 16 + 20;

class V2Signs {
 public:
  void program_said(ByteView bytes) { program_.take(bytes); }
  void target_said(ByteView bytes) { target_.take(bytes); }

  // Both have said kLeastV2Bytes, and neither began with what is well known to be something else:
  // version 1, a text, TLS.
  bool are_there() const { return program_.is_like_v2() && target_.is_like_v2(); }

 private:
  struct Said {
    void take(ByteView bytes);
    bool is_like_v2() const;

    std::array<std::uint8_t, 16> first{};
    std::uint64_t count = 0;
  };

  Said program_;
  Said target_;
};

}  // namespace veilwire::proxy
