// Signals as something that a loop can wait for.
#pragma once

#include <csignal>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

namespace veilwire::host {

// While it exists, its signals do nothing by themselves: they wait until take() is called. A signal
// that comes again before it was taken counts once.
//
// The system delivers a signal to any thread that does not block it. So it is to be made before
// there are other threads, which inherit that they block these signals; and so do programs that are
// started.
class Signals {
 public:
  // The error is a sentence without its full stop.
  static std::expected<std::unique_ptr<Signals>, std::string> open(
      std::initializer_list<int> signals);
  // What has not been taken does then what it always does: mostly, end the process.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable while a signal waits. To be waited on, and neither read nor closed by others.
  int descriptor() const { return descriptor_; }
  // One that waits; nothing where there is none. Does not block.
  std::optional<int> take();

 private:
  Signals(int descriptor, const sigset_t& before) : descriptor_(descriptor), before_(before) {}

  int descriptor_;
  sigset_t before_;
};

}  // namespace veilwire::host
