// Which messages are told apart in the metrics: a bounded set, whatever peers send.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "veilwire/transport/message_type.h"

namespace veilwire::proxy {

// The names that wire::message_names() knows, then "other". They live as long as the program.
std::span<const std::string_view> message_labels();

// Where the label of `type` stands among them. Called for every message: no hashing, no allocation.
std::size_t message_label_index(const transport::MessageType& type);

}  // namespace veilwire::proxy
