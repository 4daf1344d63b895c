#include "veilwire/base/byte_machine.h"

namespace veilwire {

ByteMachine::~ByteMachine() = default;

}  // namespace veilwire
