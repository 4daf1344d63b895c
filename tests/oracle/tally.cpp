#include "tally.h"

#include <algorithm>
#include <iomanip>
#include <set>
#include <sstream>
#include <vector>

namespace veilwire::oracle {
namespace {

constexpr int kCountColumns = 10;

// The most frequent first.
void write_counts(std::ostream& out, std::string_view title,
                  const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, std::greater(), [](const auto& row) { return row.second; });
  out << "\n" << title << " (" << rows.size() << ")\n";
  for (const auto& [reason, count] : rows) {
    out << std::setw(kCountColumns) << count << "  " << reason << "\n";
  }
}

}  // namespace

void Tally::add(const Proposal& proposal, const OurVerdict& ours, const NodeVerdict& node) {
  ++verdicts_;
  valid_ += ours.valid ? 1 : 0;
  ++ours_[ours.reason];
  ++node_[node];
  const std::set<std::string_view> distinct(proposal.mutations.begin(), proposal.mutations.end());
  for (const std::string_view mutation : distinct) {
    Outcome& outcome = mutations_[mutation];
    ++outcome.tried;
    outcome.valid += ours.valid ? 1 : 0;
  }
}

std::string Tally::text() const {
  std::ostringstream out;
  write_counts(out, "Our reasons", ours_);
  write_counts(out, "The node's reasons", node_);
  out << "\nMutations (" << mutations_.size()
      << "): how often, and how many such blocks are valid\n";
  for (const auto& [name, outcome] : mutations_) {
    out << std::setw(kCountColumns) << outcome.tried << std::setw(kCountColumns) << outcome.valid
        << "  " << name << "\n";
  }
  return out.str();
}

}  // namespace veilwire::oracle
