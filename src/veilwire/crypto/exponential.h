// How long to wait for an event that comes at random, at some mean: what an onlooker learns from when the
// last one came is nothing.
#pragma once

#include "veilwire/base/time.h"
#include "veilwire/crypto/dice.h"

namespace veilwire::crypto {

// Exponentially distributed, from 0 to 45 times the mean. In whole numbers only: the same dice give the
// same times on every machine. REQUIRES: mean >= 0.
Duration exponential(Duration mean, Dice& dice);

}  // namespace veilwire::crypto
