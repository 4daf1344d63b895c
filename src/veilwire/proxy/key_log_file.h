// The file of a key log: one line for each connection (docs/keylog.md). Whoever has it reads what
// the connections encrypt.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "veilwire/transport/v2_transport.h"

namespace veilwire::proxy {

class KeyLogFile {
 public:
  // Adds to the file, which is made with mode 0600 and narrowed to it where it is there. What is no
  // regular file, is a link or has another name, or belongs to another user is refused. The error
  // is a sentence without its full stop.
  static std::expected<std::unique_ptr<KeyLogFile>, std::string> open(const std::string& path);
  ~KeyLogFile();
  KeyLogFile(const KeyLogFile&) = delete;
  KeyLogFile& operator=(const KeyLogFile&) = delete;

  // A line that the disk refuses is lost; the connection is not.
  void add(const transport::KeyLogEntry& entry);

 private:
  explicit KeyLogFile(int file) : file_(file) {}
  int file_;
};

}  // namespace veilwire::proxy
