// The proxy as a process: signals, log, metrics, key log, and the server between them.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "veilwire/proxy/config.h"

namespace veilwire::proxy {

// Reads the configuration anew; all mistakes, each a sentence.
using Load = std::function<std::expected<ProxyConfig, std::vector<std::string>>()>;

// Serves until SIGTERM or SIGINT, and then until the last connection has ended or the drain
// time-out has passed. SIGHUP re-reads the configuration by `load`; where that has mistakes the old
// one stays. Files are made with mode 0600, and core dumps, which would hold keys, are off. The
// error is a sentence without its full stop: what kept it from starting.
std::expected<void, std::string> run(const ProxyConfig& config, const Load& load);

}  // namespace veilwire::proxy
