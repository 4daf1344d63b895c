#include "veilwire/capi/struct_size.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "veilwire/capi/c_pair.h"

namespace veilwire::capi {
namespace {

// A struct as a program of a later minor version has it.
template <class T>
struct Later {
  T known;
  unsigned char added[16];
};

template <class T>
Later<T> later_version(int fill) {
  Later<T> later;
  std::memset(&later, fill, sizeof later);
  later.known.struct_size = sizeof later;
  return later;
}

// Memory behind the size that the caller gave, which must not change.
template <class T>
bool untouched_from(const T& object, std::size_t offset, unsigned char fill) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(&object);
  return std::all_of(bytes + offset, bytes + sizeof object, [&](auto b) { return b == fill; });
}

TEST(StructSize, AConfigurationThatEndsEarlyHasDefaultsForTheRest) {
  vw_config config;
  std::memset(&config, 0xff, sizeof config);  // what lies behind its end is not ours to read
  config.struct_size = offsetof(vw_config, decoy_limit);
  std::memset(config.magic, 0, sizeof config.magic);
  CEnd end(VW_V2_INITIATOR, &config);
  EXPECT_EQ(end.error(), VW_OK);
  EXPECT_EQ(vw_next_deadline(end.get()), 60 * kSecond);
}

TEST(StructSize, ALaterConfigurationThatAsksForNothingNewIsTaken) {
  auto config = later_version<vw_config>(0);
  config.known.handshake_timeout_ns = 7 * kSecond;
  CEnd end(VW_V2_INITIATOR, &config.known);
  EXPECT_EQ(end.error(), VW_OK);
  EXPECT_EQ(vw_next_deadline(end.get()), 7 * kSecond);
}

TEST(StructSize, ALaterConfigurationThatAsksForSomethingNewIsRefused) {
  auto config = later_version<vw_config>(0);
  config.added[15] = 1;
  CEnd end(VW_V2_INITIATOR, &config.known);
  EXPECT_EQ(end.error(), VW_ERROR_UNKNOWN_FIELD);
  EXPECT_EQ(end.get(), nullptr);
}

TEST(StructSize, ASizeThatIsNotSetIsRefused) {
  vw_config config = default_config();
  for (const std::uint32_t size : {0U, 3U, kMaxStructBytes + 1, 0xffffffffU}) {
    config.struct_size = size;
    EXPECT_EQ(CEnd(VW_V2_INITIATOR, &config).error(), VW_ERROR_BAD_STRUCT_SIZE) << size;
  }
  CEnd end(VW_V2_INITIATOR, nullptr);
  vw_info info{};
  vw_event event{};
  EXPECT_EQ(vw_get_info(end.get(), &info), VW_ERROR_BAD_STRUCT_SIZE);
  EXPECT_EQ(vw_poll_event(end.get(), &event), VW_ERROR_BAD_STRUCT_SIZE);
}

TEST(StructSize, InfoThatEndsEarlyIsWrittenUpToItsEnd) {
  CEnd end(VW_V1_RESPONDER, nullptr);
  vw_info info;
  std::memset(&info, 0xab, sizeof info);
  constexpr std::size_t kEnd = offsetof(vw_info, sent_messages);
  info.struct_size = kEnd;
  EXPECT_EQ(vw_get_info(end.get(), &info), VW_OK);
  EXPECT_EQ(info.struct_size, kEnd);
  EXPECT_EQ(info.version, VW_VERSION_V1);
  EXPECT_EQ(info.role, VW_ROLE_RESPONDER);
  EXPECT_EQ(info.sent_bytes, 0U);
  EXPECT_TRUE(untouched_from(info, kEnd, 0xab));
}

TEST(StructSize, OfALaterInfoTheUnknownFieldsBecomeZero) {
  CEnd end(VW_V1_RESPONDER, nullptr);
  auto info = later_version<vw_info>(0xab);
  EXPECT_EQ(vw_get_info(end.get(), &info.known), VW_OK);
  EXPECT_EQ(info.known.struct_size, sizeof info);
  EXPECT_EQ(info.known.version, VW_VERSION_V1);
  EXPECT_EQ(info.known.handshake_duration_ns, end.info().handshake_duration_ns);
  EXPECT_GT(info.known.memory_bytes, 0U);
  EXPECT_TRUE(untouched_from(info, offsetof(decltype(info), added), 0));
}

TEST(StructSize, AnEventThatEndsEarlyIsWrittenUpToItsEnd) {
  CEnd end(VW_V1_INITIATOR, nullptr);
  vw_event event;
  std::memset(&event, 0xab, sizeof event);
  constexpr std::size_t kEnd = offsetof(vw_event, short_id);
  event.struct_size = kEnd;
  EXPECT_EQ(vw_poll_event(end.get(), &event), VW_EVENT_ESTABLISHED);
  EXPECT_EQ(event.kind, VW_EVENT_ESTABLISHED);
  EXPECT_EQ(event.version, VW_VERSION_V1);
  EXPECT_TRUE(untouched_from(event, kEnd, 0xab));
}

TEST(StructSize, OfALaterEventTheUnknownFieldsBecomeZero) {
  CEnd end(VW_V1_INITIATOR, nullptr);
  auto event = later_version<vw_event>(0xab);
  EXPECT_EQ(vw_poll_event(end.get(), &event.known), VW_EVENT_ESTABLISHED);
  EXPECT_EQ(event.known.struct_size, sizeof event);
  EXPECT_EQ(event.known.version, VW_VERSION_V1);
  EXPECT_EQ(event.known.payload_size, 0U);
  EXPECT_TRUE(untouched_from(event, offsetof(decltype(event), added), 0));
}

TEST(StructSize, WhereThereIsNoEventTheStructSaysSo) {
  CEnd end(VW_V2_INITIATOR, nullptr);
  vw_event event;
  std::memset(&event, 0xab, sizeof event);
  event.struct_size = sizeof event;
  EXPECT_EQ(vw_poll_event(end.get(), &event), VW_EVENT_NONE);
  EXPECT_EQ(event.kind, VW_EVENT_NONE);
  EXPECT_EQ(event.payload, nullptr);
}

// What programs of version 0.1 were compiled with: a change here breaks them.
TEST(StructSize, LayoutsOfVersion01Stay) {
  if (sizeof(void*) != 8) GTEST_SKIP() << "the figures are those of 64-bit machines";
  EXPECT_EQ(sizeof(vw_config), 152U);
  EXPECT_EQ(offsetof(vw_config, key_pool), 144U);
  EXPECT_EQ(sizeof(vw_event), 48U);
  EXPECT_EQ(offsetof(vw_event, payload), 32U);
  EXPECT_EQ(sizeof(vw_info), 208U);
  EXPECT_EQ(offsetof(vw_info, sent_bytes), 48U);
  EXPECT_EQ(sizeof(vw_key_log_entry), 40U);
}

}  // namespace
}  // namespace veilwire::capi
