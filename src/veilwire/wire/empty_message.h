// What messages without a payload have in common.
#pragma once

#include "veilwire/wire/reader.h"
#include "veilwire/wire/writer.h"

namespace veilwire::wire {

template <typename M>
struct EmptyMessage {
  static M read(Reader&) { return {}; }
  void write(Writer&) const {}

  friend bool operator==(const M&, const M&) { return true; }
};

}  // namespace veilwire::wire
