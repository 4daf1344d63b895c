#include "veilwire/proxy/report/metrics_page.h"

namespace veilwire::proxy {

http::Routes metrics_page(const Metrics& metrics) {
  const auto page = [&metrics](const http::Request&) {
    return http::Response{.content_type = std::string(host::kMetricsContentType),
                          .body = metrics.text()};
  };
  return http::Routes().add(http::Method::kGet, "/metrics", http::answer_at_once(page));
}

}  // namespace veilwire::proxy
