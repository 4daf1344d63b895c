// `veilwire probe --conformance`: one responder against every rule of the suite.
#pragma once

#include "veilwire/app/commands.h"
#include "veilwire/probe/conformance/conformance.h"

namespace veilwire::app {

// Prints each verdict as it is known, then the summary. Throws CommandFailure where a MUST did not
// pass, or where Ctrl-C ended it.
void run_conformance(probe::conformance::Options options, Form form);

}  // namespace veilwire::app
