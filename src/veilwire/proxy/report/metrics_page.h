// The metrics as a page of the HTTP server.
#pragma once

#include "veilwire/http/server.h"
#include "veilwire/proxy/report/metrics.h"

namespace veilwire::proxy {

// Answers "/metrics", and nothing else. `metrics` must outlive the handler.
http::Handler metrics_page(const Metrics& metrics);

}  // namespace veilwire::proxy
