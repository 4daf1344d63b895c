// Makes the system's calls on sockets go wrong when a test says so. A script is run again and again, and
// each time another of the I/O steps of what is tested fails; those of its peers do not count.
//
// The test program is linked with --wrap for each call: veilwire_faulty_calls() in
// cmake/VeilwireFolder.cmake. What is tested runs on a loop of its own, within().
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "veilwire/base/endpoint.h"
#include "veilwire/net/tcp.h"
#include "veilwire/net/testing/loop.h"

namespace veilwire::net::testing {

enum class Io : std::uint8_t { kConnect, kRead, kWrite };

enum class Mishap : std::uint8_t {
  kFails,     // a connect is refused, a read finds a reset, a write a broken pipe
  kEnds,      // the same, but that a read finds the end
  kCutShort,  // a read or a write is of one byte
};

inline constexpr Mishap kAllMishaps[] = {Mishap::kFails, Mishap::kEnds, Mishap::kCutShort};
// For INSTANTIATE_TEST_SUITE_P.
inline std::string mishap_name(const ::testing::TestParamInfo<Mishap>& one) {
  constexpr const char* kNames[] = {"Fails", "Ends", "CutShort"};
  return kNames[static_cast<std::size_t>(one.param)];
}

// A call that was made to go wrong, and whose.
struct FaultyStep {
  Io io = Io::kConnect;
  Endpoint remote{};
};

inline std::ostream& operator<<(std::ostream& out, const FaultyStep& step) {
  constexpr const char* kNames[] = {"connect", "read", "write"};
  return out << kNames[static_cast<std::size_t>(step.io)] << " at " << to_string(step.remote);
}

class FaultyCalls {
 public:
  // The step with that number, from zero on, goes wrong.
  FaultyCalls(std::size_t which, Mishap mishap) : which_(which), mishap_(mishap) {}

  // What `work` calls in this thread are steps.
  template <typename Work>
  auto within(Work work) {
    const Current here(this);
    return work();
  }
  // None where there were not so many.
  const std::optional<FaultyStep>& met() const { return met_; }

  // For the calls below: what becomes of this one.
  static std::optional<Mishap> next(Io io, int descriptor) {
    if (current_ == nullptr) return std::nullopt;
    sockaddr_storage remote{};
    socklen_t size = sizeof remote;
    ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&remote), &size);
    return current_->next(io, reinterpret_cast<const sockaddr&>(remote));
  }
  static std::optional<Mishap> next_connect(const sockaddr& remote) {
    return current_ == nullptr ? std::nullopt : current_->next(Io::kConnect, remote);
  }

 private:
  struct Current {
    explicit Current(FaultyCalls* calls) { current_ = calls; }
    ~Current() { current_ = nullptr; }
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;
  };

  std::optional<Mishap> next(Io io, const sockaddr& remote) {
    if (count_++ != which_) return std::nullopt;
    met_ = FaultyStep{io, to_endpoint(remote).value_or(Endpoint{})};
    return mishap_;
  }

  inline static thread_local FaultyCalls* current_ = nullptr;
  std::size_t which_;
  Mishap mishap_;
  std::size_t count_ = 0;
  std::optional<FaultyStep> met_;
};

// A loop for what is tested: it turns with that of its peers, and its steps are those of `calls`.
class FaultyLoop {
 public:
  FaultyLoop(Loop& peers, FaultyCalls& calls) : peers_(peers) {
    peers.turn_with([this, &calls] {
      runtime_.context().restart();
      return calls.within([this] { return runtime_.context().poll(); });
    });
  }
  ~FaultyLoop() { peers_.turn_with(nullptr); }
  FaultyLoop(const FaultyLoop&) = delete;
  FaultyLoop& operator=(const FaultyLoop&) = delete;

  Runtime& runtime() { return runtime_; }

 private:
  Loop& peers_;
  Runtime runtime_;
};

