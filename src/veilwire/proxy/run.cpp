#include "veilwire/proxy/run.h"

#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/host/activation.h"
#include "veilwire/host/append_file.h"
#include "veilwire/host/descriptor_limit.h"
#include "veilwire/host/log.h"
#include "veilwire/host/process.h"
#include "veilwire/host/signals.h"
#include "veilwire/http/server.h"
#include "veilwire/net/runtime.h"
#include "veilwire/proxy/inbound/source_address.h"
#include "veilwire/proxy/report/event_log.h"
#include "veilwire/proxy/report/metrics.h"
#include "veilwire/proxy/report/metrics_page.h"
#include "veilwire/proxy/report/observer.h"
#include "veilwire/proxy/server.h"
#include "veilwire/proxy/settings/contradictions.h"

namespace veilwire::proxy {
namespace {

// Ephemeral keys that are ready when a peer arrives: enough for a burst as large as admission
// allows.
constexpr std::size_t kReadyKeys = 64;
// How often the supply of ready keys is topped up.
constexpr Duration kRefillInterval = std::chrono::seconds(10);
// How often the downgrade memory goes to the disk: connections wait for the write.
constexpr Duration kFlushInterval = std::chrono::minutes(1);

// Without the right every connection of a peer would fail.
std::expected<void, std::string> check_preserve_source(const Settings& config) {
  if (!config.preserve_source) return {};
  for (const InboundRoute& route : config.inbound) {
    if (auto may = may_preserve_source(route.program); !may) return may;
  }
  return {};
}

// Everything that lives as long as the process serves.
class Process {
 public:
  explicit Process(const Settings& config, const Load& load)
      : load_(load),
        keys_(entropy_, kReadyKeys),
        log_(config.log.level, host::log_style_for(STDERR_FILENO, std::getenv("JOURNAL_STREAM")),
             std::cerr, net::now),
        event_log_(log_, config.log),
        observers_({&metrics_, &event_log_}),
        service_{.runtime = runtime_, .keys = keys_, .entropy = entropy_, .observer = observers_},
        signal_descriptor_(runtime_.context()) {
    service_.config = config;
    service_.v2.handshake_timeout = config.limits.handshake_timeout;
  }

  ~Process() { signal_descriptor_.release(); }

  std::expected<void, std::string> run() {
    if (auto may = check_preserve_source(service_.config); !may) return may;
    for (const auto step :
         {&Process::open_signals, &Process::open_key_log, &Process::open_downgrade_memory,
          &Process::open_server, &Process::open_metrics}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    say_what_is_served();
    say_what_is_passed();
    say_what_is_missing();
    wait_for_signal();
    refill_now_and_then();
    flush();
    flush_now_and_then();
    runtime_.run();
    flush();
    return {};
  }

 private:
  // Before there are threads that look names up.
  std::expected<void, std::string> open_signals() {
    auto signals = host::Signals::open({SIGTERM, SIGINT, SIGHUP});
    if (!signals) return std::unexpected(signals.error());
    signals_ = std::move(*signals);
    signal_descriptor_.assign(signals_->descriptor());
    return {};
  }

  std::expected<void, std::string> open_key_log() {
    const auto& path = service_.config.keylog_file;
    if (!path) return {};
    auto file = host::AppendFile::open(*path);
    if (!file) return std::unexpected("the key log " + file.error());
    key_log_ = std::move(*file);
    // A line that the disk refuses is lost; the connection is not.
    service_.v2.key_log = [this](const transport::KeyLogEntry& entry) {
      key_log_->add_line(transport::key_log_line(entry));
    };
    log_.say(LogLevel::kWarning, "the keys of every connection are written to '" + *path +
                                     "': whoever has that file can read the traffic");
    return {};
  }

  std::expected<void, std::string> open_downgrade_memory() {
    return take_downgrade_file(service_.config);
  }

  // Once: a file that is there stays the one. That there is one now needs no restart.
  std::expected<void, std::string> take_downgrade_file(const Settings& config) {
    if (!config.downgrade_memory || !config.downgrade_file || downgrades_ != nullptr) return {};
    auto memory = DowngradeMemory::open(*config.downgrade_file, net::unix_time());
    if (!memory) return std::unexpected(memory.error());
    downgrades_ = std::move(*memory);
    service_.config.downgrade_memory = true;
    service_.config.downgrade_file = config.downgrade_file;
    service_.downgrades = downgrades_.get();
    tell_notice();
    return {};
  }

  std::expected<void, std::string> open_server() {
    auto passed = host::take_passed_sockets();
    if (!passed) return std::unexpected(passed.error());
    Server::Inherited inherited;
    for (host::PassedSocket& socket : *passed)
      inherited.emplace_back(std::move(socket.name), socket.fd);
    server_.emplace(service_);
    return server_->open(inherited);
  }

  std::expected<void, std::string> open_metrics() {
    const auto& address = service_.config.metrics;
    if (!address) return {};
    auto http = http::Server::open(runtime_, *address, metrics_page(metrics_));
    if (!http) return std::unexpected(http.error());
    http_ = std::move(*http);
    return {};
  }

  void say_what_is_served() {
    for (const Endpoint& address : server_->addresses()) {
      log_.say(LogLevel::kInfo, "listening on " + to_string(address));
    }
    for (const std::string& path : service_.config.listen_unix)
      log_.say(LogLevel::kInfo, "listening on unix:" + path);
    if (http_ != nullptr)
      log_.say(LogLevel::kInfo, "metrics on http://" + to_string(http_->address()) + "/metrics");
  }

  void say_what_is_passed() {
    if (!service_.config.pass_v2) return;
    log_.say(
        LogLevel::kInfo,
        "what is not version 1 is passed through untouched under v2-only and v1-blocks-only too "
        "(pass-v2)");
  }

  void say_what_is_missing() {
    for (const std::string& warning : service_.config.warnings)
      log_.say(LogLevel::kWarning, warning);
    say_whom_it_serves();
    if (const auto want = want_of_descriptors(service_.config, host::descriptor_limit()))
      log_.say(LogLevel::kWarning, *want);
  }

  // What the service manager passes is known only now.
  void say_whom_it_serves() {
    const Settings& config = service_.config;
    const bool is_needed =
        server_->serves_other_machines() || (config.metrics && !is_loopback(*config.metrics));
    if (!config.allow_remote || is_needed) return;
    log_.say(LogLevel::kWarning,
             "allow-remote is for nothing: listen and metrics are on loopback, which no other "
             "machine reaches");
  }

  // -- Signals ------------------------------------------------------------------------------------

  void wait_for_signal() {
    signal_descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                  [this](const boost::system::error_code& error) {
                                    if (error) return;
                                    while (const auto signal = signals_->take()) heed(*signal);
                                    wait_for_signal();
                                  });
  }

