#include "veilwire/app/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace veilwire::app {
namespace {

// A line of text: none of its characters means anything to groff.
std::string escaped(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out = "\\&";
  for (const char one : text) {
    switch (one) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      default:
        out += one;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", escaped(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", escaped(text)); }

std::string sentence(std::string_view text) {
  return escaped(text) + (text.ends_with('.') ? "\n" : ".\n");
}

// "veilwire proxy" has the page veilwire-proxy.
std::string page_name(std::string_view command) {
  std::string name(command);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char one) { return std::toupper(one); });
  return text;
}

// As the line of NAME has it: what follows the program's own name, without a full stop.
std::string short_description(std::string_view text) {
  constexpr std::string_view kOwnName = "Veilwire: ";
  if (text.starts_with(kOwnName)) text.remove_prefix(kOwnName.size());
  if (text.ends_with('.')) text.remove_suffix(1);
  return escaped(text);
}

std::string synopsis(const CommandPage& command) {
  std::string out = fmt::format(".SH SYNOPSIS\n{} [{}]", bold(command.name), italic("OPTIONS"));
  for (const OptionPage& option : command.options) {
    if (!option.names.empty()) continue;
    out += fmt::format(" [{}{}]", italic(option.value), option.repeats ? "..." : "");
  }
  if (!command.subcommands.empty()) {
    out +=
        fmt::format("\n.br\n{} {} [{}]", bold(command.name), italic("COMMAND"), italic("OPTIONS"));
  }
  return out + "\n";
}

std::string description(const CommandPage& command) {
  std::string out = ".SH DESCRIPTION\n" + sentence(command.description);
  if (command.notes.empty()) return out;
  out += ".PP\n";
  for (const std::string& line : command.notes) out += escaped(line) + "\n";
  return out;
}

std::string option_text(const OptionPage& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back(bold(name));
  std::string out = fmt::format(".TP\n{}", fmt::join(names, ", "));
  if (!option.value.empty()) {
    out += fmt::format("{}{}", names.empty() ? "" : " ", italic(option.value));
  }
  if (option.repeats) out += " ...";
  return out + "\n" + sentence(option.text);
}

std::string options(const CommandPage& command) {
  std::string out = ".SH OPTIONS\n";
  for (const OptionPage& option : command.options) out += option_text(option);
  return out;
}

std::string subcommands(const CommandPage& command) {
  if (command.subcommands.empty()) return {};
  std::string out = ".SH COMMANDS\n";
  for (const CommandPage& one : command.subcommands) {
    out +=
        fmt::format(".TP\n.BR {} (1)\n{}", escaped(page_name(one.name)), sentence(one.description));
  }
  return out;
}

std::string exit_statuses(const CommandPage& command) {
  if (command.statuses.empty()) return {};
  std::string out = ".SH EXIT STATUS\n";
  for (const StatusPage& one : command.statuses) {
    out += fmt::format(".TP\n.B {}\n{}", one.status, sentence(one.text));
  }
  return out;
}

std::string examples(const CommandPage& command) {
  if (command.examples.empty()) return {};
  std::string out = ".SH EXAMPLES\n.EX\n";
  for (const std::string& line : command.examples) out += escaped(line) + "\n";
  return out + ".EE\n";
}

std::string see_also(const CommandPage& command) {
  const std::string_view program = std::string_view(command.name).substr(0, command.name.find(' '));
  return program == command.name ? std::string()
                                 : fmt::format(".SH SEE ALSO\n.BR {} (1)\n", escaped(program));
}

}  // namespace

std::string man_page(const CommandPage& command) {
  const std::string name = page_name(command.name);
  return fmt::format(".TH {} 1 \"\" \"veilwire " VEILWIRE_VERSION "\" \"User Commands\"\n",
                     upper_case(name)) +
         fmt::format(".SH NAME\n{} \\- {}\n", name, short_description(command.description)) +
         synopsis(command) + description(command) + subcommands(command) + options(command) +
         exit_statuses(command) + examples(command) + see_also(command);
}

}  // namespace veilwire::app
