// veilwire.h: NULL is refused by every function and in the same way.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "veilwire/capi/c_pair.h"

namespace veilwire::capi {
namespace {

// What the calls of the table are given where they are not given NULL.
struct Good {
  Good() {
    event.struct_size = sizeof event;
    info.struct_size = sizeof info;
  }

  CEnd end{VW_V2_INITIATOR, nullptr};
  vw_transport* t = end.get();
  vw_event event{};
  vw_info info{};
  std::uint8_t bytes[64]{1};
  std::size_t size = 7;
};

using Calls = std::vector<std::function<bool(Good&)>>;

bool refused(vw_error error) { return error == VW_ERROR_BAD_ARGUMENT; }
bool says_nothing(const std::uint8_t* bytes) { return bytes == nullptr; }

// Each function that takes a pointer, called with each pointer that may not be NULL as NULL.
const std::map<std::string, Calls> kTable{
    {"vw_key_pool_new",
     {[](Good&) { return refused(vw_key_pool_new(1, nullptr, nullptr, nullptr)); }}},
    {"vw_key_pool_refill", {[](Good&) { return vw_key_pool_refill(nullptr, 1) == 0; }}},
    {"vw_key_pool_size", {[](Good&) { return vw_key_pool_size(nullptr) == 0; }}},
    {"vw_key_pool_free", {[](Good&) { return vw_key_pool_free(nullptr), true; }}},
    {"vw_ellswift_create",
     {[](Good& g) { return refused(vw_ellswift_create(nullptr, g.bytes, g.bytes)); },
      [](Good& g) { return refused(vw_ellswift_create(g.bytes, nullptr, g.bytes)); },
      [](Good& g) { return refused(vw_ellswift_create(g.bytes, g.bytes, nullptr)); }}},
    {"vw_signet_magic",
     {[](Good& g) { return refused(vw_signet_magic(nullptr, 1, g.bytes)); },
      [](Good& g) { return refused(vw_signet_magic(g.bytes, 1, nullptr)); }}},
    {"vw_transport_new",
     {[](Good&) { return refused(vw_transport_new(VW_RESPONDER, nullptr, 0, nullptr)); }}},
    {"vw_transport_free", {[](Good&) { return vw_transport_free(nullptr), true; }}},
    {"vw_feed",
     {[](Good& g) { return vw_feed(nullptr, 0, g.bytes, 1) == 0; },
      [](Good& g) { return vw_feed(g.t, 0, nullptr, 1) == 0; }}},
    {"vw_push",
     {[](Good&) { return refused(vw_push(nullptr, 0, "ping", nullptr, 0)); },
      [](Good& g) { return refused(vw_push(g.t, 0, nullptr, nullptr, 0)); },
      [](Good& g) { return refused(vw_push(g.t, 0, "ping", nullptr, 8)); }}},
    {"vw_push_short_id",
     {[](Good&) { return refused(vw_push_short_id(nullptr, 0, 1, nullptr, 0)); },
      [](Good& g) { return refused(vw_push_short_id(g.t, 0, 1, nullptr, 8)); }}},
    {"vw_push_decoy",
     {[](Good&) { return refused(vw_push_decoy(nullptr, 0, nullptr, 0)); },
      [](Good& g) { return refused(vw_push_decoy(g.t, 0, nullptr, 8)); }}},
    {"vw_poll_event",
     {[](Good& g) { return refused(vw_poll_event(nullptr, &g.event)); },
      [](Good& g) { return refused(vw_poll_event(g.t, nullptr)); }}},
    {"vw_bytes_to_send",
     {[](Good& g) { return says_nothing(vw_bytes_to_send(nullptr, &g.size)) && g.size == 0; },
      [](Good& g) { return says_nothing(vw_bytes_to_send(g.t, nullptr)); }}},
    {"vw_mark_sent", {[](Good&) { return refused(vw_mark_sent(nullptr, 0)); }}},
    {"vw_on_deadline", {[](Good&) { return vw_on_deadline(nullptr, 0), true; }}},
    {"vw_next_deadline", {[](Good&) { return vw_next_deadline(nullptr) == VW_NEVER; }}},
    {"vw_reading_paused", {[](Good&) { return !vw_reading_paused(nullptr); }}},
    {"vw_fault", {[](Good&) { return vw_fault(nullptr) == VW_RULE_NO_TRANSPORT; }}},
    {"vw_get_info",
     {[](Good& g) { return refused(vw_get_info(nullptr, &g.info)); },
      [](Good& g) { return refused(vw_get_info(g.t, nullptr)); }}},
};

TEST(CNull, IsRefusedByEveryFunctionAlikeAndChangesNothing) {
  for (const auto& [function, calls] : kTable) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      Good good;
      EXPECT_TRUE(calls[i](good)) << function << ", call " << i;
      EXPECT_EQ(good.end.fault(), VW_RULE_NONE) << function << ", call " << i;
      EXPECT_GE(good.end.take_bytes().size(), std::size_t{VW_ELLSWIFT_BYTES}) << function;
    }
  }
}

TEST(CNull, TheTableHasEveryFunctionOfTheHeaderThatTakesAPointer) {
  std::ifstream file(VEILWIRE_C_HEADER);
  std::stringstream text;
  text << file.rdbuf();
  const std::string header = text.str();
  const std::regex declaration(R"(VW_API [^;(]*?\b(vw_\w+)\(([^;]*)\);)");
  std::size_t found = 0;
  for (std::sregex_iterator one(header.begin(), header.end(), declaration), end; one != end;
       ++one) {
    if ((*one)[2].str().find('*') == std::string::npos) continue;
    ++found;
    EXPECT_TRUE(kTable.contains((*one)[1].str())) << (*one)[1].str();
  }
  EXPECT_EQ(found, kTable.size());
}

}  // namespace
}  // namespace veilwire::capi
