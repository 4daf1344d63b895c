// What every message must stand: what parses is written back byte for byte, and is the same message
// when it is read by its name.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "fuzz_input.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/message.h"

namespace veilwire::fuzz {

// What becomes of a message that lacks its last byte.
enum class CutShort { kIsRefused, kMayParse };

// The message, where it is one that the bytes begin with.
template <typename M>
std::optional<M> parse_and_write_back(ByteView payload, CutShort cut = CutShort::kIsRefused) {
  const auto message = wire::parse<M>(payload);
  const auto by_kind = wire::parse_message(M::kKind, payload);
  FUZZ_REQUIRE(by_kind.has_value() == message.has_value(), "a name finds its parser");
  if (!message) {
    FUZZ_REQUIRE(by_kind.error() == message.error(), "a name finds its parser's rule");
    return std::nullopt;
  }
  const Bytes written = wire::serialize(*message);
  FUZZ_REQUIRE(written.size() <= payload.size() &&
                   std::ranges::equal(written, payload.first(written.size())),
               "what parses is written back byte for byte");
  FUZZ_REQUIRE(wire::serialize_message(*by_kind) == written, "by its name it is the same");
  FUZZ_REQUIRE(wire::parse<M>(written).has_value(), "what was written parses");
  if (cut == CutShort::kIsRefused && !written.empty()) {
    FUZZ_REQUIRE(!wire::parse<M>(ByteView(written).first(written.size() - 1)),
                 "what is cut short is refused");
  }
  return *message;
}

// A row of a fuzzer's table: what is done with a payload. The input's first byte chooses the row,
// the rest is the payload.
using Check = void (*)(ByteView payload);

template <typename M>
void check_round_trip(ByteView payload) {
  (void)parse_and_write_back<M>(payload);
}

template <std::size_t N>
void run_one_of(const Check (&checks)[N], FuzzInput input) {
  const Check check = checks[input.below(N)];
  check(input.remaining());
}

}  // namespace veilwire::fuzz
