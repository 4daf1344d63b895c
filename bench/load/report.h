// The figures, as they come: one JSON object a line, or a Markdown table for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veilwire::bench {

enum class Form : std::uint8_t { kTable, kJson };

struct Field {
  Field(std::string_view name, std::string_view text);
  Field(std::string_view name, double number);
  std::string json;
};

// What a figure is to be compared with.
struct Reach {
  enum class Bound : std::uint8_t { kAtLeast, kAtMost } bound;
  double value;
};

class Report {
 public:
  explicit Report(Form form);

  void machine(std::size_t idle_connections);
  // `name` and `unit` are the table's, `op` and `fields` the JSON line's; the figure itself is the
  // line's "value".
  void figure(std::string_view op, std::string_view name, double value, std::string_view unit,
              std::optional<Reach> reach, const std::vector<Field>& fields);

 private:
  Form form_;
};

}  // namespace veilwire::bench
