// Figures for Prometheus: counters, gauges and histograms, and the page that shows them.
//
// A family is one name with one help text; its members differ in their labels. Labels must be of
// sets that the program knows beforehand, or a peer could make the page grow.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
template <typename T>
class Family;
}  // namespace prometheus

namespace veilwire::host {

// Of MetricsRegistry::text().
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

using MetricLabels = std::map<std::string, std::string>;

// Handles to figures of a registry, which must outlive them; cheap to copy. Changing one takes no
// lock and no look-up, and any thread may do it. REQUIRES: not an empty one.

// Only ever grows.
class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1) const;

 private:
  prometheus::Counter* counter_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value) const;
  void add(double amount) const;  // or takes away

 private:
  prometheus::Gauge* gauge_ = nullptr;
};

// How often a value was at most each of some bounds.
class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value) const;

 private:
  prometheus::Histogram* histogram_ = nullptr;
};

// The member of a family with these labels, made at zero where it is new. Looks it up: keep what is
// changed for every message.
class Counters {
 public:
  explicit Counters(prometheus::Family<prometheus::Counter>& family) : family_(&family) {}
  Counter with(const MetricLabels& labels = {}) const;

 private:
  prometheus::Family<prometheus::Counter>* family_;
};

class Gauges {
 public:
  explicit Gauges(prometheus::Family<prometheus::Gauge>& family) : family_(&family) {}
  Gauge with(const MetricLabels& labels = {}) const;

 private:
  prometheus::Family<prometheus::Gauge>* family_;
};

class Histograms {
 public:
  Histograms(prometheus::Family<prometheus::Histogram>& family, std::vector<double> bounds)
      : family_(&family), bounds_(std::move(bounds)) {}
  Histogram with(const MetricLabels& labels = {}) const;

 private:
  prometheus::Family<prometheus::Histogram>* family_;
  std::vector<double> bounds_;
};

class MetricsRegistry {
 public:
  MetricsRegistry();
  ~MetricsRegistry();
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;

  // REQUIRES: a name that Prometheus takes and no other family has; for a histogram, bounds that
  // rise.
  Counters counters(const std::string& name, const std::string& help);
  Gauges gauges(const std::string& name, const std::string& help);
  Histograms histograms(const std::string& name, const std::string& help,
                        std::vector<double> bounds);

  // All figures in the text format of Prometheus, version 0.0.4.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veilwire::host