// Runs the script once where nothing goes wrong, and then once for each of its steps. Each run is to
// leave no descriptor behind.
template <typename Script>
void run_with_each_step(Loop& peers, Mishap mishap, Script script) {
  constexpr std::size_t kMostSteps = 1000;
  constexpr std::size_t kFewestSteps = 5;  // or the calls are not ours
  FaultyCalls none(SIZE_MAX, mishap);
  script(none);
  const std::ptrdiff_t before = open_descriptors();
  for (std::size_t which = 0; which < kMostSteps && !::testing::Test::HasFailure(); ++which) {
    FaultyCalls calls(which, mishap);
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, "step " + std::to_string(which));
    script(calls);
    EXPECT_TRUE(peers.run_until([&] { return open_descriptors() == before; })) << "a leak";
    if (calls.met()) continue;
    EXPECT_GE(which, kFewestSteps);
    return ::testing::Test::RecordProperty("steps", std::to_string(which));
  }
  EXPECT_TRUE(::testing::Test::HasFailure()) << "the script has no end";
}

}  // namespace veilwire::net::testing

// -- The calls ------------------------------------------------------------------------------------

extern "C" {

int __real_connect(int descriptor, const sockaddr* address, socklen_t size);
ssize_t __real_recv(int descriptor, void* data, std::size_t size, int flags);
ssize_t __real_recvmsg(int descriptor, msghdr* message, int flags);
ssize_t __real_send(int descriptor, const void* data, std::size_t size, int flags);
ssize_t __real_sendmsg(int descriptor, const msghdr* message, int flags);

}  // extern "C"

namespace veilwire::net::testing {

inline ssize_t fail_with(int error) {
  errno = error;
  return -1;
}
inline ssize_t spoilt_read(Mishap mishap) {
  return mishap == Mishap::kEnds ? 0 : fail_with(ECONNRESET);
}

// The first byte that `message` has room for, or holds.
inline msghdr first_byte_of(const msghdr& message, iovec& place) {
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) {
    place = message.msg_iov[i];
    if (place.iov_len != 0) break;
  }
  place.iov_len = std::min<std::size_t>(place.iov_len, 1);
  msghdr one = message;
  one.msg_iov = &place;
  one.msg_iovlen = 1;
  return one;
}

}  // namespace veilwire::net::testing

extern "C" {

[[gnu::used]] inline int __wrap_connect(int descriptor, const sockaddr* address, socklen_t size) {
  using namespace veilwire::net::testing;
  const auto mishap = FaultyCalls::next_connect(*address);
  if (!mishap || *mishap == Mishap::kCutShort) return __real_connect(descriptor, address, size);
  return static_cast<int>(fail_with(ECONNREFUSED));
}

[[gnu::used]] inline ssize_t __wrap_recv(int descriptor, void* data, std::size_t size, int flags) {
  using namespace veilwire::net::testing;
  const auto mishap = FaultyCalls::next(Io::kRead, descriptor);
  if (mishap == Mishap::kCutShort) size = std::min<std::size_t>(size, 1);
  if (!mishap || *mishap == Mishap::kCutShort) return __real_recv(descriptor, data, size, flags);
  return spoilt_read(*mishap);
}

[[gnu::used]] inline ssize_t __wrap_recvmsg(int descriptor, msghdr* message, int flags) {
  using namespace veilwire::net::testing;
  const auto mishap = FaultyCalls::next(Io::kRead, descriptor);
  if (!mishap) return __real_recvmsg(descriptor, message, flags);
  if (*mishap != Mishap::kCutShort) return spoilt_read(*mishap);
  iovec place{};
  msghdr one = first_byte_of(*message, place);
  return __real_recvmsg(descriptor, &one, flags);
}

[[gnu::used]] inline ssize_t __wrap_send(int descriptor, const void* data, std::size_t size,
                                         int flags) {
  using namespace veilwire::net::testing;
  const auto mishap = FaultyCalls::next(Io::kWrite, descriptor);
  if (mishap == Mishap::kCutShort) size = std::min<std::size_t>(size, 1);
  if (!mishap || *mishap == Mishap::kCutShort) return __real_send(descriptor, data, size, flags);
  return fail_with(EPIPE);
}

[[gnu::used]] inline ssize_t __wrap_sendmsg(int descriptor, const msghdr* message, int flags) {
  using namespace veilwire::net::testing;
  const auto mishap = FaultyCalls::next(Io::kWrite, descriptor);
  if (!mishap) return __real_sendmsg(descriptor, message, flags);
  if (*mishap != Mishap::kCutShort) return fail_with(EPIPE);
  iovec place{};
  const msghdr one = first_byte_of(*message, place);
  return __real_sendmsg(descriptor, &one, flags);
}

}  // extern "C"
