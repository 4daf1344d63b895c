// Bitcoin Core's vectors of transactions: what they say of scripts and rules of consensus is not
// asked here, only that all of them are read, and nothing is left over.
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <string_view>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/testing/real_data.h"
#include "veilwire/wire/testing/round_trip.h"
#include "veilwire/wire/transaction.h"

namespace veilwire::wire {
namespace {

// Every string of hexadecimal characters only that comes behind `lead`, spaces left out.
std::vector<std::string> hex_strings_behind(std::string_view lead, const Bytes& json) {
  std::string text;
  for (const std::uint8_t byte : json) {
    if (std::isspace(byte) == 0) text.push_back(static_cast<char>(byte));
  }
  const std::string opening = std::string(lead) + '"';
  std::vector<std::string> strings;
  for (std::size_t at = 0; (at = text.find(opening, at)) != std::string::npos;) {
    at += opening.size();
    const std::size_t end = text.find('"', at);
    const std::string string = text.substr(at, end - at);
    if (string.find_first_not_of("0123456789abcdef") == std::string::npos)
      strings.push_back(string);
  }
  return strings;
}

Bytes without_witness(const Transaction& transaction) {
  Bytes out;
  Writer writer(out);
  TransactionParts::of(transaction).write_without_witness(writer);
  return out;
}

void expect_vectors(const std::vector<std::string>& vectors, std::size_t count) {
  ASSERT_EQ(vectors.size(), count);
  for (const std::string& hex : vectors) {
    const Bytes bytes = from_hex(hex).value();
    const auto transaction = parse<Transaction>(bytes);
    ASSERT_TRUE(transaction) << rule_name(transaction.error()) << ": " << hex;
    ASSERT_EQ(transaction->total_size(), bytes.size()) << hex;
    ASSERT_EQ(to_hex(serialize(TransactionParts::of(*transaction))), hex);
    ASSERT_EQ(transaction->txid(), crypto::sha256d(without_witness(*transaction))) << hex;
    ASSERT_EQ(transaction->wtxid(), crypto::sha256d(bytes)) << hex;
    if (bytes.size() < 2000) testing::expect_round_trip<Tx>(bytes);
  }
}

TEST(TransactionVectors, ValidOnesAreRead) {
  VEILWIRE_READ_REAL_OR_SKIP(json, "vectors/core/tx_valid.json");
  expect_vectors(hex_strings_behind("],", json), 121);
}

TEST(TransactionVectors, OnesThatOnlyConsensusRefusesAreRead) {
  VEILWIRE_READ_REAL_OR_SKIP(json, "vectors/core/tx_invalid.json");
  expect_vectors(hex_strings_behind("],", json), 93);
}

TEST(TransactionVectors, OnesWithRandomFieldsAreRead) {
  VEILWIRE_READ_REAL_OR_SKIP(json, "vectors/core/sighash.json");
  expect_vectors(hex_strings_behind("[", json), 500);
}

}  // namespace
}  // namespace veilwire::wire
