// What a refusal of the system's means to a user of the store. Private to the folder.
#pragma once

#include "veilwire/chain/block_store.h"
#include "veilwire/host/files.h"

namespace veilwire::store {

using chain::StoreError;
using chain::StoreResult;

inline std::unexpected<StoreError> failed(const host::FileError& error) {
  const bool is_full = error.kind == host::FileError::Kind::kNoSpace;
  return std::unexpected(
      StoreError{is_full ? StoreError::Kind::kFull : StoreError::Kind::kUnavailable, error.text});
}

inline StoreResult<void> told(const host::FileResult<void>& done) {
  if (!done) return failed(done.error());
  return {};
}

}  // namespace veilwire::store
