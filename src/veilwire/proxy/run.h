// The proxy as a process: signals, log, metrics, key log, and the server between them.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "veilwire/proxy/settings/settings.h"

namespace veilwire::proxy {

// Reads the settings again; all mistakes, each a sentence.
using Load = std::function<std::expected<Settings, std::vector<std::string>>()>;

// Serves until SIGTERM or SIGINT, and then until the last connection has ended or the drain
// time-out has passed. SIGHUP re-reads the configuration by `load`, which may be empty where there
// is no file; where it has mistakes the old one stays. Files are made with mode 0600, and core
// dumps are off (see host/process.h). The error is a sentence without its full stop: what kept it
// from starting.
std::expected<void, std::string> run(const Settings& config, const Load& load);

}  // namespace veilwire::proxy
