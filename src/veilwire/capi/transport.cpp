// The verbs of the C interface. No exception passes: where one arrives, the machine under it is in
// a state that nobody knows, so that it is not used any more and the transport counts as stopped.
#include <algorithm>
#include <cstring>
#include <utility>

#include "veilwire/capi/config.h"
#include "veilwire/capi/names.h"
#include "veilwire/capi/struct_size.h"

using namespace veilwire;

struct vw_transport {
  // Null after the first event.
  std::unique_ptr<capi::Sources> sources;
  std::unique_ptr<transport::Transport> machine;
  // Of the last vw_bytes_to_send(), what is not marked as sent.
  std::size_t offered = 0;
  bool broken = false;
};

namespace {

using protocol::MessageType;
using transport::Established;
using transport::MessageReceived;
using transport::Role;
using transport::V1Config;

TimePoint at(std::int64_t now) { return TimePoint(Duration(now)); }

std::int64_t since_origin(TimePoint time) { return time.time_since_epoch().count(); }

// Runs a verb on a machine that is whole; `otherwise` where it is not, or does not stay so.
template <class Result, class Verb>
Result guarded(vw_transport& transport, Result otherwise, Verb verb) {
  if (transport.broken) return otherwise;
  try {
    return verb(*transport.machine);
  } catch (...) {
    transport.broken = true;
    return otherwise;
  }
}

std::unique_ptr<transport::Transport> make_machine(vw_kind kind, capi::Settings& settings,
                                                   TimePoint now) {
  const V1Config v1{.magic = settings.v2.magic};
  auto& [entropy, own_keys, keys] = *settings.sources;
  switch (kind) {
    case VW_V2_INITIATOR:
      return std::make_unique<transport::V2Transport>(Role::kInitiator, std::move(settings.v2),
                                                      *keys, *entropy, now);
    case VW_RESPONDER:
      return std::make_unique<transport::Responder>(std::move(settings.v2), *keys, *entropy, now,
                                                    settings.v1_policy);
    case VW_V2_RESPONDER:
      return std::make_unique<transport::V2Transport>(Role::kResponder, std::move(settings.v2),
                                                      *keys, *entropy, now);
    case VW_V1_INITIATOR:
      return std::make_unique<transport::V1Transport>(Role::kInitiator, v1, now);
    case VW_V1_RESPONDER:
      return std::make_unique<transport::V1Transport>(Role::kResponder, v1, now);
    default:
      return nullptr;
  }
}

vw_error push(vw_transport& transport, std::int64_t now, const MessageType& type,
              ByteView payload) {
  const auto otherwise = transport.broken ? VW_ERROR_FAULTED : VW_ERROR_OUT_OF_MEMORY;
  return guarded<vw_error>(transport, otherwise, [&](auto& machine) -> vw_error {
    const auto pushed = machine.push(at(now), {type, payload});
    return pushed ? VW_OK : capi::to_c(pushed.error());
  });
}

vw_event to_c(const Established& established) {
  vw_event event{};
  event.kind = VW_EVENT_ESTABLISHED;
  event.version = capi::to_c(established.version);
  event.payload = established.version_contents.data();
  event.payload_size = established.version_contents.size();
  return event;
}

vw_event to_c(const MessageReceived& message) {
  vw_event event{};
  event.kind = VW_EVENT_MESSAGE;
  event.short_id = message.type.short_id();
  const auto name = message.type.name();
  std::copy(name.begin(), name.end(), event.name);
  event.payload = message.payload.data();
  event.payload_size = message.payload.size();
  return event;
}

// No transport of this interface skips any.
vw_event to_c(const transport::MessageSkipped&) { return {}; }

void fill_traffic(const transport::Info& from, vw_info& info) {
  info.sent_bytes = from.sent.bytes;
  info.sent_packets = from.sent.packets;
  info.sent_messages = from.sent.messages;
  info.sent_decoys = from.sent.decoys;
  info.sent_decoy_bytes = from.sent.decoy_bytes;
  info.sent_rekeys = from.sent.rekeys;
  info.sent_garbage_bytes = from.sent.garbage_bytes;
  info.received_bytes = from.received.bytes;
  info.received_packets = from.received.packets;
  info.received_messages = from.received.messages;
  info.received_decoys = from.received.decoys;
  info.received_decoy_bytes = from.received.decoy_bytes;
  info.received_rekeys = from.received.rekeys;
  info.received_garbage_bytes = from.received.garbage_bytes;
}

vw_info to_c(const transport::Info& from) {
  vw_info info{};
  info.version = capi::to_c(from.version);
  info.role = capi::to_c(from.role);
  if (from.session_id) {
    info.has_session_id = 1;
    std::copy(from.session_id->begin(), from.session_id->end(), info.session_id);
  }
  fill_traffic(from, info);
  info.dropped = from.dropped;
  info.decoy_pauses = from.decoy_pauses;
  info.handshake_duration_ns =
      from.handshake_duration ? from.handshake_duration->count() : VW_NEVER;
  info.last_message_at_ns = from.last_message_at ? since_origin(*from.last_message_at) : VW_NEVER;
  info.unsent_bytes = from.unsent_bytes;
  info.memory_bytes = from.memory_bytes + sizeof(vw_transport);
  return info;
}

}  // namespace

