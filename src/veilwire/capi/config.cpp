#include "veilwire/capi/config.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "veilwire/capi/struct_size.h"
#include "veilwire/crypto/system_entropy.h"

namespace veilwire::capi {
namespace {

using transport::DecoyLimit;
using transport::KeyLog;
using transport::KeyLogEntry;
using transport::KeyPool;
using transport::KeySource;
using transport::V1Policy;
using transport::V2Config;

// So that a time and a duration can be added.
constexpr std::int64_t kMaxTimeout = std::int64_t{1} << 62;

class CallbackEntropy final : public Entropy {
 public:
  CallbackEntropy(vw_entropy_callback callback, void* context)
      : callback_(callback), context_(context) {}

  std::expected<void, EntropyFailure> fill(ByteSpan out) override {
    if (callback_(context_, out.data(), out.size()) != 0) return std::unexpected(EntropyFailure{});
    return {};
  }

 private:
  vw_entropy_callback callback_;
  void* context_;
};

// One given key, once.
class GivenKey final : public KeySource {
 public:
  GivenKey(const std::uint8_t* secret_key, const std::uint8_t* ellswift)
      : key_{Secret<32>(std::span<const std::uint8_t, 32>(secret_key, 32)), {}} {
    std::copy_n(ellswift, key_.ellswift.size(), key_.ellswift.begin());
  }

  std::expected<crypto::EphemeralKey, EntropyFailure> take() override {
    if (std::exchange(taken_, true)) return std::unexpected(EntropyFailure{});
    return std::move(key_);
  }

