#include "veilwire/probe/report_json.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "veilwire/base/escape.h"
#include "veilwire/base/hex.h"

namespace veilwire::probe {
namespace {

namespace json = boost::json;

json::value milliseconds(const std::optional<Duration>& duration) {
  if (!duration) return nullptr;
  return std::chrono::duration<double, std::milli>(*duration).count();
}

template <typename T>
json::value or_null(const std::optional<T>& value) {
  if (!value) return nullptr;
  return json::value(*value);
}

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

json::array names(protocol::Services services) {
  json::array array;
  for (const std::string& name : protocol::service_names(services)) array.emplace_back(name);
  return array;
}

json::value p2p_v2_true(P2pV2 judged) {
  switch (judged) {
    case P2pV2::kUnknown:
      return nullptr;
    case P2pV2::kAdvertisedAndTrue:
    case P2pV2::kNeither:
      return true;
    case P2pV2::kAdvertisedNotSpoken:
    case P2pV2::kSpokenNotAdvertised:
      return false;
  }
  return nullptr;
}

json::array features(const peer::PeerFacts& peer) {
  json::array array;
  for (const peer::Feature& feature : peer.features) {
    array.emplace_back(
        json::object{{"id", escape_foreign(feature.id)}, {"data", to_hex(feature.data)}});
  }
  return array;
}

json::object negotiated(const peer::PeerFacts& peer) {
  return {{"wtxidrelay", peer.wtxidrelay},
          {"addrv2", peer.addrv2},
          {"sendheaders", peer.sendheaders},
          {"sendcmpct", or_null(peer.compact_block_version)},
          {"feefilter", or_null(peer.feefilter)},
          {"txrcncl", or_null(peer.txrcncl_version)},
          {"features", features(peer)}};
}

json::value addresses(const Report& report) {
  if (!report.addresses) return nullptr;
  json::array array;
  for (const AddressSeen& seen : *report.addresses) {
    array.emplace_back(json::object{{"network", seen.network},
                                    {"address", escape_foreign(seen.address)},
                                    {"services", seen.services},
                                    {"time", to_unix_seconds(seen.unix_time)}});
  }
  return array;
}

json::value last_header(const Report& report) {
  if (!report.headers) return nullptr;
  return json::value(to_display(report.headers->last_hash));
}

void add_transport(json::object& object, const Report& report) {
  object["transport"] = text_or_null(shown_version(report));
  object["why"] = text_or_null(report.why);
  object["attempts"] = report.attempts;
  object["session_id"] = report.session_id ? json::value(to_hex(*report.session_id)) : nullptr;
  const bool v2 = report.version == transport::Version::kV2;
  object["garbage_bytes"] = v2 ? json::value(report.garbage_bytes) : nullptr;
  object["decoys"] = v2 ? json::value(report.decoys) : nullptr;
  object["connect_ms"] = milliseconds(report.connect_duration);
  object["handshake_ms"] = milliseconds(report.handshake_duration);
  object["rtt_ms"] = milliseconds(report.round_trip);
}

// Always the same fields: without a peer all are null.
void add_peer(json::object& object, const Report& report) {
  const auto& peer = report.peer;
  object["user_agent"] = peer ? json::value(escape_foreign(peer->user_agent)) : nullptr;
  object["protocol_version"] = peer ? json::value(peer->protocol_version) : nullptr;
  object["services"] = peer ? json::value(peer->services) : nullptr;
  object["services_names"] = peer ? json::value(names(peer->services)) : nullptr;
  object["height"] = peer ? json::value(peer->start_height) : nullptr;
  object["relay"] = peer ? json::value(peer->relay) : nullptr;
  object["negotiated"] = peer ? json::value(negotiated(*peer)) : nullptr;
  object["p2p_v2_advertised"] =
      peer ? json::value((peer->services & protocol::kNodeP2pV2) != 0) : nullptr;
  object["p2p_v2_true"] = p2p_v2_true(report.p2p_v2);
  object["clock_offset_s"] =
      report.clock_offset ? json::value(report.clock_offset->count()) : nullptr;
}

void add_answers(json::object& object, const Report& report) {
  object["addresses_count"] = report.addresses ? json::value(report.addresses->size()) : nullptr;
  object["addresses"] = addresses(report);
  object["headers_asked"] = report.headers ? json::value(report.headers->asked) : nullptr;
  object["headers_count"] = report.headers ? json::value(report.headers->count) : nullptr;
  object["last_header"] = last_header(report);
  json::array unanswered;
  for (const std::string& question : report.unanswered) unanswered.emplace_back(question);
  object["unanswered"] = std::move(unanswered);
}

void add_failure(json::object& object, const Report& report) {
  const auto& failure = report.failure;
  object["error"] = failure ? json::value(failure->error) : nullptr;
  object["error_phase"] = failure ? json::value(failure->phase) : nullptr;
  object["error_text"] = failure ? json::value(escape_foreign(failure->text)) : nullptr;
}

// Durations to the microsecond, as people write them: the library would write 1.5E0.
std::string value_text(const json::value& value) {
  if (value.is_double()) return fmt::format("{:.3f}", value.get_double());
  return json::serialize(value);
}

std::string line_of(const json::object& object) {
  std::string line;
  for (const auto& field : object) {
    line += fmt::format("{}\"{}\":{}", line.empty() ? "{" : ",", std::string_view(field.key()),
                        value_text(field.value()));
  }
  return line + "}";
}

}  // namespace

std::string report_json(const Report& report) {
  json::object object;
  object["target"] = escape_foreign(report.target);
  object["address"] = report.address ? json::value(shown_address(report)) : nullptr;
  add_transport(object, report);
  add_peer(object, report);
  add_answers(object, report);
  add_failure(object, report);
  return line_of(object);
}

}  // namespace veilwire::probe
