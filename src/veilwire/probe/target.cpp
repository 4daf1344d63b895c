#include "veilwire/probe/target.h"

#include <fmt/format.h>

namespace veilwire::probe {
namespace {

constexpr std::string_view kBlanks = " \t\r";
// The mark that some editors put before UTF-8.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const auto first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::expected<Target, std::string> parse_target(std::string_view text, std::uint16_t default_port) {
  auto endpoint = parse_endpoint(text, default_port);
  if (!endpoint) return std::unexpected(std::move(endpoint.error()));
  if (endpoint->port == 0) {
    return std::unexpected(fmt::format("'{}' has port 0, on which nobody can listen", text));
  }
  return Target{std::string(text), std::move(*endpoint)};
}

std::expected<std::vector<Target>, std::string> parse_targets(std::span<const std::string> texts,
                                                              std::uint16_t default_port) {
  std::vector<Target> targets;
  for (const std::string& text : texts) {
    auto target = parse_target(text, default_port);
    if (!target) return std::unexpected(std::move(target.error()));
    targets.push_back(std::move(*target));
  }
  return targets;
}

std::expected<std::vector<Target>, std::string> read_targets(std::istream& lines,
                                                             std::string_view source_name,
                                                             std::uint16_t default_port) {
  std::vector<Target> targets;
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (number == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    const std::string_view text = trimmed(line);
    if (text.empty()) continue;
    auto target = parse_target(text, default_port);
    if (!target) {
      return std::unexpected(fmt::format("{}, line {}: {}", source_name, number, target.error()));
    }
    targets.push_back(std::move(*target));
  }
  if (lines.bad()) return std::unexpected(fmt::format("{} cannot be read", source_name));
  return targets;
}

}  // namespace veilwire::probe
