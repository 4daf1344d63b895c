#include "veilwire/host/toml_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include "veilwire/base/escape.h"

namespace veilwire::host {
namespace {

// Of what the library says about a file that is not TOML: it cites a few characters at most.
constexpr std::size_t kMaxReasonChars = 200;

class Reader {
 public:
  explicit Reader(std::span<const TomlKey> keys) : keys_(keys) {}

  void read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (const TomlKey* known = find("", key.str())) {
        take(*known, node);
      } else if (is_section(key.str())) {
        read_section(key.str(), node);
      } else {
        refuse_key(key, "");
      }
    }
  }

  Complaints complaints(std::string_view file_name) && {
    std::ranges::stable_sort(complaints_, std::less<>(), &Complaint::at);
    Complaints out;
    for (const Complaint& complaint : complaints_) {
      out.push_back(fmt::format("{}:{}:{}: {}", file_name, complaint.at.line, complaint.at.column,
                                complaint.text));
    }
    return out;
  }

 private:
  struct Complaint {
    toml::source_position at;
    std::string text;
  };

  const TomlKey* find(std::string_view section, std::string_view name) const {
    const auto key = std::ranges::find_if(
        keys_, [&](const TomlKey& one) { return one.section == section && one.name == name; });
    return key == keys_.end() ? nullptr : &*key;
  }

  bool is_section(std::string_view name) const {
    return !name.empty() && std::ranges::find(keys_, name, &TomlKey::section) != keys_.end();
  }

  void read_section(std::string_view name, const toml::node& node) {
    if (!node.is_table()) return complain(node, name, must_be_table(name));
    for (const auto& [key, value] : *node.as_table()) {
      if (const TomlKey* known = find(name, key.str())) {
        take(*known, value);
      } else {
        refuse_key(key, name);
      }
    }
  }

  static std::string must_be_table(std::string_view name) {
    return fmt::format("must be a table: [{}]", name);
  }

  // -- Values -------------------------------------------------------------------------------------

  void take(const TomlKey& key, const toml::node& node) {
    std::visit([&](const auto& value) { take_as(key.name, value, node); }, key.value);
  }

  void take_as(std::string_view name, const TomlFlag& flag, const toml::node& node) {
    if (!node.is_boolean()) return complain(node, name, "must be true or false");
    flag.take(node.ref<bool>());
  }

  void take_as(std::string_view name, const TomlNumber& number, const toml::node& node) {
    const auto value = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
    if (!value || *value < number.least || *value > number.most) {
      return complain(
          node, name,
          fmt::format("must be a whole number from {} to {}", number.least, number.most));
    }
    number.take(*value);
  }

  void take_as(std::string_view name, const TomlText& text, const toml::node& node) {
    take_string(name, node, text.take);
  }

  void take_as(std::string_view name, const TomlTexts& texts, const toml::node& node) {
    if (!node.is_array()) return take_string(name, node, texts.take);
    for (const toml::node& item : *node.as_array()) take_string(name, item, texts.take);
  }

  void take_as(std::string_view name, const TomlEntries& entries, const toml::node& node) {
    if (!node.is_table()) return complain(node, name, must_be_table(name));
    for (const auto& [key, value] : *node.as_table()) {
      take_string(escape_foreign(key.str(), kMaxShownChars), value,
                  [&](std::string_view text) { return entries.take(key.str(), text); });
    }
  }

  void take_string(std::string_view name, const toml::node& node,
                   const std::function<Taken(std::string_view)>& take) {
    if (!node.is_string()) return complain(node, name, "must be a string in quotes");
    if (const Taken taken = take(node.ref<std::string>()); !taken) {
      complain(node, name, taken.error());
    }
  }

  // -- Complaints ---------------------------------------------------------------------------------

  void refuse_key(const toml::key& key, std::string_view section) {
    complaints_.push_back(
        {key.source().begin,
         fmt::format("{} is not a setting{}; there are {}", quote_foreign(key.str()),
                     section.empty() ? "" : fmt::format(" of [{}]", section), names_in(section))});
  }

  // Of the top of the file: its sections too.
  std::string names_in(std::string_view section) const {
    std::vector<std::string_view> names;
    for (const TomlKey& key : keys_) {
      if (key.section == section) names.push_back(key.name);
    }
    if (section.empty()) {
      for (const TomlKey& key : keys_) {
        if (!key.section.empty() && std::ranges::find(names, key.section) == names.end()) {
          names.push_back(key.section);
        }
      }
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void complain(const toml::node& where, std::string_view name, std::string_view what) {
    complaints_.push_back({where.source().begin, fmt::format("{}: {}", name, what)});
  }

  std::span<const TomlKey> keys_;
  std::vector<Complaint> complaints_;
};

std::string not_toml(std::string_view file_name, const toml::parse_error& error) {
  return fmt::format("{}:{}:{}: this is not TOML: {}", file_name, error.source().begin.line,
                     error.source().begin.column,
                     escape_foreign(error.description(), kMaxReasonChars));
}

}  // namespace

std::expected<void, Complaints> read_toml(std::string_view toml, std::string_view file_name,
                                          std::span<const TomlKey> keys) {
  Reader reader(keys);
  try {
    reader.read(toml::parse(toml, file_name));
  } catch (const toml::parse_error& error) {
    return std::unexpected(Complaints{not_toml(file_name, error)});
  }
  Complaints complaints = std::move(reader).complaints(file_name);
  if (!complaints.empty()) return std::unexpected(std::move(complaints));
  return {};
}

std::expected<void, Complaints> read_toml_file(const std::string& path,
                                               std::span<const TomlKey> keys) {
  const auto refuse = [&](std::string_view why) {
    return std::unexpected(Complaints{fmt::format("cannot read {}: {}", path, why)});
  };
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(std::strerror(errno));
  std::string text(kMaxTomlBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return refuse(std::strerror(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxTomlBytes) {
    return refuse(fmt::format("it is larger than {} bytes", kMaxTomlBytes));
  }
  return read_toml(text, path, keys);
}

}  // namespace veilwire::host
