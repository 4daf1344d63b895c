// What lies where in a node's folder, beside the block files. Private to the folder.
#pragma once

namespace veilwire::store {

inline constexpr const char* kLockName = "/.lock";
inline constexpr const char* kChainLogName = "/chain.log";
inline constexpr const char* kCoinsName = "/coins";

}  // namespace veilwire::store
