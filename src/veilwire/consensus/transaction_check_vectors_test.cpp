// Which transactions of the vectors are refused before their scripts are looked at.
#include <gtest/gtest.h>

#include "veilwire/consensus/testing/vectors.h"
#include "veilwire/consensus/transaction_check.h"
#include "veilwire/wire/codec.h"

namespace veilwire::consensus {
namespace {

namespace json = boost::json;

// Calls `judge(refused, flags)` for each transaction of a file; gives how many there were.
template <typename Judge>
std::size_t judge_all(const json::value& file, const Judge& judge) {
  std::size_t count = 0;
  for (const json::value& row : file.as_array()) {
    if (row.as_array().size() != 3) continue;  // a comment
    ++count;
    const Bytes bytes = testing::unhex(row.at(1));
    const auto transaction = wire::parse<wire::Transaction>(bytes);
    judge(!transaction || check_transaction(*transaction), testing::text_of(row.at(2)));
  }
  return count;
}

TEST(TransactionCheckVectors, RefuseThoseCalledBadAndNoOthers) {
  VEILWIRE_READ_JSON_OR_SKIP(file, "vectors/core/tx_invalid.json");
  std::size_t bad = 0;
  std::size_t right = 0;
  const std::size_t count = judge_all(file, [&](bool refused, const std::string& flags) {
    bad += flags == "BADTX" ? 1 : 0;
    right += refused == (flags == "BADTX") ? 1 : 0;
  });
  testing::report_count("tx_invalid.json, structure", right, count);
  testing::report_count("tx_invalid.json, refused for their structure", bad, 9);
}

TEST(TransactionCheckVectors, AcceptAllThatAreValid) {
  VEILWIRE_READ_JSON_OR_SKIP(file, "vectors/core/tx_valid.json");
  std::size_t accepted = 0;
  judge_all(file, [&](bool refused, const std::string&) { accepted += refused ? 0 : 1; });
  testing::report_count("tx_valid.json, structure", accepted, 121);
}

}  // namespace
}  // namespace veilwire::consensus
