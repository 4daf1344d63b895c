#include "veilwire/host/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace veilwire::host {

void Counter::add(double amount) const { counter_->Increment(amount); }

void Gauge::set(double value) const { gauge_->Set(value); }
void Gauge::add(double amount) const { gauge_->Increment(amount); }

void Histogram::observe(double value) const { histogram_->Observe(value); }

Counter Counters::with(const MetricLabels& labels) const { return Counter(family_->Add(labels)); }
Gauge Gauges::with(const MetricLabels& labels) const { return Gauge(family_->Add(labels)); }
Histogram Histograms::with(const MetricLabels& labels) const {
  return Histogram(family_->Add(labels, bounds_));
}

struct MetricsRegistry::State {
  prometheus::Registry registry;
};

MetricsRegistry::MetricsRegistry() : state_(std::make_unique<State>()) {}
MetricsRegistry::~MetricsRegistry() = default;

Counters MetricsRegistry::counters(const std::string& name, const std::string& help) {
  return Counters(prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry));
}

Gauges MetricsRegistry::gauges(const std::string& name, const std::string& help) {
  return Gauges(prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry));
}

Histograms MetricsRegistry::histograms(const std::string& name, const std::string& help,
                                       std::vector<double> bounds) {
  return Histograms(prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry),
                    std::move(bounds));
}

std::string MetricsRegistry::text() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace veilwire::host
