// Reads a message in the ways that every parser must stand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "veilwire/base/hex.h"
#include "veilwire/wire/codec.h"

namespace veilwire::wire::testing {

// What parsing the bytes breaks; nothing where they are a message. They lie in memory of exactly
// their size, so that a sanitizer sees a read past their end.
template <typename M>
std::optional<PayloadRule> rule_broken_by(ByteView payload) {
  const auto exact = std::make_unique<std::uint8_t[]>(payload.size());
  std::ranges::copy(payload, exact.get());
  const auto message = parse<M>({exact.get(), payload.size()});
  return message ? std::nullopt : std::optional(message.error());
}

// All at once, with every truncation, and with trailing bytes, which M ignores or refuses.
template <typename M>
void expect_round_trip(ByteView payload) {
  const auto message = parse<M>(payload);
  ASSERT_TRUE(message) << rule_name(message.error());
  EXPECT_EQ(to_hex(serialize(*message)), to_hex(payload));
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_EQ(rule_broken_by<M>(payload.first(size)), PayloadRule::kTruncated) << size;
  }
  Bytes longer(payload.begin(), payload.end());
  longer.insert(longer.end(), {0x00, 0xff});
  if (RefusesTrailingBytes<M>) {
    EXPECT_EQ(rule_broken_by<M>(longer), PayloadRule::kTrailingBytes);
    return;
  }
  const auto with_trailing = parse<M>(longer);
  ASSERT_TRUE(with_trailing) << rule_name(with_trailing.error());
  EXPECT_EQ(to_hex(serialize(*with_trailing)), to_hex(payload));
}

}  // namespace veilwire::wire::testing
