// Everything that an embedding program needs of the transport: bytes in, messages out. Start with
// transport/transport.h, which explains the verbs.
#pragma once

#include "veilwire/base/entropy.h"
#include "veilwire/crypto/system_entropy.h"
#include "veilwire/transport/dial_choice.h"
#include "veilwire/transport/responder.h"
#include "veilwire/transport/signet.h"
#include "veilwire/transport/transport.h"
#include "veilwire/transport/v1_transport.h"
#include "veilwire/transport/v2_transport.h"
