#include "veilwire/wire/message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "veilwire/wire/codec.h"

namespace veilwire::wire {
namespace {

using Parser = std::expected<Message, Rule> (*)(ByteView payload);

struct Row {
  std::string_view name;
  Parser parser;
};

template <typename M>
std::expected<Message, Rule> parse_as(ByteView payload) {
  auto message = parse<M>(payload);
  if (!message) return std::unexpected(message.error());
  return Message(std::in_place_type<M>, std::move(*message));
}

// All alternatives of Message but the last, which is Unknown.
constexpr std::size_t kKinds = std::variant_size_v<Message> - 1;

template <std::size_t... I>
constexpr std::array<Row, kKinds> make_table(std::index_sequence<I...>) {
  std::array<Row, kKinds> table{Row{std::variant_alternative_t<I, Message>::kName,
                                    &parse_as<std::variant_alternative_t<I, Message>>}...};
  std::ranges::sort(table, {}, &Row::name);
  return table;
}

constexpr std::array<Row, kKinds> kTable = make_table(std::make_index_sequence<kKinds>());
static_assert(std::ranges::adjacent_find(kTable, {}, &Row::name) == kTable.end());

constexpr std::array<std::string_view, kKinds> kNames = [] {
  std::array<std::string_view, kKinds> names;
  std::ranges::transform(kTable, names.begin(), &Row::name);
  return names;
}();

struct NameOf {
  template <typename M>
  std::string_view operator()(const M&) const {
    return M::kName;
  }
  std::string_view operator()(const Unknown& message) const { return message.name; }
};

struct Serialize {
  template <typename M>
  Bytes operator()(const M& message) const {
    return serialize(message);
  }
  Bytes operator()(const Unknown&) const { return {}; }
};

}  // namespace

std::expected<Message, Rule> parse_message(std::string_view name, ByteView payload) {
  const auto row = std::ranges::lower_bound(kTable, name, {}, &Row::name);
  if (row == kTable.end() || row->name != name) return Unknown{std::string(name)};
  return row->parser(payload);
}

std::span<const std::string_view> message_names() { return kNames; }

std::string_view name_of(const Message& message) { return std::visit(NameOf{}, message); }

Bytes serialize_message(const Message& message) { return std::visit(Serialize{}, message); }

}  // namespace veilwire::wire
