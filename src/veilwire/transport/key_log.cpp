#include <string>

#include "veilwire/base/hex.h"
#include "veilwire/transport/v2_transport.h"

namespace veilwire::transport {

std::string key_log_line(const KeyLogEntry& entry) {
  const ByteView fields[] = {entry.magic, entry.initiator_ellswift, entry.responder_ellswift,
                             entry.shared_secret};
  std::string line = "BIP324_SHARED_SECRET";
  // Reserved whole: growing would leave copies of the secret behind.
  std::size_t size = line.size();
  for (const ByteView field : fields) size += 1 + 2 * field.size();
  line.reserve(size);
  for (const ByteView field : fields) {
    line += ' ';
    append_hex(line, field);
  }
  return line;
}

}  // namespace veilwire::transport
