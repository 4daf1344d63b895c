#include "veilwire/chain/header_sync_end.h"

#include <array>

namespace veilwire::chain {
namespace {

enum class Whose : std::uint8_t { kNobodys, kPeers, kOurs };

struct Row {
  HeaderSyncEnd end;
  Whose whose;
  std::string_view text;
};

// The one place. A row lies at the place of its number.
constexpr std::array kTable{
    Row{HeaderSyncEnd::kSilent, Whose::kNobodys, "it did not answer in time"},
    Row{HeaderSyncEnd::kTooSlow, Whose::kNobodys, "it took too long over its headers"},
    Row{HeaderSyncEnd::kTooLittleWork, Whose::kNobodys, "its chain has too little work"},
    Row{HeaderSyncEnd::kDoesNotContinue, Whose::kNobodys,
        "its headers do not continue what it sent before"},
    Row{HeaderSyncEnd::kChangedChain, Whose::kNobodys,
        "its chain changed when it was fetched again"},
    Row{HeaderSyncEnd::kEndedEarly, Whose::kNobodys,
        "its chain ended early when it was fetched again"},
    Row{HeaderSyncEnd::kNotInARow, Whose::kPeers, "its headers do not follow each other"},
    Row{HeaderSyncEnd::kHighHash, Whose::kPeers, "a header's hash is over its target"},
    Row{HeaderSyncEnd::kBadDifficulty, Whose::kPeers,
        "a header's target is not possible at its height"},
    Row{HeaderSyncEnd::kTooLong, Whose::kPeers, "its chain is longer than time allows"},
    Row{HeaderSyncEnd::kNoProgress, Whose::kPeers, "it sends the same headers again"},
    Row{HeaderSyncEnd::kUnconnected, Whose::kPeers, "its headers stand on none of ours"},
    Row{HeaderSyncEnd::kBreaksRule, Whose::kPeers, "a header breaks a rule"},
    Row{HeaderSyncEnd::kNoEntropy, Whose::kOurs, "there is no entropy"},
    Row{HeaderSyncEnd::kTreeFull, Whose::kOurs, "the tree of headers is full"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].end) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(HeaderSyncEnd::kTreeFull) + 1;
}
static_assert(is_in_order());

const Row& row_of(HeaderSyncEnd end) { return kTable[static_cast<std::size_t>(end)]; }

}  // namespace

bool is_fault(HeaderSyncEnd end) { return row_of(end).whose == Whose::kPeers; }
std::string_view header_sync_end_text(HeaderSyncEnd end) { return row_of(end).text; }

}  // namespace veilwire::chain