vw_error vw_transport_new(vw_kind kind, const vw_config* config, int64_t now,
                          vw_transport** out) try {
  if (out == nullptr) return VW_ERROR_BAD_ARGUMENT;
  *out = nullptr;
  auto settings = capi::read_config(config);
  if (!settings) return settings.error();
  auto made = std::make_unique<vw_transport>();
  made->machine = make_machine(kind, *settings, at(now));
  if (!made->machine) return VW_ERROR_BAD_ARGUMENT;
  made->sources = std::move(settings->sources);
  *out = made.release();
  return VW_OK;
} catch (...) {
  return VW_ERROR_OUT_OF_MEMORY;
}

void vw_transport_free(vw_transport* transport) { delete transport; }

size_t vw_feed(vw_transport* transport, int64_t now, const uint8_t* bytes, size_t size) {
  if (transport == nullptr || (bytes == nullptr && size != 0)) return 0;
  return guarded(*transport, std::size_t{0},
                 [&](auto& machine) { return machine.feed(at(now), {bytes, size}); });
}

vw_error vw_push(vw_transport* transport, int64_t now, const char* name, const uint8_t* payload,
                 size_t size) {
  if (transport == nullptr || name == nullptr || (payload == nullptr && size != 0)) {
    return VW_ERROR_BAD_ARGUMENT;
  }
  const auto type = MessageType::from_name({name, strnlen(name, VW_MESSAGE_NAME_BYTES + 1)});
  if (!type) return VW_ERROR_BAD_NAME;
  return push(*transport, now, *type, {payload, size});
}

vw_error vw_push_short_id(vw_transport* transport, int64_t now, uint8_t short_id,
                          const uint8_t* payload, size_t size) {
  if (transport == nullptr || short_id == 0 || (payload == nullptr && size != 0)) {
    return VW_ERROR_BAD_ARGUMENT;
  }
  return push(*transport, now, MessageType::from_short_id(short_id), {payload, size});
}

vw_error vw_push_decoy(vw_transport* transport, int64_t now, const uint8_t* contents, size_t size) {
  if (transport == nullptr || (contents == nullptr && size != 0)) return VW_ERROR_BAD_ARGUMENT;
  const auto otherwise = transport->broken ? VW_ERROR_FAULTED : VW_ERROR_OUT_OF_MEMORY;
  return guarded<vw_error>(*transport, otherwise, [&](auto& machine) -> vw_error {
    const auto pushed = machine.push_decoy(at(now), {contents, size});
    return pushed ? VW_OK : capi::to_c(pushed.error());
  });
}

int32_t vw_poll_event(vw_transport* transport, vw_event* event) {
  if (transport == nullptr || event == nullptr) return VW_ERROR_BAD_ARGUMENT;
  if (capi::struct_bytes(event) == 0) return VW_ERROR_BAD_STRUCT_SIZE;
  const vw_event polled = guarded(*transport, vw_event{}, [](auto& machine) {
    const auto found = machine.poll_event();
    return found ? std::visit([](const auto& e) { return to_c(e); }, *found) : vw_event{};
  });
  // The keys are derived: nothing more will be drawn from them.
  if (polled.kind == VW_EVENT_ESTABLISHED) transport->sources.reset();
  capi::write_struct(polled, event);
  return polled.kind;
}

const uint8_t* vw_bytes_to_send(vw_transport* transport, size_t* size) {
  if (size == nullptr) return nullptr;
  *size = 0;
  if (transport == nullptr) return nullptr;
  const auto view =
      guarded(*transport, ByteView(), [](auto& machine) { return machine.bytes_to_send(); });
  transport->offered = view.size();
  *size = view.size();
  return view.empty() ? nullptr : view.data();
}

vw_error vw_mark_sent(vw_transport* transport, size_t count) {
  if (transport == nullptr) return VW_ERROR_BAD_ARGUMENT;
  if (vw_fault(transport) != VW_RULE_NONE) return VW_OK;
  if (count > transport->offered) return VW_ERROR_BAD_ARGUMENT;
  transport->offered -= count;
  return guarded<vw_error>(*transport, VW_ERROR_OUT_OF_MEMORY, [&](auto& machine) -> vw_error {
    machine.mark_sent(count);
    return VW_OK;
  });
}

void vw_on_deadline(vw_transport* transport, int64_t now) {
  if (transport == nullptr) return;
  guarded(*transport, 0, [&](auto& machine) {
    machine.on_deadline(at(now));
    return 0;
  });
}

int64_t vw_next_deadline(const vw_transport* transport) {
  if (transport == nullptr || transport->broken) return VW_NEVER;
  const auto deadline = transport->machine->next_deadline();
  return deadline ? since_origin(*deadline) : VW_NEVER;
}

bool vw_reading_paused(const vw_transport* transport) {
  return transport != nullptr && !transport->broken && transport->machine->reading_paused();
}

vw_rule vw_fault(const vw_transport* transport) {
  if (transport == nullptr) return VW_RULE_NO_TRANSPORT;
  if (transport->broken) return VW_RULE_OUT_OF_MEMORY;
  const auto fault = transport->machine->fault();
  return fault ? capi::to_c(fault->rule) : VW_RULE_NONE;
}

vw_error vw_get_info(const vw_transport* transport, vw_info* info) try {
  if (transport == nullptr || info == nullptr) return VW_ERROR_BAD_ARGUMENT;
  if (capi::struct_bytes(info) == 0) return VW_ERROR_BAD_STRUCT_SIZE;
  capi::write_struct(to_c(transport->machine->info()), info);
  return VW_OK;
} catch (...) {
  return VW_ERROR_OUT_OF_MEMORY;
}
