// A file that lines are added to, for its user's eyes only.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace veilwire::host {

class AppendFile {
 public:
  // The file is made with mode 0600, and narrowed to it where it is there. What is no regular file,
  // is a link or has another name, or belongs to another user is refused: the error, "'x' cannot be
  // written: it is a symbolic link", is a sentence without its full stop.
  static std::expected<std::unique_ptr<AppendFile>, std::string> open(const std::string& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // Adds `line` and its end in one write, so that lines of several processes stay whole. False
  // where the disk refuses it, which loses the line.
  bool add_line(std::string_view line);

 private:
  explicit AppendFile(int file) : file_(file) {}
  int file_;
};

}  // namespace veilwire::host
