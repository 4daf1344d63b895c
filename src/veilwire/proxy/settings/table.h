// The table of settings: one row for each thing that an operator can decide. The options of the
// command line, the keys of the file, what a reload may change and what it says of it are all
// derived from these rows. To add a setting, add its row (and its member of Settings), a test, and
// its line in docs/proxy-reference.md.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "veilwire/proxy/settings/settings.h"

namespace veilwire::proxy {

using Done = std::expected<void, std::string>;  // the error is a sentence without its full stop

// -- How a setting is written ---------------------------------------------------------------------

// true or false in the file. As an option it takes no value: "--name" says true, "--no-name" false.
struct Flag {
  void (*set)(Settings&, bool);
};
struct Number {
  std::int64_t least;
  std::int64_t most;
  void (*set)(Settings&, std::int64_t);
};
struct Text {
  Done (*set)(Settings&, std::string_view);
};
// One or more texts. Those of the command line replace those of the file.
struct Texts {
  void (*clear)(Settings&);
  Done (*add)(Settings&, std::string_view);
};
// A table of the file whose keys are the operator's own. As an option each rule is a text, and is
// added to the file's rules, or replaces the one for the same key.
struct Rules {
  Done (*add)(Settings&, std::string_view key, std::string_view value);
  std::vector<std::string> (*overlay)(Settings&, std::span<const std::string> options);
};
using Form = std::variant<Flag, Number, Text, Texts, Rules>;

// -- The rows -------------------------------------------------------------------------------------

enum class OnReload : std::uint8_t {
  kTakesEffect,  // for connections to come
  kNeedsRestart,
};

// The headings under which help lists options.
inline constexpr std::string_view kServing = "What it serves";
inline constexpr std::string_view kSpeaking = "What it speaks";
inline constexpr std::string_view kReporting = "What it reports";

// What stands in a Settings, whatever its type.
struct Member {
  bool (*is_same)(const Settings&, const Settings&);
  void (*copy)(const Settings& from, Settings& to);
};

struct Setting {
  std::string_view section{};  // the file's table; empty: its top
  std::string_view key;        // "allow_remote"
  std::string_view option{};   // "--allow-remote"; empty: it is in the file only
  std::string_view value{};    // what help calls the option's value, "ADDR:PORT"
  std::string_view help{};     // of the option, without a full stop
  std::string_view group{};
  std::vector<std::string_view> choices{};  // what completion offers as the value
  OnReload on_reload = OnReload::kTakesEffect;
  Form form;
  Member member;

  std::string name() const;  // "listen", "log.level"
};

// In the order in which help and errors list them.
std::span<const Setting> settings_table();

// The names of the settings in which the two differ.
std::vector<std::string> changed_settings(const Settings& before, const Settings& after);

// Takes out of `wanted` what needs a restart: it stays as it is in `now`. Gives the names of what
// had to stay.
std::vector<std::string> keep_until_restart(const Settings& now, Settings& wanted);

}  // namespace veilwire::proxy
