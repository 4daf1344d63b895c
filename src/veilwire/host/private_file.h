// Files that only their user may read or write. Private to the folder.
#pragma once

#include <expected>
#include <string>

namespace veilwire::host {

// Makes `path` with mode 0600 where there is none, and narrows it to that where it is wider. What
// is a link, no regular file or another user's is refused: the error is a sentence without its full
// stop that begins with the path.
std::expected<void, std::string> claim_private_file(const std::string& path);

}  // namespace veilwire::host
