// Reports for people: a block for one address, or a table with a line for each.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "veilwire/probe/report.h"

namespace veilwire::probe {

// Columns of a table where nobody says how wide the terminal is, and the fewest it is made for.
inline constexpr std::size_t kDefaultColumns = 100;
inline constexpr std::size_t kMinColumns = 80;

// Several lines, each ended by a newline. What is not known is left out.
std::string report_block(const Report& report);

// Services as letters in fixed places, '-' for what is not offered: "NBWCL2+". See
// services_legend().
std::string services_letters(protocol::Services services);
std::string services_legend();

// A line each, without its newline. Lines are cut at `columns`; where that is 0, they are not, as
// for a file. An address that does not fit its column is never cut, so that it can be copied: on a
// terminal it gets a line of its own, in a file it pushes the rest aside.
std::string table_header();
std::string table_line(const Report& report, std::size_t columns);

// What became of all of them.
class Summary {
 public:
  void add(const Report& report);
  std::size_t addresses() const { return addresses_; }
  // Failed, before the peer said its version or after.
  std::size_t failed() const;
  // "5 addresses: 3 answered (2 v2, 1 v1), 1 answered and then failed (1 bad_header),
  // 1 did not answer (1 refused)", without a full stop.
  std::string sentence() const;
  // "1 of 5 addresses did not answer, 1 of 5 addresses answered and then failed"; empty where none failed.
  std::string failure_sentence() const;

 private:
  std::size_t addresses_ = 0;
  std::map<std::string, std::size_t> answered_;    // by version
  std::map<std::string, std::size_t> broke_off_;   // by error: said its version before
  std::map<std::string, std::size_t> unanswered_;  // by error
};

}  // namespace veilwire::probe
