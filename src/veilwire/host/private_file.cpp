#include "veilwire/host/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace veilwire::host {
namespace {

std::expected<void, std::string> claim(int file, const std::string& path) {
  struct stat facts{};
  if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return std::unexpected(path + " is not a regular file");
  }
  if (facts.st_uid != ::geteuid()) return std::unexpected(path + " belongs to another user");
  if ((facts.st_mode & 07777) != 0600 && ::fchmod(file, 0600) != 0) {
    return std::unexpected(fmt::format("{} is readable by others, and that cannot be changed: {}",
                                       path, std::strerror(errno)));
  }
  return {};
}

}  // namespace

std::expected<void, std::string> claim_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return std::unexpected(
        fmt::format("{} cannot be opened for writing: {}", path, std::strerror(errno)));
  }
  const auto claimed = claim(file, path);
  ::close(file);
  return claimed;
}

}  // namespace veilwire::host
