#include "veilwire/proxy/carriage/relayed.h"

#include <utility>

#include "veilwire/proxy/carriage/end_text.h"

namespace veilwire::proxy {

std::shared_ptr<Relayed> Relayed::make(Service& service, RelayFacts facts, RelayedEnds ends,
                                       Done done) {
  const std::shared_ptr<Relayed> self(new Relayed(service, std::move(facts), std::move(done)));
  self->relay_ = std::make_shared<Relay>(std::move(ends.program), std::move(ends.peer), self->gate_,
                                         [self](const CarriageEnd& end) { self->over(end); });
  self->gate_.set_relay(self->relay_);
  return self;
}

// The relay holds on to us, and we to it until here.
void Relayed::over(const CarriageEnd& end) {
  const auto relay = std::exchange(relay_, nullptr);
  gate_.relay_ended(*relay);
  std::exchange(done_, nullptr)(end_text(end));
}

}  // namespace veilwire::proxy
