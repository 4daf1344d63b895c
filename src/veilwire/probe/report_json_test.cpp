#include "veilwire/probe/report_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "veilwire/base/escape.h"
#include "veilwire/probe/testing/reports.h"

namespace veilwire::probe {
namespace {

using testing::report_of_failure;
using testing::report_of_hostile_peer;
using testing::report_of_peer;

boost::json::object parsed(const Report& report) {
  return boost::json::parse(report_json(report)).as_object();
}

std::vector<std::string> field_names(const boost::json::object& object) {
  std::vector<std::string> names;
  for (const auto& field : object) names.emplace_back(field.key());
  return names;
}

TEST(ReportJson, TellsWhatAPeerSaid) {
  const auto object = parsed(report_of_peer());
  EXPECT_EQ(object.at("address"), "127.0.0.1:8333");
  EXPECT_EQ(object.at("transport"), "v2");
  EXPECT_EQ(object.at("session_id").as_string(), "abcd" + std::string(60, '0'));
  EXPECT_EQ(object.at("garbage_bytes"), 1234);
  EXPECT_EQ(object.at("decoys"), 3);
  EXPECT_DOUBLE_EQ(object.at("handshake_ms").to_number<double>(), 1.5);
  EXPECT_DOUBLE_EQ(object.at("rtt_ms").to_number<double>(), 42);
  EXPECT_EQ(object.at("user_agent"), "/Satoshi:29.0.0/");
  EXPECT_EQ(object.at("services_names").as_array(),
            (boost::json::array{"NETWORK", "WITNESS", "P2P_V2"}));
  EXPECT_EQ(object.at("height"), 800000);
  EXPECT_EQ(object.at("negotiated").at("sendcmpct"), 2);
  EXPECT_TRUE(object.at("negotiated").at("feefilter").is_null());
  EXPECT_EQ(object.at("p2p_v2_true"), true);
  EXPECT_EQ(object.at("clock_offset_s"), -3);
  EXPECT_TRUE(object.at("addresses").is_null());
  EXPECT_TRUE(object.at("error").is_null());
}

TEST(ReportJson, TellsWhyThereIsNoAnswer) {
  const auto object = parsed(report_of_failure());
  EXPECT_EQ(object.at("error"), "refused");
  EXPECT_EQ(object.at("error_phase"), "connect");
  EXPECT_EQ(object.at("error_text"), "nothing listens there");
  EXPECT_TRUE(object.at("transport").is_null());
  EXPECT_TRUE(object.at("garbage_bytes").is_null());
  EXPECT_TRUE(object.at("user_agent").is_null());
}

TEST(ReportJson, HasAlwaysTheSameFieldsInTheSameOrder) {
  const auto names = field_names(parsed(report_of_peer()));
  EXPECT_EQ(names, field_names(parsed(report_of_failure())));
  EXPECT_EQ(names, field_names(parsed({.target = "nowhere.invalid"})));
  EXPECT_EQ(names.front(), "target");
  EXPECT_EQ(names.back(), "error_text");
}

TEST(ReportJson, HostileTextIsOneLineOfAscii) {
  const std::string line = report_json(report_of_hostile_peer());
  EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) << line;
  const auto object = parsed(report_of_hostile_peer());
  EXPECT_EQ(object.at("user_agent").as_string(),
            escape_foreign(std::string_view(testing::kHostileText)));
  EXPECT_EQ(object.at("negotiated").at("features").at(0).at("data"), "00ff");
  EXPECT_TRUE(object.at("error").is_null());
}

TEST(ReportJson, ListsAddressesAndHeaders) {
  Report report = report_of_peer();
  report.addresses = std::vector<AddressSeen>{
      {"ipv4", "192.0.2.7:8333", protocol::kNodeNetwork, from_unix_seconds(1000)}};
  report.headers = HeadersSeen{.asked = 5000, .count = 2000, .last_hash = {}};
  report.unanswered = {"ping"};
  const auto object = parsed(report);
  EXPECT_EQ(object.at("addresses_count"), 1);
  EXPECT_EQ(object.at("addresses").at(0).at("address"), "192.0.2.7:8333");
  EXPECT_EQ(object.at("headers_asked"), 5000);
  EXPECT_EQ(object.at("headers_count"), 2000);
  EXPECT_EQ(object.at("last_header").as_string(), std::string(64, '0'));
  EXPECT_EQ(object.at("unanswered").as_array(), (boost::json::array{"ping"}));
}

}  // namespace
}  // namespace veilwire::probe
