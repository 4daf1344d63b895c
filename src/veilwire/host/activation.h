// Sockets that the service manager listens on for us: systemd's socket activation, as
// sd_listen_fds(3) describes it.
//
//   LISTEN_PID      the process that is meant; another's sockets are not ours
//   LISTEN_FDS      how many there are; they are descriptors 3, 4, and so on
//   LISTEN_FDNAMES  their names, joined by ':' (FileDescriptorName= of each .socket unit)
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace veilwire::host {

// Bounds what is asked of the system on the word of an environment variable.
inline constexpr int kMaxPassedSockets = 64;
inline constexpr int kFirstPassedSocket = 3;

// A TCP socket that listens.
struct PassedSocket {
  int fd = -1;
  std::string name;  // "unknown" where the unit gives none

  friend bool operator==(const PassedSocket&, const PassedSocket&) = default;
};

// The three variables, each as it is set.
struct ActivationVariables {
  std::optional<std::string> listen_pid{};
  std::optional<std::string> listen_fds{};
  std::optional<std::string> listen_fdnames{};
};

// None where the variables are not set or mean another process than `self`. The error is a sentence
// without its full stop: a variable that is no number, names that are not as many as the sockets, a
// descriptor that is no listening TCP socket.
//
// All sockets are marked close-on-exec, and stay open on an error: nobody can be asked again.
std::expected<std::vector<PassedSocket>, std::string> passed_sockets(
    const ActivationVariables& variables, pid_t self, int first = kFirstPassedSocket);

// The same from the environment of this process, from which it removes the variables, so that no
// child takes our sockets for its own. To be called once, before there are threads.
std::expected<std::vector<PassedSocket>, std::string> take_passed_sockets();

}  // namespace veilwire::host
