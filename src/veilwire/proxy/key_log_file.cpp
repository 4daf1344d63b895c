#include "veilwire/proxy/key_log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace veilwire::proxy {

std::expected<std::unique_ptr<KeyLogFile>, std::string> KeyLogFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || ::fchmod(file, 0600) != 0) {
    const std::string why = std::strerror(errno);
    if (file >= 0) ::close(file);
    return std::unexpected("the key log '" + path + "' cannot be written: " + why);
  }
  return std::unique_ptr<KeyLogFile>(new KeyLogFile(file));
}

KeyLogFile::~KeyLogFile() { ::close(file_); }

void KeyLogFile::add(const transport::KeyLogEntry& entry) {
  const std::string line = transport::key_log_line(entry) + '\n';
  [[maybe_unused]] const auto written = ::write(file_, line.data(), line.size());
}

}  // namespace veilwire::proxy
