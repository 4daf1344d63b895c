// The figures of `veilwire speed` for people.
#pragma once

#include <string>
#include <vector>

#include "veilwire/app/speed/figures.h"
#include "veilwire/app/terminal.h"

namespace veilwire::app {

std::string machine_text(const MachineFigure& figure, Colour colour);

// One kernel's figures: a line for each size, sealing and opening side by side. `held_to` says
// which instructions OpenSSL had.
std::string cipher_table(const std::vector<CipherFigure>& figures, const std::string& held_to,
                         Colour colour);
std::string hash_table(const std::vector<HashFigure>& figures, const std::string& held_to,
                       Colour colour);
std::string handshake_table(const std::vector<HandshakeFigure>& figures, Colour colour);
std::string script_table(const std::vector<ScriptFigure>& figures, Colour colour);
std::string block_table(const std::vector<BlockFigure>& figures, Colour colour);
std::string memory_table(const std::vector<MemoryFigure>& figures, Colour colour);

}  // namespace veilwire::app
