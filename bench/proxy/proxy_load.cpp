// What `veilwire proxy` costs: measured from outside, beside a bare TCP relay in the same run.
//
// proxy_load [--quick] [--json] [--small] [--proxy FILE]
//
// --small measures what small messages cost and nothing else.
//
// The exit status is 0 when everything was measured, whatever came out.
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "measures.h"
#include "report.h"

namespace veilwire::bench {
namespace {

// What is to be reached.
constexpr double kBlockMegabytesPerCpuSecond = 400;
constexpr double kPingTimesRelay = 1.5;
constexpr double kSmallFloodTimesIdle = 5;
constexpr double kIdleKibibytes = 48;
constexpr double kFloodPingMilliseconds = 20;

constexpr unsigned kHandshakesPerMinute = 2000;

// Everything comes from loopback here, which has a smaller rate of its own: it gets what the rest
// of the network has together.
constexpr const char* kAdmissionAsForAll = "loopback_per_second = 20\nloopback_burst = 40\n";
// For opening many idle ones within seconds.
constexpr const char* kAdmitAll =
    "per_second = 1000000\nburst = 1000000\n"
    "loopback_per_second = 1000000\nloopback_burst = 1000000\n";

struct Amounts {
  std::uint64_t block_bytes = 2'000'000'000;
  std::size_t pings = 20'000;
  std::size_t streamed_pings = 500'000;
  Duration small_flood = std::chrono::seconds(10);
  std::size_t idle = 2000;
  std::size_t idle_in_flood = 5000;
  Duration flood = std::chrono::seconds(60);
};
constexpr Amounts kQuick{.block_bytes = 300'000'000,
                         .pings = 2000,
                         .streamed_pings = 100'000,
                         .small_flood = std::chrono::seconds(3),
                         .idle = 500,
                         .idle_in_flood = 1000,
                         .flood = std::chrono::seconds(6)};

struct Options {
  Amounts amounts{};
  Form form = Form::kTable;
  bool small_only = false;
  std::string proxy = VEILWIRE_BINARY;
};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double microseconds(Duration duration) { return seconds(duration) * 1e6; }

// -- Blocks ---------------------------------------------------------------------------------------

struct BlockCase {
  Way way;
  Flow flow;
  std::size_t connections;
  const char* through;
  const char* direction;
  const char* text;
};
// A node takes blocks from several peers at once.
constexpr BlockCase kBlockCases[] = {
    {Way::kOutbound, Flow::kProgramToPeer, 1, "proxy", "program_to_peer",
     "blocks, v1 in, v2 out, per second of the proxy's CPU"},
    {Way::kOutbound, Flow::kPeerToProgram, 1, "proxy", "peer_to_program", "blocks, v2 in, v1 out"},
    {Way::kOutbound, Flow::kProgramToPeer, 8, "proxy", "program_to_peer",
     "blocks, v1 in, v2 out, 8 connections"},
    {Way::kOutbound, Flow::kPeerToProgram, 8, "proxy", "peer_to_program",
     "blocks, v2 in, v1 out, 8 connections"},
    {Way::kBareRelay, Flow::kProgramToPeer, 1, "relay", "program_to_peer",
     "the same, per second of the bare relay's CPU"},
};

void report_blocks(Site& site, const BlockCase& what, std::uint64_t bytes, Report& report) {
  const BlockFigures figures = measure_blocks(site, what.way, what.flow, what.connections, bytes);
  const double megabytes = static_cast<double>(figures.bytes) / 1e6;
  std::optional<Reach> reach;
  if (what.way != Way::kBareRelay) {
    reach = {Reach::Bound::kAtLeast, kBlockMegabytesPerCpuSecond};
  }
  report.figure("blocks", what.text, megabytes / seconds(figures.cpu.total), "MB/s", reach,
                {{"through", what.through},
                 {"direction", what.direction},
                 {"connections", static_cast<double>(what.connections)},
                 {"megabytes", megabytes},
                 {"cpu_seconds", seconds(figures.cpu.total)},
                 {"system_seconds", seconds(figures.cpu.system)},
                 {"wall_seconds", seconds(figures.wall)}});
}

// -- Pings ----------------------------------------------------------------------------------------

void report_pings(Site& site, std::size_t count, Report& report) {
  const PingFigures figures = measure_pings(site, count);
  const double relay = microseconds(quantile(figures.relay, 0.5));
  const double proxy = microseconds(quantile(figures.proxy, 0.5));
  const auto row = [&](const char* through, const char* name, double part, double value) {
    report.figure("ping", name, value, "us", {}, {{"through", through}, {"quantile", part}});
  };
  row("relay", "ping through the bare relay, median", 0.5, relay);
  row("relay", "... 99 of 100", 0.99, microseconds(quantile(figures.relay, 0.99)));
  row("proxy", "ping through the proxy, median", 0.5, proxy);
  row("proxy", "... 99 of 100", 0.99, microseconds(quantile(figures.proxy, 0.99)));
  report.figure("ping_ratio", "median through the proxy, in times of the relay's", proxy / relay,
                "times", Reach{Reach::Bound::kAtMost, kPingTimesRelay}, {});
}

void report_ping_stream(Site& site, Way way, const char* through, const char* name,
                        std::size_t count, Report& report) {
  const PingStreamFigures figures = measure_ping_stream(site, way, count);
  const double trips = static_cast<double>(figures.round_trips);
  report.figure("ping_stream", name, trips / seconds(figures.cpu.total) / 1000, "thousands/s", {},
                {{"through", through},
                 {"round_trips", trips},
                 {"cpu_seconds", seconds(figures.cpu.total)},
                 {"system_seconds", seconds(figures.cpu.system)},
                 {"wall_seconds", seconds(figures.wall)}});
}

// -- A flood of small messages --------------------------------------------------------------------

double report_small_flood(Site& site, std::size_t flooders, Duration duration, const char* name,
                          std::optional<Reach> reach, Report& report) {
  const SmallFloodFigures figures = measure_small_flood(site, flooders, duration);
  const double median = microseconds(quantile(figures.pings, 0.5));
  report.figure("small_flood", name, median, "us", reach,
                {{"flooders", static_cast<double>(flooders)},
                 {"flood_megabytes", static_cast<double>(figures.flood_bytes) / 1e6},
                 {"pings", static_cast<double>(figures.pings.size())},
                 {"p99_us", microseconds(quantile(figures.pings, 0.99))},
                 {"max_us", microseconds(quantile(figures.pings, 1))},
                 {"cpu_seconds", seconds(figures.cpu.total)},
                 {"wall_seconds", seconds(figures.wall)}});
  return median;
}

void report_small_floods(Site& site, Duration duration, Report& report) {
  const double idle =
      report_small_flood(site, 0, duration, "ping of ten others, median", {}, report);
  report_small_flood(site, 1, duration, "... beside one that sends 5 MB/s of 24-byte messages",
                     Reach{Reach::Bound::kAtMost, kSmallFloodTimesIdle * idle}, report);
  report_small_flood(site, 8, duration, "... beside eight of them", {}, report);
}

// -- Idle connections -----------------------------------------------------------------------------

void report_idle(const IdleFigures& figures, const char* direction, const char* name,
                 Report& report) {
  const double each = static_cast<double>(figures.rss_growth_bytes) /
                      static_cast<double>(figures.connections) / 1024;
  report.figure("idle", name, each, "KiB", Reach{Reach::Bound::kAtMost, kIdleKibibytes},
                {{"direction", direction},
                 {"connections", static_cast<double>(figures.connections)},
                 {"rss_growth_bytes", static_cast<double>(figures.rss_growth_bytes)}});
}

// -- A flood --------------------------------------------------------------------------------------

void report_flood(Site& site, const std::vector<Pair>& pairs, unsigned per_minute,
                  Duration duration, Report& report) {
  const FloodFigures figures = measure_flood(site, pairs, per_minute, duration);
  const std::string name = per_minute == 0
                               ? "ping with idle connections alone, 99 of 100"
                               : "ping while 2000 handshakes a minute arrive, 99 of 100";
  std::optional<Reach> reach;
  if (per_minute != 0) reach = {Reach::Bound::kAtMost, kFloodPingMilliseconds};
  report.figure("flood", name, microseconds(quantile(figures.pings, 0.99)) / 1000, "ms", reach,
                {{"idle_connections", static_cast<double>(pairs.size())},
                 {"handshakes", static_cast<double>(figures.handshakes)},
                 {"admitted", static_cast<double>(figures.admitted)},
                 {"refused", static_cast<double>(figures.refused)},
                 {"pings", static_cast<double>(figures.pings.size())},
                 {"median_ms", microseconds(quantile(figures.pings, 0.5)) / 1000},
                 {"max_ms", microseconds(quantile(figures.pings, 1)) / 1000},
                 {"cpu_seconds", seconds(figures.cpu.total)}});
  if (per_minute == 0) return;
  const double all = static_cast<double>(figures.handshakes);
  report.figure("flood_refused", "of them refused by admission",
                100 * static_cast<double>(figures.refused) / all, "%", {}, {});
  report.figure("flood_cpu", "the proxy's CPU meanwhile",
                100 * seconds(figures.cpu.total) / seconds(duration), "%", {}, {});
}

// -- The run --------------------------------------------------------------------------------------

void report_small_messages(Site& site, const Amounts& amounts, Report& report) {
  report_pings(site, amounts.pings, report);
  report_ping_stream(site, Way::kBareRelay, "relay",
                     "pings, a thousand at a time, per second of the bare relay's CPU",
                     amounts.streamed_pings, report);
  report_ping_stream(site, Way::kOutbound, "proxy", "... per second of the proxy's CPU",
                     amounts.streamed_pings, report);
  report_small_floods(site, amounts.small_flood, report);
}

void measure_all(const Options& options) {
  const Amounts& amounts = options.amounts;
  Report report(options.form);
  report.machine(options.small_only ? 0 : amounts.idle_in_flood);
  {
    Site site(options.proxy, "");
    for (const BlockCase& what : kBlockCases) {
      if (!options.small_only) report_blocks(site, what, amounts.block_bytes, report);
    }
    report_small_messages(site, amounts, report);
  }
  if (options.small_only) return;
  {
    Site site(options.proxy, kAdmitAll);
    std::vector<Pair> pairs;
    report_idle(measure_idle(site, Way::kInbound, amounts.idle, pairs), "inbound",
                "memory of an idle connection, inbound", report);
  }
  Site site(options.proxy, kAdmissionAsForAll);
  std::vector<Pair> pairs;
  report_idle(measure_idle(site, Way::kOutbound, amounts.idle, pairs), "outbound",
              "memory of an idle connection, outbound", report);
  while (pairs.size() < amounts.idle_in_flood) pairs.push_back(site.open(Way::kOutbound));
  report_flood(site, pairs, 0, amounts.flood / 6, report);
  report_flood(site, pairs, kHandshakesPerMinute, amounts.flood, report);
}

// Two for each idle connection, here and in the proxy, and what comes in the flood.
void require_descriptors(const Amounts& amounts) {
  const std::uint64_t needed = 2 * amounts.idle_in_flood + 1000;
  const std::uint64_t limit = allow_many_descriptors();
  if (limit >= needed) return;
  throw std::runtime_error("this takes " + std::to_string(needed) +
                           " descriptors and the hard limit is " + std::to_string(limit) +
                           ": raise it, or give --quick");
}

std::optional<Options> parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--quick") {
      options.amounts = kQuick;
    } else if (argument == "--json") {
      options.form = Form::kJson;
    } else if (argument == "--small") {
      options.small_only = true;
    } else if (argument == "--proxy" && i + 1 < count) {
      options.proxy = arguments[++i];
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int run(int count, char** arguments) {
  const auto options = parse(count, arguments);
  if (!options) {
    std::fprintf(stderr, "usage: proxy_load [--quick] [--json] [--small] [--proxy FILE]\n");
    return 2;
  }
  try {
    require_descriptors(options->amounts);
    measure_all(*options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "proxy_load: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace veilwire::bench

int main(int count, char** arguments) { return veilwire::bench::run(count, arguments); }
