#include "veilwire/proxy/settings/settings_file.h"

#include "veilwire/host/toml_file.h"
#include "veilwire/proxy/settings/table.h"

namespace veilwire::proxy {
namespace {

using Value = decltype(host::TomlKey::value);

Value value_of(const Flag& flag, Settings& into) {
  return host::TomlFlag{[&flag, &into](bool on) { flag.set(into, on); }};
}

Value value_of(const Number& number, Settings& into) {
  return host::TomlNumber{number.least, number.most,
                          [&number, &into](std::int64_t value) { number.set(into, value); }};
}

Value value_of(const Text& text, Settings& into) {
  return host::TomlText{[&text, &into](std::string_view value) { return text.set(into, value); }};
}

Value value_of(const Texts& texts, Settings& into) {
  return host::TomlTexts{
      [&texts, &into](std::string_view value) { return texts.add(into, value); }};
}

Value value_of(const Rules& rules, Settings& into) {
  return host::TomlEntries{[&rules, &into](std::string_view key, std::string_view value) {
    return rules.add(into, key, value);
  }};
}

Value value_of(const Numbers& numbers, Settings& into) {
  return host::TomlNumberEntries{numbers.least, numbers.most,
                                 [&numbers, &into](std::string_view key, std::int64_t value) {
                                   return numbers.add(into, key, value);
                                 }};
}

std::vector<host::TomlKey> keys_into(Settings& settings) {
  std::vector<host::TomlKey> keys;
  for (const Setting& row : settings_table()) {
    keys.push_back({.section = std::string(row.section),
                    .name = std::string(row.key),
                    .value = std::visit([&](const auto& form) { return value_of(form, settings); },
                                        row.form)});
  }
  return keys;
}

template <typename Read>
std::expected<Settings, std::vector<std::string>> read_by(Read read) {
  Settings settings;
  if (auto done = read(keys_into(settings)); !done) return std::unexpected(done.error());
  return settings;
}

}  // namespace

std::expected<Settings, std::vector<std::string>> parse_settings(std::string_view toml,
                                                                 std::string_view file_name) {
  return read_by([&](const auto& keys) { return host::read_toml(toml, file_name, keys); });
}

std::expected<Settings, std::vector<std::string>> read_settings_file(const std::string& path) {
  return read_by([&](const auto& keys) { return host::read_toml_file(path, keys); });
}

}  // namespace veilwire::proxy
