// A conversation for people, and for programs.
#pragma once

#include <string>

#include "veilwire/app/demo/conversation.h"
#include "veilwire/app/terminal.h"

namespace veilwire::app {

std::string conversation_text(const Conversation& conversation, Colour colour);

// One object a line: "session", then each "flight" of the handshake, each "message" or "decoy",
// "totals", "tampering".
std::string conversation_json(const Conversation& conversation);

}  // namespace veilwire::app