  void heed(int signal) {
    if (signal == SIGHUP) {
      reload();
    } else {
      stop();
    }
  }

  void reload() {
    if (!load_) {
      return log_.say(
          LogLevel::kWarning,
          "SIGHUP, but there is no file to read again: --config names one; the settings "
          "stay as they are");
    }
    auto config = load_();
    if (!config) return keep_configuration(config.error());
    if (const auto may = check_preserve_source(*config); !may)
      return keep_configuration({may.error()});
    // So that a configuration that refuses downgrades can be read anew where there was no file.
    if (const auto opened = take_downgrade_file(*config); !opened)
      return keep_configuration({opened.error()});
    event_log_.set_options(config->log);
    for (const std::string& notice : server_->reload(std::move(*config)))
      log_.say(LogLevel::kWarning, notice);
    say_what_is_passed();
    say_what_is_missing();
    log_.say(LogLevel::kInfo, "the settings were reloaded");
  }

  void keep_configuration(const std::vector<std::string>& mistakes) {
    for (const std::string& mistake : mistakes) log_.say(LogLevel::kError, mistake);
    log_.say(LogLevel::kError, "the settings stay as they are");
  }

  // A second signal does not wait.
  void stop() {
    if (std::exchange(stopping_, true)) return runtime_.stop();
    const std::size_t open = server_->connection_count();
    log_.say(LogLevel::kInfo,
             "stopping; " + (open == 1 ? "1 connection is open"
                                       : std::to_string(open) + " connections are open"));
    server_->stop([this] { runtime_.stop(); });
  }

  // -- Upkeep -------------------------------------------------------------------------------------

  void refill_now_and_then() {
    keys_.refill(kReadyKeys);
    runtime_.after(kRefillInterval, [this] { refill_now_and_then(); });
  }

  void flush_now_and_then() {
    runtime_.after(kFlushInterval, [this] {
      if (downgrades_ != nullptr && downgrades_->unsaved_count() != 0) flush();
      tell_notice();
      flush_now_and_then();
    });
  }

  // Drops what is too old as well, so it is done at the start and at the end whatever is unsaved.
  void flush() {
    if (downgrades_ == nullptr) return;
    if (auto flushed = downgrades_->flush(net::unix_time()); !flushed)
      log_.say(LogLevel::kError, flushed.error());
    tell_notice();
  }

  void tell_notice() {
    if (downgrades_ == nullptr) return;
    if (const auto notice = downgrades_->take_notice()) log_.say(LogLevel::kWarning, *notice);
  }

  const Load& load_;
  net::Runtime runtime_;
  crypto::SystemEntropy entropy_;
  transport::KeyPool keys_;
  Metrics metrics_;
  host::Log log_;
  EventLog event_log_;
  Observers observers_;
  std::unique_ptr<host::AppendFile> key_log_;
  std::unique_ptr<DowngradeMemory> downgrades_;
  Service service_;
  std::optional<Server> server_;
  std::unique_ptr<http::Server> http_;
  std::unique_ptr<host::Signals> signals_;
  boost::asio::posix::stream_descriptor signal_descriptor_;  // of signals_, who closes it
  bool stopping_ = false;
};

}  // namespace

std::expected<void, std::string> run(const Settings& config, const Load& load) {
  host::disable_core_dumps();
  host::allow_many_descriptors();
  host::keep_files_private();
  host::ignore_broken_pipes();
  return Process(config, load).run();
}

}  // namespace veilwire::proxy
