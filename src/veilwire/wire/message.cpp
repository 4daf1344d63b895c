#include "veilwire/wire/message.h"

#include <array>
#include <utility>

#include "veilwire/wire/codec.h"

namespace veilwire::wire {
namespace {

using protocol::MessageKind;

using Parser = std::expected<Message, PayloadRule> (*)(ByteView payload);

template <typename M>
std::expected<Message, PayloadRule> parse_as(ByteView payload) {
  auto message = parse<M>(payload);
  if (!message) return std::unexpected(message.error());
  return Message(std::in_place_type<M>, std::move(*message));
}

// All alternatives of Message but the last, which is Unknown.
constexpr std::size_t kStructs = std::variant_size_v<Message> - 1;

template <std::size_t... I>
constexpr std::array<MessageKind, kStructs> kinds_of(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, Message>::kKind...};
}

// By kind; null where it has no struct.
template <std::size_t... I>
constexpr std::array<Parser, protocol::kMessageKindCount> parsers_of(std::index_sequence<I...>) {
  std::array<Parser, protocol::kMessageKindCount> parsers{};
  ((parsers[protocol::index_of(std::variant_alternative_t<I, Message>::kKind)] =
        &parse_as<std::variant_alternative_t<I, Message>>),
   ...);
  return parsers;
}

constexpr auto kKinds = kinds_of(std::make_index_sequence<kStructs>());
constexpr auto kParsers = parsers_of(std::make_index_sequence<kStructs>());

constexpr std::size_t parser_count() {
  std::size_t count = 0;
  for (const Parser parser : kParsers) count += parser != nullptr ? 1 : 0;
  return count;
}
static_assert(parser_count() == kStructs, "two messages are of one kind");

struct KindOf {
  template <typename M>
  MessageKind operator()(const M&) const {
    return M::kKind;
  }
  MessageKind operator()(const Unknown& message) const { return message.kind; }
};

struct Serialize {
  template <typename M>
  Bytes operator()(const M& message) const {
    return serialize(message);
  }
  Bytes operator()(const Unknown&) const { return {}; }
};

}  // namespace

std::expected<Message, PayloadRule> parse_message(MessageKind kind, ByteView payload) {
  const Parser parser = kParsers[protocol::index_of(kind)];
  if (parser == nullptr) return Unknown{kind};
  return parser(payload);
}

std::expected<Owned<Message>, PayloadRule> parse_message(protocol::OwnedMessage message) {
  const MessageKind kind = message.kind();
  return Owned<Message>::read(std::move(message.payload),
                              [kind](ByteView payload) { return parse_message(kind, payload); });
}

std::span<const MessageKind> message_kinds() { return kKinds; }

MessageKind kind_of(const Message& message) { return std::visit(KindOf{}, message); }

Bytes serialize_message(const Message& message) { return std::visit(Serialize{}, message); }

}  // namespace veilwire::wire
