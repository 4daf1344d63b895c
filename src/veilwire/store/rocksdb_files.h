// RocksDB on host's files, so that a test can put a disk under it which fails on demand. Private to
// the folder.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

#include "veilwire/host/files.h"

namespace veilwire::store {

// Does what a database without memory-mapped or direct I/O asks for.
//
// A file that the database takes over is not removed any more until that is said to be settled: where the
// database cannot tell whether its manifest names the file already, it removes it, and would not
// find it at its next opening. What is left over the next opening removes.
class RocksdbFiles : public rocksdb::FileSystem {
 public:
  // It was taken over for good, or the database has ended.
  virtual void settle_taken_file() = 0;
};

// `files` must outlive it.
std::shared_ptr<RocksdbFiles> rocksdb_files(host::Files& files);

}  // namespace veilwire::store
