#include "report.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cstdio>
#include <fstream>

namespace veilwire::bench {
namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

double load() {
  double average = 0;
  return ::getloadavg(&average, 1) == 1 ? average : 0;
}

bool is_reached(double value, const Reach& reach) {
  return reach.bound == Reach::Bound::kAtLeast ? value >= reach.value : value <= reach.value;
}

std::string text_of(const Reach& reach) {
  return fmt::format("at {} {:.4g}", reach.bound == Reach::Bound::kAtLeast ? "least" : "most",
                     reach.value);
}

// Three digits that mean something.
std::string text_of(double value) {
  return value >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

void print_line(std::string_view op, const std::vector<Field>& fields) {
  std::string line = fmt::format("{{\"op\":\"{}\"", op);
  for (const Field& field : fields) line += "," + field.json;
  fmt::print("{}}}\n", line);
}

}  // namespace

Field::Field(std::string_view name, std::string_view text)
    : json(fmt::format("\"{}\":\"{}\"", name, text)) {}
Field::Field(std::string_view name, double number)
    : json(fmt::format("\"{}\":{:.6g}", name, number)) {}

Report::Report(Form form) : form_(form) {}

void Report::machine(std::size_t idle_connections) {
  if (form_ == Form::kJson) {
    return print_line("machine", {{"cpu", processor()},
                                  {"load", load()},
                                  {"idle_connections", static_cast<double>(idle_connections)}});
  }
  fmt::print("{}; load {:.1f} when it began\n\n", processor(), load());
  fmt::print("| what | figure | unit | to reach | |\n| --- | ---: | --- | --- | --- |\n");
  std::fflush(stdout);
}

void Report::figure(std::string_view op, std::string_view name, double value, std::string_view unit,
                    std::optional<Reach> reach, const std::vector<Field>& fields) {
  const bool reached = !reach || is_reached(value, *reach);
  if (form_ == Form::kJson) {
    std::vector<Field> all = fields;
    all.emplace_back("value", value);
    all.emplace_back("unit", unit);
    if (reach) all.emplace_back("reach", reach->value);
    print_line(op, all);
  } else {
    fmt::print("| {} | {} | {} | {} | {} |\n", name, text_of(value), unit,
               reach ? text_of(*reach) : "",
               !reach ? "" : (reached ? "reached" : "**not reached**"));
  }
  std::fflush(stdout);
}

}  // namespace veilwire::bench
