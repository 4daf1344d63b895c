// From vw_config to what the C++ transports take.
#pragma once

#include <expected>
#include <memory>

#include "veilwire/transport/responder.h"
#include "veilwire/veilwire.h"

struct vw_key_pool {
  vw_key_pool(std::unique_ptr<veilwire::Entropy> source, std::size_t capacity)
      : entropy(std::move(source)), keys(*entropy, capacity) {}

  std::unique_ptr<veilwire::Entropy> entropy;
  veilwire::transport::KeyPool keys;
};

namespace veilwire::capi {

// The caller's randomness, or the system's where `callback` is null.
std::unique_ptr<Entropy> make_entropy(vw_entropy_callback callback, void* context);

// What a handshake draws from; not needed once it has ended.
struct Sources {
  std::unique_ptr<Entropy> entropy;
  std::unique_ptr<transport::KeySource> own_keys;  // null where a pool was given
  transport::KeySource* keys = nullptr;
};

struct Settings {
  transport::V2Config v2;
  transport::V1Policy v1_policy = transport::V1Policy::kAccept;
  std::unique_ptr<Sources> sources;
};

// `config` may be null. Throws std::bad_alloc.
std::expected<Settings, vw_error> read_config(const vw_config* config);

}  // namespace veilwire::capi
