// The metrics as a page of the HTTP server.
#pragma once

#include "veilwire/http/routes.h"
#include "veilwire/proxy/report/metrics.h"

namespace veilwire::proxy {

// "/metrics", and nothing else. `metrics` must outlive it.
http::Routes metrics_page(const Metrics& metrics);

}  // namespace veilwire::proxy
