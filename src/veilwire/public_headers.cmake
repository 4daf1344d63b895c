# The headers that are installed, relative to src/. scripts/check_headers compiles each alone, with
# nothing but these in sight.
set(VEILWIRE_PUBLIC_HEADERS
  veilwire/transport.h
  veilwire/veilwire.h
  veilwire/base/api.h
  veilwire/base/bytes.h
  veilwire/base/entropy.h
  veilwire/base/hex.h
  veilwire/base/secret.h
  veilwire/base/time.h
  veilwire/crypto/ellswift.h
  veilwire/crypto/kernel.h
  veilwire/crypto/seeded_entropy.h
  veilwire/crypto/system_entropy.h
  veilwire/protocol/message.h
  veilwire/protocol/message_kind.h
  veilwire/protocol/message_type.h
  veilwire/transport/dial_choice.h
  veilwire/transport/fault.h
  veilwire/transport/key_source.h
  veilwire/transport/limits.h
  veilwire/transport/network.h
  veilwire/transport/responder.h
  veilwire/transport/transport.h
  veilwire/transport/v1_transport.h
  veilwire/transport/v2_transport.h
)
