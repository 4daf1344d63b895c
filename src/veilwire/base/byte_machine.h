// What a socket can drive: a machine that takes bytes and gives bytes, whatever they mean. Transports
// are such machines, and so are the channels that stand on them.
//
// Verbs, in four groups; the machine's own type adds those that say what the bytes mean:
//
//   in        feed() takes what came from the other end, on_deadline() says that time has passed.
//   events    feed() stops while something waits to be polled from the machine, so that nothing piles
//             up: feed, poll until empty, feed the rest.
//   out       bytes_to_send() is what the socket should take next; mark_sent() says how much it
//             took.
//   getters   next_deadline(), reading_paused(), has_stopped(), unsent_bytes().
//
// A driver's loop:
//
//   while (!bytes.empty() && !m.has_stopped()) {
//     bytes = bytes.subspan(m.feed(now, bytes));
//     poll what the machine has to say, until it has nothing;
//     if (m.reading_paused()) break;  // keep the rest until next_deadline()
//   }
//   write(m.bytes_to_send()), then m.mark_sent(written);
//   arm a timer for m.next_deadline(), then m.on_deadline(now), and feed the rest;
//
// Time: `now` never goes back between calls. Threads: one machine is used by one thread at a time.
#pragma once

#include <cstddef>
#include <optional>

#include "veilwire/base/api.h"
#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"

namespace veilwire {

class VEILWIRE_API ByteMachine {
 public:
  virtual ~ByteMachine();
  ByteMachine(const ByteMachine&) = delete;
  ByteMachine& operator=(const ByteMachine&) = delete;

  // Takes bytes from the other end, in any cut, and returns how many it took: at least one, unless
  // something waits to be polled, reading is paused, or the machine has stopped. It may take fewer
  // than it could, so that its driver can give others their turn. What was polled before dies.
  [[nodiscard]] virtual std::size_t feed(TimePoint now, ByteView bytes) = 0;

  // What is to be written next; valid until the next call of any verb.
  [[nodiscard]] virtual ByteView bytes_to_send() = 0;
  // REQUIRES: count <= bytes_to_send().size(); a greater one counts as none. After the machine has
  // stopped it does nothing: a write may have been under way.
  virtual void mark_sent(std::size_t count) = 0;

  // To be called at next_deadline() or later; earlier calls do nothing but end the life of what was
  // polled.
  virtual void on_deadline(TimePoint now) = 0;
  [[nodiscard]] virtual std::optional<TimePoint> next_deadline() const = 0;

  // True while feed() takes nothing because the other end has spent what it may cost, or does not
  // read what it has asked for: on_deadline() at next_deadline() ends the one, mark_sent() the other.
  [[nodiscard]] virtual bool reading_paused() const = 0;

  // For ever: from then on feed() takes nothing and bytes_to_send() is empty. The machine's own type
  // says why. What was waiting can still be polled.
  [[nodiscard]] virtual bool has_stopped() const = 0;

  // What was queued and not yet marked as sent, sealed or not.
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;

 protected:
  ByteMachine() = default;
};

}  // namespace veilwire
