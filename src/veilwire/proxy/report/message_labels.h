// Which messages are told apart in the metrics: a bounded set, whatever peers send.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "veilwire/protocol/message_kind.h"

namespace veilwire::proxy {

// The names of wire::message_kinds() in alphabetical order, then "other". They live as long as the
// program.
std::span<const std::string_view> message_labels();

// Where the label of `kind` stands among them. Called for every message: one look into a table.
std::size_t message_label_index(protocol::MessageKind kind);

}  // namespace veilwire::proxy
