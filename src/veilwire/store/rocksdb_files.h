// RocksDB on host's files, so that a test can put a disk under it which fails on demand. Private to
// the folder.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

#include "veilwire/host/files.h"

namespace veilwire::store {

// `files` must outlive it. Does what a database without memory-mapped or direct I/O asks for.
std::shared_ptr<rocksdb::FileSystem> rocksdb_files(host::Files& files);

}  // namespace veilwire::store
