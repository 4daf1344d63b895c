// Makes a regtest chain to measure initial block download with, and writes it as Bitcoin Core's
// blk*.dat files, from the genesis block on. The same seed makes the same bytes.
//
// usage: ibd_chain --out FOLDER [--blocks N] [--seed N]     (20000 blocks, seed 1)
//          [--split-blocks N --split-coins N]               (100 blocks make 500 coins each)
//
// Ten million coins: --blocks 700 --split-blocks 400 --split-coins 25000.
//
// FOLDER/chain.json, written last, says what is in it. Where it says that this very chain is there,
// nothing is done.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "blk_files.h"
#include "chain_maker.h"

namespace {

using namespace veilwire;
using namespace veilwire::bench;

// To be raised with every change of what a seed makes.
constexpr int kGeneration = 1;
constexpr std::uint32_t kBlocksBetweenNews = 1000;

struct Options {
  std::filesystem::path folder;
  std::uint32_t blocks = 20'000;
  std::uint64_t seed = 1;
  Splits splits{};

  std::filesystem::path description() const { return folder / "chain.json"; }
};

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_option(std::string_view name, std::string_view value, Options& options) {
  if (name == "--blocks") return read_number(value, options.blocks);
  if (name == "--seed") return read_number(value, options.seed);
  if (name == "--split-blocks") return read_number(value, options.splits.blocks);
  if (name == "--split-coins") return read_number(value, options.splits.coins);
  options.folder = value;
  return name == "--out";
}

std::optional<Options> read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    if (i + 1 == count) return std::nullopt;
    const std::string_view value = arguments[i + 1];
    if (!read_option(name, value, options)) return std::nullopt;
  }
  if (options.folder.empty() || options.blocks == 0) return std::nullopt;
  return options;
}

// The first line of the description.
std::string heading(const Options& options) {
  std::string splits;
  if (options.splits != Splits()) {
    splits = fmt::format(R"( "splits": [{}, {}],)", options.splits.blocks, options.splits.coins);
  }
  return fmt::format(R"({{"generation": {}, "blocks": {}, "seed": {},{})", kGeneration,
                     options.blocks, options.seed, splits);
}

bool is_there(const Options& options) {
  std::ifstream file(options.description());
  std::string line;
  return std::getline(file, line) && line == heading(options);
}

std::string by_kind(const std::array<std::uint64_t, kCoinKindNames.size()>& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    text += fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ", kCoinKindNames[i], counts[i]);
  }
  return "{" + text + "}";
}

std::uint64_t sum(const std::array<std::uint64_t, 3>& counts) {
  return counts[0] + counts[1] + counts[2];
}

std::string description(const Options& options, const ChainMaker& maker, const BlkFiles& files) {
  const ChainFigures figures = maker.figures();
  const auto& ages = figures.inputs_by_age;
  return heading(options) + fmt::format(R"(
 "tip": "{}",
 "files": {}, "bytes": {},
 "transactions": {}, "coinbases": {},
 "inputs": {}, "inputs_by_kind": {},
 "inputs_by_age": {{"same block": {}, "under 10 blocks": {}, "older": {}}},
 "outputs": {}, "outputs_by_kind": {},
 "unspent": {}}}
)",
                                        to_display(maker.tip()), files.count(), files.bytes(),
                                        figures.spends + options.blocks, options.blocks,
                                        sum(figures.inputs), by_kind(figures.inputs), ages[0],
                                        ages[1], ages[2], sum(figures.outputs),
                                        by_kind(figures.outputs), figures.unspent);
}

void write_whole(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path part = path.string() + ".part";
  std::ofstream file(part);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file << text;
  file.close();
  std::filesystem::rename(part, path);
}

void make_chain(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  std::filesystem::create_directories(options.folder);
  std::filesystem::remove(options.description());
  std::filesystem::remove(options.folder / "expected.json");  // of the chain before
  BlkFiles files(options.folder);
  ChainMaker maker(options.seed, options.splits, files);
  for (std::uint32_t made = 0; made < options.blocks;) {
    const std::uint32_t more = std::min(kBlocksBetweenNews, options.blocks - made);
    maker.make(more);
    made += more;
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    std::fprintf(stderr, "ibd_chain: %u of %u blocks, %.0f s\n", made, options.blocks,
                 time.count());
  }
  files.close();
  write_whole(options.description(), description(options, maker, files));
}

}  // namespace

int main(int count, char** arguments) {
  const auto options = read_options(count, arguments);
  if (!options) {
    std::fputs(
        "usage: ibd_chain --out FOLDER [--blocks N] [--seed N]\n"
        "                 [--split-blocks N --split-coins N]\n",
        stderr);
    return 2;
  }
  if (is_there(*options)) {
    std::fprintf(stderr, "ibd_chain: %s has this chain already\n", options->folder.c_str());
    return 0;
  }
  try {
    make_chain(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ibd_chain: %s\n", error.what());
    return 1;
  }
  return 0;
}
