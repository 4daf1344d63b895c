#include "veilwire/host/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace veilwire::host {

std::expected<std::unique_ptr<Signals>, std::string> Signals::open(
    std::initializer_list<int> signals) {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : signals) sigaddset(&wanted, signal);
  const int descriptor = ::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  if (descriptor < 0) {
    return std::unexpected(std::string("cannot wait for signals: ") + std::strerror(errno));
  }
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &wanted, &before);
  return std::unique_ptr<Signals>(new Signals(descriptor, before));
}

Signals::~Signals() {
  ::close(descriptor_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::take() {
  signalfd_siginfo info;
  if (::read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace veilwire::host
