#include "veilwire/host/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace veilwire::host {

namespace {

// A link, a pipe or another's file would give the lines to somebody else; a pipe that nobody reads
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

std::expected<std::unique_ptr<AppendFile>, std::string> AppendFile::open(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return std::unexpected("'" + path + "' cannot be written: " + why);
  };
  const int file = ::open(path.c_str(), kOpenFlags, 0600);
  if (file < 0) return refuse(why_not_opened());
  if (const auto claimed = claim(file); !claimed) {
    ::close(file);
    return refuse(claimed.error());
  }
  return std::unique_ptr<AppendFile>(new AppendFile(file));
}

AppendFile::~AppendFile() { ::close(file_); }

bool AppendFile::add_line(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  const auto written = ::write(file_, whole.data(), whole.size());
  return written == static_cast<ssize_t>(whole.size());
}

}  // namespace veilwire::host
