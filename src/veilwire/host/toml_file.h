// Reading a TOML file of which every key is known beforehand.
//
// The caller says what each key may be and what becomes of its value; what does not fit is told as
// "FILE:LINE:COLUMN: " and a sentence without its full stop, in the order of the file. Of a value
// nothing is shown but what the caller's own function says of it: it may be a password.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace veilwire::host {

// Larger files are refused: bounds what a wrong file name can make us read.
inline constexpr std::size_t kMaxTomlBytes = 1'000'000;

using Taken = std::expected<void, std::string>;

struct TomlFlag {
  std::function<void(bool)> take;
};
struct TomlNumber {
  std::int64_t least;
  std::int64_t most;
  std::function<void(std::int64_t)> take;
};
struct TomlText {
  std::function<Taken(std::string_view)> take;
};
// A text or a list of them, each taken by itself.
struct TomlTexts {
  std::function<Taken(std::string_view)> take;
};
// A table of texts whose keys are the user's own.
struct TomlEntries {
  std::function<Taken(std::string_view key, std::string_view text)> take;
};

struct TomlKey {
  std::string section{};  // "log" for what stands under [log]; empty: the top of the file
  std::string name;
  std::variant<TomlFlag, TomlNumber, TomlText, TomlTexts, TomlEntries> value;
};

using Complaints = std::vector<std::string>;

// Takes every value that fits, whatever is wrong with others. Unknown keys and sections are
// mistakes.
std::expected<void, Complaints> read_toml(std::string_view toml, std::string_view file_name,
                                          std::span<const TomlKey> keys);
std::expected<void, Complaints> read_toml_file(const std::string& path,
                                               std::span<const TomlKey> keys);

}  // namespace veilwire::host
