// For the tests of this folder: two C transports with a wire between them, and a clock to turn.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "veilwire/veilwire.h"

namespace veilwire::capi {

inline constexpr std::int64_t kSecond = 1'000'000'000;

inline vw_config default_config() {
  vw_config config;
  std::memset(&config, 0, sizeof config);
  config.struct_size = sizeof config;
  return config;
}

// What an event said, kept beyond its lifetime.
struct SeenEvent {
  vw_event_kind kind;
  vw_version_kind version;
  std::uint8_t short_id;
  std::string name;
  std::string payload;

  bool operator==(const SeenEvent&) const = default;
};

// Owns one transport and keeps what it said.
class CEnd {
 public:
  CEnd(vw_kind kind, const vw_config* config, std::int64_t now = 0) {
    error_ = vw_transport_new(kind, config, now, &transport_);
  }
  ~CEnd() { vw_transport_free(transport_); }
  CEnd(const CEnd&) = delete;
  CEnd& operator=(const CEnd&) = delete;

  vw_transport* get() const { return transport_; }
  vw_error error() const { return error_; }
  vw_rule fault() const { return vw_fault(transport_); }
  const std::vector<SeenEvent>& events() const { return events_; }

  vw_info info() const {
    vw_info info;
    info.struct_size = sizeof info;
    vw_get_info(transport_, &info);
    return info;
  }

  vw_error push(const char* name, const std::string& payload, std::int64_t now = 0) {
    return vw_push(transport_, now, name, reinterpret_cast<const std::uint8_t*>(payload.data()),
                   payload.size());
  }

  // Everything that waits to be sent, marked as sent.
  std::string take_bytes() {
    std::string taken;
    std::size_t size = 0;
    while (const std::uint8_t* bytes = vw_bytes_to_send(transport_, &size)) {
      taken.append(reinterpret_cast<const char*>(bytes), size);
      if (vw_mark_sent(transport_, size) != VW_OK) break;
    }
    return taken;
  }

  // Feeds in pieces of `cut` bytes and keeps the events; returns how much was taken.
  std::size_t feed(const std::string& bytes, std::int64_t now = 0, std::size_t cut = SIZE_MAX) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const std::size_t piece = bytes.size() - done < cut ? bytes.size() - done : cut;
      const std::size_t taken = vw_feed(
          transport_, now, reinterpret_cast<const std::uint8_t*>(bytes.data()) + done, piece);
      done += taken;
      if (!poll() && taken == 0) break;
    }
    return done;
  }

  // True where there was an event.
  bool poll() {
    vw_event event;
    event.struct_size = sizeof event;
    bool any = false;
    while (vw_poll_event(transport_, &event) > 0) {
      keep(event);
      any = true;
    }
    return any;
  }

 private:
  void keep(const vw_event& event) {
    const auto* payload = reinterpret_cast<const char*>(event.payload);
    events_.push_back({event.kind, event.version, event.short_id, event.name,
                       std::string(payload, payload + event.payload_size)});
  }

  vw_transport* transport_ = nullptr;
  vw_error error_ = VW_OK;
  std::vector<SeenEvent> events_;
};

// Carries bytes both ways until neither end has more to say.
inline void converse(CEnd& a, CEnd& b, std::int64_t now = 0, std::size_t cut = SIZE_MAX) {
  for (;;) {
    const std::string to_b = a.take_bytes();
    const std::string to_a = b.take_bytes();
    if (to_a.empty() && to_b.empty()) return;
    b.feed(to_b, now, cut);
    a.feed(to_a, now, cut);
  }
}

}  // namespace veilwire::capi
