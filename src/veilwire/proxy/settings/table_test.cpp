#include "veilwire/proxy/settings/table.h"

#include <gtest/gtest.h>

#include <set>

namespace veilwire::proxy {
namespace {

// Every place in which the same fact used to be written is derived from the table, so what is
// tested here is the table.
TEST(SettingsTable, NamesEachSettingAndEachOptionOnce) {
  std::set<std::string> names;
  std::set<std::string_view> options;
  for (const Setting& row : settings_table()) {
    EXPECT_TRUE(names.insert(row.name()).second) << row.name();
    if (row.option.empty()) continue;
    EXPECT_TRUE(options.insert(row.option).second) << row.option;
  }
}

TEST(SettingsTable, SaysInHelpWhatAnOptionIs) {
  for (const Setting& row : settings_table()) {
    SCOPED_TRACE(row.name());
    EXPECT_EQ(row.help.empty(), row.option.empty());
    EXPECT_EQ(row.group.empty(), row.option.empty());
    EXPECT_FALSE(row.help.ends_with('.'));
    const bool has_value = !row.option.empty() && !std::holds_alternative<Flag>(row.form);
    EXPECT_EQ(!row.value.empty(), has_value);
    EXPECT_TRUE(row.choices.empty() || has_value);
  }
}

TEST(ChangedSettings, NameThoseThatDiffer) {
  Settings before;
  before.listen = {{"127.0.0.1", 1324}};
  Settings after = before;
  EXPECT_TRUE(changed_settings(before, after).empty());
  after.external = wire::NetEndpoint::of_node({"203.0.113.5", 8333});
  after.log.ips = true;
  after.limits.admission.burst = 7;
  EXPECT_TRUE(after.policies.add("*.onion=v2-only"));
  EXPECT_EQ(changed_settings(before, after),
            (std::vector<std::string>{"external", "policies", "log.ips", "limits.burst"}));
  after.policies.set_default(Policy::kV2Only);
  EXPECT_EQ(changed_settings(before, after)[1], "policy");
}

TEST(ChangedSettings, StayUntilARestartWhereTheyMust) {
  const Settings now;
  Settings wanted;
  wanted.listen = {{"127.0.0.1", 1}};
  wanted.log.ips = true;
  wanted.limits.handshake_timeout = std::chrono::seconds(7);
  wanted.limits.drain_timeout = std::chrono::seconds(7);
  EXPECT_EQ(keep_until_restart(now, wanted),
            (std::vector<std::string>{"listen", "limits.handshake_seconds"}));
  EXPECT_EQ(changed_settings(now, wanted),
            (std::vector<std::string>{"log.ips", "limits.drain_seconds"}));
}

TEST(ChangedSettings, BlameADowngradeFileForNothingWhereThereIsNoMemory) {
  Settings now;
  now.downgrade_file = "memory.sqlite";
  Settings wanted = now;
  wanted.downgrade_memory = false;
  wanted.downgrade_file.reset();
  EXPECT_EQ(keep_until_restart(now, wanted), std::vector<std::string>{"downgrade_memory"});
  EXPECT_EQ(wanted.downgrade_file, now.downgrade_file);
  wanted.downgrade_file = "other.sqlite";
  EXPECT_EQ(keep_until_restart(now, wanted), std::vector<std::string>{"downgrade_file"});
}

}  // namespace
}  // namespace veilwire::proxy
