#include "veilwire/app/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <utility>

namespace veilwire::app {
namespace {

constexpr std::string_view kFile = "FILE";

// "proxy" of "veilwire proxy"; nothing of "veilwire".
std::string_view subcommand_of(const CommandPage& command) {
  const std::size_t space = command.name.find(' ');
  return space == std::string::npos ? std::string_view()
                                    : std::string_view(command.name).substr(space + 1);
}

std::vector<std::string> subcommands_of(const CommandPage& program) {
  std::vector<std::string> names;
  for (const CommandPage& one : program.subcommands) names.emplace_back(subcommand_of(one));
  return names;
}

std::vector<const CommandPage*> all_of(const CommandPage& program) {
  std::vector<const CommandPage*> all{&program};
  for (const CommandPage& one : program.subcommands) all.push_back(&one);
  return all;
}

// Within the single quotes of zsh, which know no escape.
std::string zsh_quoted(std::string_view text) {
  std::string out;
  for (const char one : text) out += one == '\'' ? std::string("'\\''") : std::string(1, one);
  return out;
}

// Within those of fish.
std::string fish_quoted(std::string_view text) {
  std::string out;
  for (const char one : text) {
    if (one == '\'' || one == '\\') out += '\\';
    out += one;
  }
  return out;
}

// -- bash -----------------------------------------------------------------------------------------

// How an option's value is completed.
std::string bash_values(const OptionPage& option) {
  if (!option.choices.empty()) {
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))",
                       fmt::join(option.choices, " "));
  }
  if (option.value != kFile) return "COMPREPLY=()";
  return "compopt -o filenames 2>/dev/null\n"
         "      mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
}

std::string bash_option(std::string_view subcommand, const OptionPage& option) {
  if (option.value.empty() || option.names.empty()) return {};
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) {
    patterns.push_back(fmt::format("'{} {}'", subcommand, name));
  }
  return fmt::format("    {})\n      {}\n      return ;;\n", fmt::join(patterns, " | "),
                     bash_values(option));
}

std::string bash_words(const CommandPage& command) {
  std::vector<std::string> words = subcommands_of(command);
  for (const OptionPage& option : command.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  return fmt::format("    '{}') words='{}' ;;\n", subcommand_of(command), fmt::join(words, " "));
}

std::string bash(const CommandPage& program) {
  std::string values;
  std::string words;
  for (const CommandPage* command : all_of(program)) {
    for (const OptionPage& option : command->options) {
      values += bash_option(subcommand_of(*command), option);
    }
    words += bash_words(*command);
  }
  const std::string esac =
      values.empty() ? "" : "  case \"$command $previous\" in\n" + values + "  esac\n";
  // The shell takes "--option=value" for three words.
  return fmt::format(
      "_{0}() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}\n"
      "  local command= words= i\n"
      "  if [[ $current == = ]]; then\n"
      "    current=\n"
      "  elif [[ $previous == = ]]; then\n"
      "    previous=${{COMP_WORDS[COMP_CWORD - 2]}}\n"
      "  fi\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${{COMP_WORDS[i]}} in\n"
      "      {1}) command=${{COMP_WORDS[i]}}; break ;;\n"
      "    esac\n"
      "  done\n"
      "{2}"
      "  case $command in\n"
      "{3}"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "}}\n"
      "complete -F _{0} {0}\n",
      program.name, fmt::join(subcommands_of(program), " | "), esac, words);
}

// -- zsh ------------------------------------------------------------------------------------------

std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char one : zsh_quoted(text)) {
    if (one == '[' || one == ']' || one == ':') out += '\\';
    out += one;
  }
  return out;
}

std::string zsh_action(const OptionPage& option) {
  if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
  return option.value == kFile ? "_files" : " ";
}

std::string zsh_option(const OptionPage& option) {
  const std::string value = option.value.empty()
                                ? std::string()
                                : fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
  if (option.names.empty()) return fmt::format("    '*{}'\n", value);
  std::string out;
  for (const std::string& name : option.names) {
    out += option.repeats ? fmt::format("    '*{}", name)
                          : fmt::format("    '({}){}", fmt::join(option.names, " "), name);
    out += fmt::format("[{}]{}'\n", zsh_text(option.text), value);
  }
  return out;
}

std::string zsh_options(const CommandPage& command) {
  std::string out;
  for (const OptionPage& option : command.options) out += zsh_option(option);
  return out;
}

std::string zsh(const CommandPage& program) {
  std::string commands;
  std::string cases;
  for (const CommandPage& one : program.subcommands) {
    const std::string_view name = subcommand_of(one);
    commands += fmt::format("    '{}:{}'\n", name, zsh_text(one.description));
    cases += fmt::format("  {})\n    specs=(\n{}    ) ;;\n", name, zsh_options(one));
  }
  return fmt::format(
      "#compdef {0}\n\n"
      "local -a commands specs\n"
      "if (( CURRENT == 2 )); then\n"
      "  commands=(\n{1}  )\n"
      "  specs=(\n{2}  )\n"
      "  [[ $PREFIX == -* ]] || _describe command commands\n"
      "  _arguments $specs\n"
      "  return\n"
      "fi\n"
      "case $words[2] in\n{3}esac\n"
      "shift words\n"
      "(( CURRENT-- ))\n"
      "_arguments $specs\n",
      program.name, commands, zsh_options(program), cases);
}

// -- fish -----------------------------------------------------------------------------------------

std::string fish_option(const OptionPage& option, std::string_view line_start) {
  if (option.names.empty()) return {};
  std::string out(line_start);
  for (const std::string& name : option.names) {
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.choices.empty()) {
    out += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
  } else if (!option.value.empty()) {
    out += option.value == kFile ? " -r -F" : " -x";
  }
  return out + fmt::format(" -d '{}'\n", fish_quoted(option.text));
}

std::string fish(const CommandPage& program) {
  std::string out = fmt::format("complete -c {} -f\n", program.name);
  for (const CommandPage* command : all_of(program)) {
    const std::string_view name = subcommand_of(*command);
    const std::string condition = name.empty()
                                      ? "__fish_use_subcommand"
                                      : fmt::format("__fish_seen_subcommand_from {}", name);
    if (!name.empty()) {
      out += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d '{}'\n", program.name,
                         name, fish_quoted(command->description));
    }
    for (const OptionPage& option : command->options) {
      out += fish_option(option, fmt::format("complete -c {} -n '{}'", program.name, condition));
    }
  }
  return out;
}

}  // namespace

std::string completion(const CommandPage& program, Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return bash(program);
    case Shell::kZsh:
      return zsh(program);
    case Shell::kFish:
      return fish(program);
  }
  std::unreachable();
}

}  // namespace veilwire::app
