#include "blk_files.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "veilwire/protocol/network.h"
#include "veilwire/wire/writer.h"

namespace veilwire::bench {
namespace {

bool is_blk_file(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with("blk") && name.ends_with(".dat");
}

void remove_blk_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (is_blk_file(entry.path())) found.push_back(entry.path());
  }
  for (const auto& path : found) std::filesystem::remove(path);
}

}  // namespace

BlkFiles::BlkFiles(std::filesystem::path folder) : folder_(std::move(folder)) {
  remove_blk_files(folder_);
  file_.exceptions(std::ios::failbit | std::ios::badbit);
  open_next();
}

void BlkFiles::open_next() {
  bytes_of_full_ += std::exchange(bytes_of_last_, 0);
  if (file_.is_open()) file_.close();
  file_.open(folder_ / fmt::format("blk{:05}.dat", next_++), std::ios::binary | std::ios::trunc);
}

void BlkFiles::add(ByteView block) {
  Bytes record;
  wire::Writer writer(record);
  writer.bytes(protocol::network_from_name("regtest")->magic);
  writer.u32(static_cast<std::uint32_t>(block.size()));
  writer.bytes(block);
  if (bytes_of_last_ + record.size() > kMaxFileBytes) open_next();
  file_.write(reinterpret_cast<const char*>(record.data()),
              static_cast<std::streamsize>(record.size()));
  bytes_of_last_ += record.size();
}

void BlkFiles::close() { file_.close(); }

}  // namespace veilwire::bench