 private:
  crypto::EphemeralKey key_;
  bool taken_ = false;
};

Bytes copy_bytes(const std::uint8_t* bytes, std::size_t size) {
  return size == 0 ? Bytes() : Bytes(bytes, bytes + size);
}

std::expected<Bytes, EntropyFailure> ask_for_garbage(vw_garbage_callback callback, void* context,
                                                     Entropy& entropy) {
  const auto drawn = uniform_below(entropy, transport::kMaxGarbageBytes + 1);
  if (!drawn) return std::unexpected(drawn.error());
  Bytes garbage(transport::kMaxGarbageBytes);
  if (const auto filled = entropy.fill(garbage); !filled) return std::unexpected(filled.error());
  std::size_t size = *drawn;
  if (callback(context, garbage.data(), &size) != 0) return std::unexpected(EntropyFailure{});
  // One byte too many is enough for the transport to refuse.
  garbage.resize(std::min(size, transport::kMaxGarbageBytes + 1));
  return garbage;
}

void call_key_log(vw_key_log_callback callback, void* context, const KeyLogEntry& entry) {
  std::string line = transport::key_log_line(entry);
  vw_key_log_entry theirs{};
  theirs.struct_size = sizeof theirs;
  std::copy_n(entry.magic.begin(), entry.magic.size(), theirs.magic);
  theirs.initiator_ellswift = entry.initiator_ellswift.data();
  theirs.responder_ellswift = entry.responder_ellswift.data();
  theirs.shared_secret = entry.shared_secret.data();
  theirs.line = line.c_str();
  callback(context, &theirs);
  wipe(line.data(), line.size());
}

// -- What a configuration may not say -------------------------------------------------------------

bool bytes_present(const void* bytes, std::size_t size) { return bytes != nullptr || size == 0; }

vw_error check_early_decoys(const vw_config& config) {
  if (config.early_decoy_count == 0) return VW_OK;
  if (config.early_decoys == nullptr || config.early_decoy_sizes == nullptr) {
    return VW_ERROR_BAD_ARGUMENT;
  }
  for (std::size_t i = 0; i < config.early_decoy_count; ++i) {
    if (!bytes_present(config.early_decoys[i], config.early_decoy_sizes[i])) {
      return VW_ERROR_BAD_ARGUMENT;
    }
    if (config.early_decoy_sizes[i] > transport::kMaxContentsBytes) {
      return VW_ERROR_PAYLOAD_TOO_LONG;
    }
  }
  return VW_OK;
}

vw_error check(const vw_config& config) {
  const bool enums_known = config.decoy_limit >= VW_DECOY_LIMIT_PAUSE &&
                           config.decoy_limit <= VW_DECOY_LIMIT_OFF &&
                           config.v1_policy >= VW_V1_ACCEPT && config.v1_policy <= VW_V1_REFUSE;
  const bool time_fits =
      config.handshake_timeout_ns >= 0 && config.handshake_timeout_ns < kMaxTimeout;
  const bool key_whole = (config.secret_key == nullptr) == (config.ellswift == nullptr);
  if (!enums_known || !time_fits || !key_whole ||
      !bytes_present(config.garbage, config.garbage_size) ||
      !bytes_present(config.version_contents, config.version_contents_size)) {
    return VW_ERROR_BAD_ARGUMENT;
  }
  if (config.version_contents_size > transport::kMaxContentsBytes) {
    return VW_ERROR_PAYLOAD_TOO_LONG;
  }
  return check_early_decoys(config);
}

// -- What it says ---------------------------------------------------------------------------------

DecoyLimit decoy_limit(vw_decoy_limit limit) {
  switch (limit) {
    case VW_DECOY_LIMIT_FAULT:
      return DecoyLimit::kFault;
    case VW_DECOY_LIMIT_OFF:
      return DecoyLimit::kOff;
    default:
      return DecoyLimit::kPause;
  }
}

transport::GarbagePolicy garbage_policy(const vw_config& config) {
  if (config.garbage != nullptr) {
    return [given = copy_bytes(config.garbage, config.garbage_size)](Entropy&) { return given; };
  }
  if (config.garbage_policy == nullptr) return transport::uniform_garbage;
  return [callback = config.garbage_policy, context = config.garbage_context](Entropy& entropy) {
    return ask_for_garbage(callback, context, entropy);
  };
}

KeyLog key_log(const vw_config& config) {
  if (config.key_log == nullptr) return {};
  return [callback = config.key_log, context = config.key_log_context](const KeyLogEntry& entry) {
    call_key_log(callback, context, entry);
  };
}

V2Config v2_config(const vw_config& config) {
  V2Config v2;
  constexpr protocol::Magic kUnset{};
  protocol::Magic magic;
  std::copy_n(config.magic, magic.size(), magic.begin());
  if (magic != kUnset) v2.magic = magic;
  v2.garbage = garbage_policy(config);
  v2.version_contents = copy_bytes(config.version_contents, config.version_contents_size);
  for (std::size_t i = 0; i < config.early_decoy_count; ++i) {
    v2.decoys_before_version.push_back(
        copy_bytes(config.early_decoys[i], config.early_decoy_sizes[i]));
  }
  v2.decoy_limit = decoy_limit(config.decoy_limit);
  if (config.handshake_timeout_ns != 0) {
    v2.handshake_timeout = Duration(config.handshake_timeout_ns);
  }
  v2.key_log = key_log(config);
  return v2;
}

std::unique_ptr<Sources> make_sources(const vw_config& config) {
  auto sources = std::make_unique<Sources>();
  sources->entropy = make_entropy(config.entropy, config.entropy_context);
  if (config.secret_key != nullptr) {
    sources->own_keys = std::make_unique<GivenKey>(config.secret_key, config.ellswift);
  } else if (config.key_pool == nullptr) {
    sources->own_keys = std::make_unique<KeyPool>(*sources->entropy, 0);
  }
  sources->keys = sources->own_keys ? sources->own_keys.get() : &config.key_pool->keys;
  return sources;
}

}  // namespace

std::unique_ptr<Entropy> make_entropy(vw_entropy_callback callback, void* context) {
  if (callback == nullptr) return std::make_unique<crypto::SystemEntropy>();
  return std::make_unique<CallbackEntropy>(callback, context);
}

std::expected<Settings, vw_error> read_config(const vw_config* config) {
  vw_config known{};
  if (config != nullptr) {
    if (const vw_error error = read_struct(config, known); error != VW_OK) {
      return std::unexpected(error);
    }
  }
  if (const vw_error error = check(known); error != VW_OK) return std::unexpected(error);
  const bool refuse_v1 = known.v1_policy == VW_V1_REFUSE;
  return Settings{v2_config(known), refuse_v1 ? V1Policy::kRefuse : V1Policy::kAccept,
                  make_sources(known)};
}

}  // namespace veilwire::capi
