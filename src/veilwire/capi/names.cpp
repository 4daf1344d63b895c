#include "veilwire/capi/names.h"

#include <array>
#include <string>
#include <utility>

#include "veilwire/crypto/kernel.h"

namespace veilwire::capi {
namespace {

using transport::PushError;
using transport::Role;
using transport::Rule;
using transport::Version;

constexpr std::array kRules{
    std::pair{Rule::kV1OtherNetwork, VW_RULE_V1_OTHER_NETWORK},
    std::pair{Rule::kV1BadMagic, VW_RULE_V1_BAD_MAGIC},
    std::pair{Rule::kV1PayloadTooLong, VW_RULE_V1_PAYLOAD_TOO_LONG},
    std::pair{Rule::kGarbageTooLong, VW_RULE_GARBAGE_TOO_LONG},
    std::pair{Rule::kContentsTooLong, VW_RULE_CONTENTS_TOO_LONG},
    std::pair{Rule::kAuthenticationFailed, VW_RULE_AUTHENTICATION_FAILED},
    std::pair{Rule::kTooManyDecoysEarly, VW_RULE_TOO_MANY_DECOYS_EARLY},
    std::pair{Rule::kTooManyDecoys, VW_RULE_TOO_MANY_DECOYS},
    std::pair{Rule::kV1Refused, VW_RULE_V1_REFUSED},
    std::pair{Rule::kHandshakeTimeout, VW_RULE_HANDSHAKE_TIMEOUT},
    std::pair{Rule::kV1Answered, VW_RULE_V1_ANSWERED},
    std::pair{Rule::kBadConfiguration, VW_RULE_BAD_CONFIGURATION},
    std::pair{Rule::kEntropyFailed, VW_RULE_ENTROPY_FAILED},
    std::pair{Rule::kOutOfMemory, VW_RULE_OUT_OF_MEMORY},
    std::pair{Rule::kUsedAfterFork, VW_RULE_USED_AFTER_FORK},
};

const Rule* find_rule(vw_rule rule) {
  for (const auto& [ours, theirs] : kRules) {
    if (theirs == rule) return &ours;
  }
  return nullptr;
}

}  // namespace

vw_rule to_c(Rule rule) {
  for (const auto& [ours, theirs] : kRules) {
    if (ours == rule) return theirs;
  }
  std::unreachable();
}

vw_error to_c(PushError error) {
  switch (error) {
    case PushError::kFaulted:
      return VW_ERROR_FAULTED;
    case PushError::kQueueFull:
      return VW_ERROR_QUEUE_FULL;
    case PushError::kPayloadTooLong:
      return VW_ERROR_PAYLOAD_TOO_LONG;
    case PushError::kNotExpressible:
      return VW_ERROR_NOT_EXPRESSIBLE;
  }
  std::unreachable();
}

vw_version_kind to_c(Version version) {
  switch (version) {
    case Version::kUndecided:
      return VW_VERSION_UNDECIDED;
    case Version::kV1:
      return VW_VERSION_V1;
    case Version::kV2:
      return VW_VERSION_V2;
  }
  std::unreachable();
}

vw_role to_c(Role role) { return role == Role::kInitiator ? VW_ROLE_INITIATOR : VW_ROLE_RESPONDER; }

}  // namespace veilwire::capi

namespace {

using veilwire::transport::Blame;

#define VW_TEXT_OF(number) #number
#define VW_TEXT(number) VW_TEXT_OF(number)
constexpr const char* kVersion =
    VW_TEXT(VW_VERSION_MAJOR) "." VW_TEXT(VW_VERSION_MINOR) "." VW_TEXT(VW_VERSION_PATCH);
#undef VW_TEXT
#undef VW_TEXT_OF

vw_blame to_c(Blame blame) {
  switch (blame) {
    case Blame::kPeer:
      return VW_BLAME_PEER;
    case Blame::kCaller:
      return VW_BLAME_CALLER;
    case Blame::kSystem:
      return VW_BLAME_SYSTEM;
  }
  std::unreachable();
}

}  // namespace

uint32_t vw_version() { return VW_VERSION_NUMBER; }

const char* vw_version_string() { return kVersion; }

const char* vw_crypto_kernel() try {
  static const std::string name(veilwire::crypto::kernel_name(veilwire::crypto::active_kernel()));
  return name.c_str();
} catch (...) {
  return "unknown";
}

const char* vw_error_text(vw_error error) {
  switch (error) {
    case VW_OK:
      return "no error";
    case VW_ERROR_BAD_ARGUMENT:
      return "an argument is NULL or out of its range";
    case VW_ERROR_BAD_STRUCT_SIZE:
      return "struct_size is not set to the size of the struct";
    case VW_ERROR_UNKNOWN_FIELD:
      return "the struct has a field set that this version of the library does not know";
    case VW_ERROR_OUT_OF_MEMORY:
      return "memory is exhausted";
    case VW_ERROR_FAULTED:
      return "the transport has stopped";
    case VW_ERROR_QUEUE_FULL:
      return "too much waits to be sent";
    case VW_ERROR_PAYLOAD_TOO_LONG:
      return "the payload is longer than a peer would accept";
    case VW_ERROR_NOT_EXPRESSIBLE:
      return "version 1 carries neither decoys nor message ids without a name";
    case VW_ERROR_BAD_NAME:
      return "the message name is not 1 to 12 printable ASCII characters";
    case VW_ERROR_BAD_KEY:
      return "the secret key is zero or not below the curve's order";
    default:
      return "unknown error";
  }
}

// The C++ names are literals, so that a zero follows each.
const char* vw_rule_name(vw_rule rule) {
  if (rule == VW_RULE_NONE) return "none";
  if (rule == VW_RULE_NO_TRANSPORT) return "no_transport";
  const auto* found = veilwire::capi::find_rule(rule);
  return found != nullptr ? veilwire::transport::rule_name(*found).data() : "unknown";
}

const char* vw_rule_text(vw_rule rule) {
  if (rule == VW_RULE_NONE) return "no rule was broken";
  if (rule == VW_RULE_NO_TRANSPORT) return "the transport that was asked is NULL";
  const auto* found = veilwire::capi::find_rule(rule);
  return found != nullptr ? veilwire::transport::rule_text(*found).data()
                          : "a rule that this version of the library does not know";
}

vw_blame vw_rule_blame(vw_rule rule) {
  if (rule == VW_RULE_NO_TRANSPORT) return VW_BLAME_CALLER;
  const auto* found = veilwire::capi::find_rule(rule);
  return found != nullptr ? to_c(veilwire::transport::blame_for(*found)) : VW_BLAME_NONE;
}

const char* vw_blame_name(vw_blame blame) {
  switch (blame) {
    case VW_BLAME_NONE:
      return "none";
    case VW_BLAME_PEER:
      return "peer";
    case VW_BLAME_CALLER:
      return "caller";
    case VW_BLAME_SYSTEM:
      return "system";
    default:
      return "unknown";
  }
}
