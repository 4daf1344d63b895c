#include "veilwire/proxy/key_log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace veilwire::proxy {

namespace {

// A link, a pipe or another's file would give the keys to somebody else; a pipe that nobody reads
// would never open.
constexpr int kOpenFlags =
    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

constexpr const char* kNotRegular = "it is not a regular file";

std::string why_not_opened() {
  if (errno == ELOOP) return "it is a symbolic link";
  if (errno == ENXIO) return kNotRegular;  // a pipe that nobody reads
  return std::strerror(errno);
}

std::expected<void, std::string> claim(int file) {
  struct stat facts{};
  if (::fstat(file, &facts) != 0) return std::unexpected(std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) return std::unexpected(kNotRegular);
  if (facts.st_uid != ::geteuid()) return std::unexpected("it belongs to another user");
  if (facts.st_nlink != 1) return std::unexpected("it has a second name (a hard link)");
  if (::fchmod(file, 0600) != 0) return std::unexpected(std::strerror(errno));
  return {};
}

}  // namespace

std::expected<std::unique_ptr<KeyLogFile>, std::string> KeyLogFile::open(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return std::unexpected("the key log '" + path + "' cannot be written: " + why);
  };
  const int file = ::open(path.c_str(), kOpenFlags, 0600);
  if (file < 0) return refuse(why_not_opened());
  if (const auto claimed = claim(file); !claimed) {
    ::close(file);
    return refuse(claimed.error());
  }
  return std::unique_ptr<KeyLogFile>(new KeyLogFile(file));
}

KeyLogFile::~KeyLogFile() { ::close(file_); }

void KeyLogFile::add(const transport::KeyLogEntry& entry) {
  const std::string line = transport::key_log_line(entry) + '\n';
  [[maybe_unused]] const auto written = ::write(file_, line.data(), line.size());
}

}  // namespace veilwire::proxy
