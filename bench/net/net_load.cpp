// What `net` costs and carries on one thread and on two: an echo server over version 2, measured from
// outside.
//
// net_load [--quick] [--json]
//
// The exit status is 0 when everything was measured, whatever came out.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

#include "child.h"
#include "echo_server.h"
#include "load_end.h"
#include "report.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::bench {
namespace {

struct Case {
  const char* name;
  std::size_t connections;
  std::size_t payload_bytes;
  std::size_t under_way;  // messages of each connection that have not come back
};
// Pings and announcements; blocks.
constexpr Case kCases[] = {{"messages of 32 bytes, 64 connections", 64, 32, 64},
                           {"messages of 32 bytes, 1000 connections", 1000, 32, 4},
                           {"messages of 900 kB, 8 connections", 8, 900'000, 1}};

struct Figures {
  std::uint64_t messages = 0;
  Duration wall{};
  CpuTime cpu{};  // the server's
};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// The server, and those who talk to it, which is one thread here.
class Load {
 public:
  Load(const Case& what, unsigned threads)
      : what_(what),
        payload_(what.payload_bytes, 7),
        place_{.port = free_port()},
        server_([&] { run_echo_server(place_, threads); }) {
    wait_for_server();
    for (std::size_t i = 0; i < what.connections; ++i) connect();
    loop_.turn_until(
        [&] { return std::ranges::all_of(ends_, [](auto& one) { return one->established(); }); },
        "the handshakes");
  }

  Figures run(Duration duration) {
    const std::uint64_t messages = echoed_;
    const TimePoint began_at = now();
    const CpuTime before = server_.cpu_time();
    for (const auto& end : ends_) {
      for (std::size_t i = 0; i < what_.under_way; ++i)
        end->queue({protocol::MessageKind::kTx, payload_});
      end->flush();
    }
    while (now() < began_at + duration) loop_.turn(std::chrono::milliseconds(10));
    return {.messages = echoed_ - messages,
            .wall = now() - began_at,
            .cpu = server_.cpu_time() - before};
  }

 private:
  void wait_for_server() {
    const TimePoint give_up_at = now() + kPatience;
    while (server_.runs() && now() < give_up_at) {
      try {
        connect_to(place_);
        return;
      } catch (const std::system_error&) {
        loop_.turn(std::chrono::milliseconds(10));
      }
    }
    throw std::runtime_error("the echo server did not start");
  }

  // Each echo is answered with the same again.
  void connect() {
    Socket socket = connect_to(place_);
    stop_blocking(socket);
    auto& end = ends_.emplace_back(std::make_unique<LoadEnd>(
        loop_, std::move(socket),
        std::make_unique<transport::V2Transport>(transport::Role::kInitiator, transport::V2Config{},
                                                 keys_, entropy_, now())));
    end->set_on_message([this, to = end.get()](protocol::MessageKind kind, ByteView payload) {
      ++echoed_;
      to->queue({kind, payload});
    });
    end->flush();
  }

  const Case what_;
  const Bytes payload_;
  const Place place_;
  Child server_;
  crypto::SystemEntropy entropy_;
  transport::KeyPool keys_{entropy_, 0};
  Loop loop_;
  std::vector<std::unique_ptr<LoadEnd>> ends_;
  std::uint64_t echoed_ = 0;
};

void report_case(const Case& what, unsigned threads, Duration duration, Report& report) {
  Load load(what, threads);
  const Figures figures = load.run(duration);
  const auto messages = static_cast<double>(figures.messages);
  // There and back.
  const double megabytes = 2 * messages * static_cast<double>(what.payload_bytes) / 1e6;
  const std::vector<Field> fields{{"threads", static_cast<double>(threads)},
                                  {"connections", static_cast<double>(what.connections)},
                                  {"payload_bytes", static_cast<double>(what.payload_bytes)},
                                  {"messages", messages},
                                  {"wall_seconds", seconds(figures.wall)},
                                  {"cpu_seconds", seconds(figures.cpu.total)},
                                  {"system_seconds", seconds(figures.cpu.system)}};
  const std::string name = std::string(what.name) + ", run(" + std::to_string(threads) + ")";
  report.figure("echo_messages", name, messages / seconds(figures.wall) / 1000, "thousands/s", {},
                fields);
  report.figure("echo_messages_cpu", "... per second of the server's CPU",
                messages / seconds(figures.cpu.total) / 1000, "thousands", {}, fields);
  report.figure("echo_bytes", "... payload, both ways", megabytes / seconds(figures.wall), "MB/s",
                {}, fields);
  report.figure("echo_bytes_cpu", "... per second of the server's CPU",
                megabytes / seconds(figures.cpu.total) / 1000, "GB", {}, fields);
}

int run(int count, char** arguments) {
  Duration duration = std::chrono::seconds(10);
  Form form = Form::kTable;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--quick") {
      duration = std::chrono::seconds(2);
    } else if (argument == "--json") {
      form = Form::kJson;
    } else {
      std::fprintf(stderr, "usage: net_load [--quick] [--json]\n");
      return 2;
    }
  }
  try {
    allow_many_descriptors();
    Report report(form);
    report.machine(0);
    for (const Case& what : kCases) {
      for (const unsigned threads : {1U, 2U}) report_case(what, threads, duration, report);
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "net_load: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace veilwire::bench

int main(int count, char** arguments) { return veilwire::bench::run(count, arguments); }
