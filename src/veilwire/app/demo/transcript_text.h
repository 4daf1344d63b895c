// A conversation for people, and for programs.
#pragma once

#include <string>

#include "veilwire/app/demo/transcript.h"
#include "veilwire/app/terminal.h"

namespace veilwire::app {

std::string transcript_text(const Transcript& conversation, Colour colour);

// One object a line: "session", then each "flight" of the handshake, each "message" or "decoy",
// "totals", "tampering".
std::string transcript_json(const Transcript& conversation);

}  // namespace veilwire::app
