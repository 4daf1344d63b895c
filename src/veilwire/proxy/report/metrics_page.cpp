#include "veilwire/proxy/report/metrics_page.h"

namespace veilwire::proxy {

http::Handler metrics_page(const Metrics& metrics) {
  return [&metrics](const http::Request& request) {
    if (request.path != "/metrics") return http::not_found();
    return http::Response{.content_type = std::string(host::kMetricsContentType),
                          .body = metrics.text()};
  };
}

}  // namespace veilwire::proxy
