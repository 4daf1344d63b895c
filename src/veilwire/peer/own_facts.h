// What a session says of its own side in `version`, asked for when it is said: by then a block may
// have come since the session was made.
#pragma once

#include <cstdint>

#include "veilwire/base/time.h"
#include "veilwire/protocol/services.h"
#include "veilwire/wire/legacy_endpoint.h"

namespace veilwire::peer {

struct OwnFacts {
  protocol::Services services = protocol::kNodeNone;
  UnixTime unix_time{};
  std::int32_t start_height = 0;
  // The peer, as we see it, by which it learns its own address. Zeros tell it nothing: behind a
  // proxy, and where nothing should be told.
  wire::LegacyEndpoint addr_recv{};
};

// Asked once by each session, from within its constructor (outbound) or on_message() (inbound).
class OwnFactsSource {
 public:
  virtual ~OwnFactsSource() = default;
  virtual OwnFacts own_facts() = 0;
};

// Always the same.
class FixedFacts final : public OwnFactsSource {
 public:
  explicit FixedFacts(const OwnFacts& facts = {}) : facts_(facts) {}
  OwnFacts own_facts() override { return facts_; }

 private:
  const OwnFacts facts_;
};

}  // namespace veilwire::peer
