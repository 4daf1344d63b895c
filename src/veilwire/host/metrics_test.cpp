#include "veilwire/host/metrics.h"

#include <gtest/gtest.h>

namespace veilwire::host {
namespace {

TEST(MetricsRegistry, ShowsItsFigures) {
  MetricsRegistry registry;
  const Counter counter = registry.counters("a_total", "What a is.").with({{"way", "in"}});
  counter.add();
  counter.add(2);
  const Gauge gauge = registry.gauges("b", "What b is.").with();
  gauge.set(5);
  gauge.add(-1);
  registry.histograms("c_seconds", "What c is.", {1, 10}).with().observe(2);
  EXPECT_EQ(registry.text(),
            "# HELP a_total What a is.\n"
            "# TYPE a_total counter\n"
            "a_total{way=\"in\"} 3\n"
            "# HELP b What b is.\n"
            "# TYPE b gauge\n"
            "b 4\n"
            "# HELP c_seconds What c is.\n"
            "# TYPE c_seconds histogram\n"
            "c_seconds_count 1\n"
            "c_seconds_sum 2\n"
            "c_seconds_bucket{le=\"1\"} 0\n"
            "c_seconds_bucket{le=\"10\"} 1\n"
            "c_seconds_bucket{le=\"+Inf\"} 1\n");
}

TEST(MetricsRegistry, HasOneFigureForTheSameLabels) {
  MetricsRegistry registry;
  const Counters family = registry.counters("a_total", "What a is.");
  family.with({{"x", "1"}}).add();
  family.with({{"x", "1"}}).add();
  family.with({{"x", "2"}});
  EXPECT_NE(registry.text().find("a_total{x=\"1\"} 2\n"), std::string::npos);
  EXPECT_NE(registry.text().find("a_total{x=\"2\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace veilwire::host
