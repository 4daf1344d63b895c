#include "veilwire/host/activation.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "veilwire/base/escape.h"

namespace veilwire::host {
namespace {

using Sockets = std::vector<PassedSocket>;

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string not_understood(std::string_view name, std::string_view value) {
  return std::string(name) + " has an invalid value: " + quote_foreign(value);
}

std::vector<std::string> divide(std::string_view names) {
  std::vector<std::string> out;
  for (std::size_t from = 0;;) {
    const std::size_t colon = names.find(':', from);
    out.emplace_back(names.substr(from, colon - from));
    if (colon == std::string_view::npos) return out;
    from = colon + 1;
  }
}

int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_listening_tcp(int fd) {
  const int domain = option_of(fd, SO_DOMAIN);
  return (domain == AF_INET || domain == AF_INET6) && option_of(fd, SO_TYPE) == SOCK_STREAM &&
         option_of(fd, SO_ACCEPTCONN) == 1;
}

bool close_on_exec(int fd) {
  const int flags = ::fcntl(fd, F_GETFD);
  return flags >= 0 && ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC) >= 0;
}

// All are marked before one is refused.
std::expected<Sockets, std::string> claim(int first, int count) {
  Sockets sockets;
  for (int fd = first; fd < first + count; ++fd) {
    sockets.push_back({fd, "unknown"});
    if (close_on_exec(fd)) continue;
    return std::unexpected("descriptor " + std::to_string(fd) + " was promised but is not open");
  }
  for (const PassedSocket& socket : sockets) {
    if (is_listening_tcp(socket.fd)) continue;
    return std::unexpected("descriptor " + std::to_string(socket.fd) +
                           " was passed but is not a listening TCP socket");
  }
  return sockets;
}

std::expected<Sockets, std::string> named(Sockets sockets, std::string_view joined_names) {
  auto names = divide(joined_names);
  if (names.size() != sockets.size()) {
    return std::unexpected("LISTEN_FDNAMES does not name as many sockets as were passed");
  }
  for (std::size_t i = 0; i < names.size(); ++i) sockets[i].name = std::move(names[i]);
  return sockets;
}

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

std::expected<std::vector<PassedSocket>, std::string> passed_sockets(
    const ActivationVariables& variables, pid_t self, int first) {
  if (!variables.listen_pid || !variables.listen_fds) return Sockets();
  const auto pid = number<pid_t>(*variables.listen_pid);
  if (!pid) return std::unexpected(not_understood("LISTEN_PID", *variables.listen_pid));
  if (*pid != self) return Sockets();
  const auto count = number<int>(*variables.listen_fds);
  if (!count || *count < 0 || *count > kMaxPassedSockets) {
    return std::unexpected(not_understood("LISTEN_FDS", *variables.listen_fds));
  }
  auto sockets = claim(first, *count);
  if (!sockets || !variables.listen_fdnames || *count == 0) return sockets;
  return named(std::move(*sockets), *variables.listen_fdnames);
}

std::expected<std::vector<PassedSocket>, std::string> take_passed_sockets() {
  const ActivationVariables variables{.listen_pid = variable("LISTEN_PID"),
                                      .listen_fds = variable("LISTEN_FDS"),
                                      .listen_fdnames = variable("LISTEN_FDNAMES")};
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  return passed_sockets(variables, ::getpid());
}

}  // namespace veilwire::host
