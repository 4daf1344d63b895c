#include "veilwire/proxy/run.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/http/server.h"
#include "veilwire/net/runtime.h"
#include "veilwire/proxy/activation.h"
#include "veilwire/proxy/key_log_file.h"
#include "veilwire/proxy/log.h"
#include "veilwire/proxy/metrics.h"
#include "veilwire/proxy/metrics_page.h"
#include "veilwire/proxy/observers.h"
#include "veilwire/proxy/server.h"

namespace veilwire::proxy {
namespace {

// Ephemeral keys that are ready when a peer comes: what a burst of the admission's size takes.
constexpr std::size_t kReadyKeys = 64;
// How often ready keys are made anew.
constexpr Duration kRefillInterval = std::chrono::seconds(10);
// How often the downgrade memory goes to the disk: connections wait for the write.
constexpr Duration kFlushInterval = std::chrono::minutes(1);

std::int64_t unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A core would hold the keys of every connection.
void disable_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

// Two descriptors a connection: the usual soft limit of 1024 would be reached by 500 of them.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Everything that lives as long as the process serves.
class Process {
 public:
  explicit Process(const ProxyConfig& config, const Load& load)
      : load_(load),
        keys_(entropy_, kReadyKeys),
        log_(config.log, log_style_for(STDERR_FILENO, std::getenv("JOURNAL_STREAM")), std::cerr),
        observers_({&metrics_, &log_}),
        service_{.runtime = runtime_, .keys = keys_, .entropy = entropy_, .observer = observers_},
        signals_(runtime_.context(), SIGTERM, SIGINT, SIGHUP) {
    service_.config = config;
    service_.v2.handshake_timeout = config.limits.handshake_timeout;
  }

  std::expected<void, std::string> run() {
    for (const auto step : {&Process::open_key_log, &Process::open_downgrade_memory,
                            &Process::open_server, &Process::open_metrics}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    say_what_is_served();
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
  std::expected<void, std::string> open_key_log() {
    const auto& path = service_.config.keylog_file;
    if (!path) return {};
    auto file = KeyLogFile::open(*path);
    if (!file) return std::unexpected(file.error());
    key_log_ = std::move(*file);
    service_.v2.key_log = [this](const transport::KeyLogEntry& entry) { key_log_->add(entry); };
    log_.say(LogLevel::kWarning, "the keys of every connection are written to '" + *path +
                                     "': whoever has that file reads what it encrypts");
    return {};
  }

  std::expected<void, std::string> open_downgrade_memory() {
    const auto& path = service_.config.downgrade_file;
    if (!path) return {};
    auto memory = DowngradeMemory::open(*path, unix_time());
    if (!memory) return std::unexpected(memory.error());
    downgrades_ = std::move(*memory);
    service_.downgrades = downgrades_.get();
    tell_notice();
    return {};
  }

  std::expected<void, std::string> open_server() {
    auto passed = take_passed_sockets();
    if (!passed) return std::unexpected(passed.error());
    Server::Inherited inherited;
    for (PassedSocket& socket : *passed) inherited.emplace_back(std::move(socket.name), socket.fd);
    server_.emplace(service_);
    return server_->open(inherited);
  }

  std::expected<void, std::string> open_metrics() {
    const auto& address = service_.config.metrics;
    if (!address) return {};
    auto http = http::Server::open(runtime_.context(), *address, metrics_page(metrics_));
    if (!http) return std::unexpected(http.error());
    http_ = std::move(*http);
    return {};
  }

  void say_what_is_served() {
    for (const Endpoint& address : server_->addresses()) {
      log_.say(LogLevel::kInfo, "listening on " + to_string(address));
    }
    if (http_ != nullptr)
      log_.say(LogLevel::kInfo, "metrics on http://" + to_string(http_->address()) + "/metrics");
  }

  void say_what_is_missing() {
    for (const std::string& warning : service_.config.warnings)
      log_.say(LogLevel::kWarning, warning);
  }

  // -- Signals ------------------------------------------------------------------------------------

  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        reload();
      } else {
        stop();
      }
      wait_for_signal();
    });
  }

  void reload() {
    auto config = load_();
    if (!config) {
      for (const std::string& mistake : config.error()) log_.say(LogLevel::kError, mistake);
      return log_.say(LogLevel::kError, "the configuration stays as it was");
    }
    log_.set_options(config->log);
    for (const std::string& notice : server_->reload(std::move(*config)))
      log_.say(LogLevel::kWarning, notice);
    log_.say(LogLevel::kInfo, "the configuration was read anew");
  }

  // A second signal does not wait.
  void stop() {
    if (std::exchange(stopping_, true)) return runtime_.stop();
    log_.say(LogLevel::kInfo,
             "stopping; " + std::to_string(server_->connection_count()) + " connections are open");
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
    if (auto flushed = downgrades_->flush(unix_time()); !flushed)
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
  Log log_;
  Observers observers_;
  std::unique_ptr<KeyLogFile> key_log_;
  std::unique_ptr<DowngradeMemory> downgrades_;
  Service service_;
  std::optional<Server> server_;
  std::unique_ptr<http::Server> http_;
  boost::asio::signal_set signals_;
  bool stopping_ = false;
};

}  // namespace

std::expected<void, std::string> run(const ProxyConfig& config, const Load& load) {
  disable_core_dumps();
  allow_many_descriptors();
  ::umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  return Process(config, load).run();
}

}  // namespace veilwire::proxy
