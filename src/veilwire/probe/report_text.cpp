#include "veilwire/probe/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "veilwire/base/escape.h"
#include "veilwire/base/hex.h"

namespace veilwire::probe {
namespace {

// -- Pieces ---------------------------------------------------------------------------------------

std::string milliseconds(Duration duration) {
  const double ms = std::chrono::duration<double, std::milli>(duration).count();
  if (ms < 10) return fmt::format("{:.2f} ms", ms);
  return fmt::format("{:.0f} ms", ms);
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string timing(const Report& report) {
  std::vector<std::string> parts;
  const auto add = [&parts](const char* what, const std::optional<Duration>& duration) {
    if (duration) parts.push_back(fmt::format("{} {}", what, milliseconds(*duration)));
  };
  add("connected in", report.connect_duration);
  add("handshake", report.handshake_duration);
  add("round trip", report.round_trip);
  return joined(parts, ", ");
}

std::string negotiated(const peer::PeerFacts& peer) {
  std::vector<std::string> parts;
  if (peer.wtxidrelay) parts.emplace_back("wtxidrelay");
  if (peer.addrv2) parts.emplace_back("addrv2");
  if (peer.sendheaders) parts.emplace_back("sendheaders");
  if (peer.compact_block_version) {
    parts.push_back(fmt::format("sendcmpct version {}", *peer.compact_block_version));
  }
  if (peer.feefilter) parts.push_back(fmt::format("feefilter {}", *peer.feefilter));
  if (peer.txrcncl_version) parts.push_back(fmt::format("txrcncl {}", *peer.txrcncl_version));
  for (const peer::Feature& feature : peer.features) {
    parts.push_back(fmt::format("feature {}", escape_foreign(feature.id)));
  }
  return parts.empty() ? "nothing" : joined(parts, ", ");
}

// "1 address", "2 addresses".
std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string services_text(protocol::Services services) {
  return fmt::format("{} (0x{:x})", joined(protocol::service_names(services), " "), services);
}

std::string_view p2p_v2_text(P2pV2 judged) {
  switch (judged) {
    case P2pV2::kUnknown:
      return "";
    case P2pV2::kAdvertisedAndTrue:
      return "advertised, and true";
    case P2pV2::kAdvertisedNotSpoken:
      return "advertised, but it answered version 1 only";
    case P2pV2::kSpokenNotAdvertised:
      return "not advertised, but spoken";
    case P2pV2::kNeither:
      return "not advertised, and not spoken";
  }
  return "";
}

std::string clock_text(std::chrono::seconds offset) {
  if (offset.count() == 0) return "as ours";
  return fmt::format("{} s {}", std::abs(offset.count()), offset.count() > 0 ? "ahead" : "behind");
}

// -- The block ------------------------------------------------------------------------------------

class Block {
 public:
  explicit Block(std::string title) : text_(std::move(title) + '\n') {}
  void line(std::string_view name, std::string_view value) {
    if (!value.empty()) text_ += fmt::format("  {:<13} {}\n", name, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_transport(Block& block, const Report& report) {
  const bool none = !report.version && !report.why.empty();
  block.line("transport", none ? fmt::format("none; tried {}", report.why) : report.why);
  if (report.session_id) block.line("session id", to_hex(*report.session_id));
  if (report.version == transport::Version::kV2) {
    block.line("garbage",
               fmt::format("{} received, {}", counted(report.garbage_bytes, "byte", "bytes"),
                           counted(report.decoys, "decoy", "decoys")));
  }
  block.line("timing", timing(report));
}

void add_peer(Block& block, const Report& report) {
  if (!report.peer) return;
  const peer::PeerFacts& peer = *report.peer;
  block.line("user agent", escape_foreign(peer.user_agent));
  block.line("protocol", std::to_string(peer.protocol_version));
  block.line("services", services_text(peer.services));
  block.line("P2P_V2", p2p_v2_text(report.p2p_v2));
  block.line("height", std::to_string(peer.start_height));
  block.line("relay", peer.relay ? "yes" : "no");
  block.line("negotiated", negotiated(peer));
  if (report.clock_offset) block.line("clock", clock_text(*report.clock_offset));
}

void add_answers(Block& block, const Report& report) {
  if (report.addresses) block.line("addresses", std::to_string(report.addresses->size()));
  if (report.headers) {
    block.line("headers",
               fmt::format("{} of {} asked for, the last is {}", report.headers->count,
                           report.headers->asked, to_display(report.headers->last_hash)));
  }
  block.line("unanswered", joined(report.unanswered, ", "));
}

std::string title(const Report& report) {
  const std::string address = shown_address(report);
  const std::string target = escape_foreign(report.target);
  return address == target ? address : fmt::format("{} ({})", address, target);
}

// -- The table ------------------------------------------------------------------------------------

struct ServiceLetter {
  protocol::Services bit;
  char letter;
  std::string_view meaning;
};
constexpr std::array kServiceLetters{
    ServiceLetter{protocol::kNodeNetwork, 'N', "network"},
    ServiceLetter{protocol::kNodeBloom, 'B', "bloom"},
    ServiceLetter{protocol::kNodeWitness, 'W', "witness"},
    ServiceLetter{protocol::kNodeCompactFilters, 'C', "compact filters"},
    ServiceLetter{protocol::kNodeNetworkLimited, 'L', "network limited"},
    ServiceLetter{protocol::kNodeP2pV2, '2', "P2P_V2"},
};
constexpr char kOtherServices = '+';

constexpr const char* kRow = "{:<21} {:<2} {:<7} {:>8} {:>9}  {}";
constexpr std::size_t kAddressColumns = 21;

std::string shown_end(const Report& report) {
  if (report.failure) return escape_foreign(report.failure->text);
  return report.peer ? escape_foreign(report.peer->user_agent) : "";
}

// The text is ASCII: an escape that is cut in the middle harms nobody.
std::string cut(std::string line, std::size_t columns) {
  constexpr std::string_view kCut = "...";
  if (columns == 0 || line.size() <= columns) return line;
  line.resize(columns - kCut.size());
  return line.append(kCut);
}

std::string row(std::string_view address, const Report& report) {
  const auto& peer = report.peer;
  return fmt::format(kRow, address, shown_version(report),
                     peer ? services_letters(peer->services) : "",
                     peer ? std::to_string(peer->start_height) : "",
                     report.round_trip ? milliseconds(*report.round_trip) : "", shown_end(report));
}

std::string each_counted(const std::map<std::string, std::size_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  }
  return text;
}

constexpr std::string_view kDidNotAnswer = "did not answer";
constexpr std::string_view kBrokeOff = "answered and then failed";  // its version was read

std::size_t total(const std::map<std::string, std::size_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0},
                         [](std::size_t sum, const auto& count) { return sum + count.second; });
}

}  // namespace

std::string report_block(const Report& report) {
  Block block(title(report));
  add_transport(block, report);
  add_peer(block, report);
  add_answers(block, report);
  if (report.failure) {
    block.line("error", fmt::format("{} ({}, {})", escape_foreign(report.failure->text),
                                    report.failure->error, report.failure->phase));
  }
  return block.take();
}

std::string services_letters(protocol::Services services) {
  std::string letters;
  for (const ServiceLetter& service : kServiceLetters) {
    letters += (services & service.bit) != 0 ? service.letter : '-';
    services &= ~service.bit;
  }
  return letters + (services != 0 ? kOtherServices : '-');
}

std::string services_legend() {
  std::string legend = "services:";
  for (const ServiceLetter& service : kServiceLetters) {
    legend += fmt::format(" {} {},", service.letter, service.meaning);
  }
  return legend + fmt::format(" {} others", kOtherServices);
}

std::string table_header() {
  return fmt::format(kRow, "address", "", "service", "height", "rtt", "user agent");
}

std::string table_line(const Report& report, std::size_t columns) {
  const std::string address = shown_address(report);
  const std::size_t width = columns == 0 ? 0 : std::max(columns, kMinColumns);
  if (width == 0 || address.size() <= kAddressColumns) return cut(row(address, report), width);
  return address + '\n' + cut(row("", report), width);
}

void Summary::add(const Report& report) {
  ++addresses_;
  if (!report.failure) {
    ++answered_[std::string(shown_version(report))];
  } else {
    ++(report.peer ? broke_off_ : unanswered_)[report.failure->error];
  }
}

std::size_t Summary::failed() const { return total(broke_off_) + total(unanswered_); }

std::string Summary::sentence() const {
  std::vector<std::string> parts;
  const auto tell = [&parts](const std::map<std::string, std::size_t>& counts,
                             std::string_view what) {
    if (!counts.empty()) {
      parts.push_back(fmt::format("{} {} ({})", total(counts), what, each_counted(counts)));
    }
  };
  tell(answered_, "answered");
  tell(broke_off_, kBrokeOff);
  tell(unanswered_, kDidNotAnswer);
  return counted(addresses_, "address", "addresses") + (parts.empty() ? "" : ": ") +
         joined(parts, ", ");
}

std::string Summary::failure_sentence() const {
  std::vector<std::string> parts;
  const auto tell = [this, &parts](std::size_t count, std::string_view what) {
    if (count > 0) {
      parts.push_back(
          fmt::format("{} of {} {}", count, counted(addresses_, "address", "addresses"), what));
    }
  };
  tell(total(unanswered_), kDidNotAnswer);
  tell(total(broke_off_), kBrokeOff);
  return joined(parts, ", ");
}

}  // namespace veilwire::probe
