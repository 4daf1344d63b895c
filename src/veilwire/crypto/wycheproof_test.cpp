// Project Wycheproof's vectors for AEAD_CHACHA20_POLY1305 and HKDF-SHA256. They are read from the
// test data folder; without it these tests are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/chacha20poly1305.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/crypto/testing/every_kernel.h"

namespace veilwire::crypto {
namespace {

// One test as its names and values, quotes taken off, with those of its group.
using Case = std::map<std::string, std::string>;

struct Vectors {
  std::vector<Case> cases;
  std::size_t announced = 0;  // how many the file says that it holds
};

// The files hold one `"name": value` a line. This reads exactly that layout; a file in any other
// gives fewer tests than it announces, which ReadsEveryTest below notices.
std::optional<std::pair<std::string, std::string>> name_and_value(const std::string& line) {
  const std::size_t name_begin = line.find('"');
  const std::size_t colon = line.find("\": ");
  if (name_begin == std::string::npos || colon == std::string::npos) return std::nullopt;
  std::string value = line.substr(colon + 3);
  if (value.ends_with(',')) value.pop_back();
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
    value = value.substr(1, value.size() - 2);
  }
  return std::pair(line.substr(name_begin + 1, colon - name_begin - 1), value);
}

std::optional<Vectors> read_vectors(const std::string& file) {
  std::ifstream in(std::string(VEILWIRE_TEST_DATA "/vectors/wycheproof/") + file);
  if (!in) return std::nullopt;
  Vectors vectors;
  Case group;
  for (std::string line; std::getline(in, line);) {
    const auto pair = name_and_value(line);
    if (!pair) continue;
    const auto& [name, value] = *pair;
    if (name == "numberOfTests") vectors.announced = std::strtoul(value.c_str(), nullptr, 10);
    if (name == "tcId") vectors.cases.push_back(group);
    if (name == "ivSize" || name == "keySize" || name == "tagSize") {
      group[name] = value;
    } else if (!vectors.cases.empty()) {
      vectors.cases.back()[name] = value;
    }
  }
  return vectors;
}

Bytes bytes_of(const Case& test, const std::string& name) {
  return from_hex(test.at(name)).value();
}

#define READ_OR_SKIP(vectors, file)                                               \
  const auto vectors = read_vectors(file);                                        \
  if (!vectors) GTEST_SKIP() << "no " << file << " under " << VEILWIRE_TEST_DATA; \
  ASSERT_GT((vectors)->announced, 0u);                                            \
  ASSERT_EQ((vectors)->cases.size(), (vectors)->announced)

class WycheproofAead : public EveryKernel {};
VEILWIRE_FOR_EVERY_KERNEL(WycheproofAead);

void expect_aead_verdict(const Case& test) {
  const Bytes key_bytes = bytes_of(test, "key");
  const Secret<32> key{std::span<const std::uint8_t, 32>(key_bytes)};
  const Bytes nonce = bytes_of(test, "iv");
  const Bytes aad = bytes_of(test, "aad");
  const Bytes text = bytes_of(test, "msg");
  Bytes sealed = bytes_of(test, "ct");
  const Bytes tag = bytes_of(test, "tag");
  sealed.insert(sealed.end(), tag.begin(), tag.end());
  const bool valid = test.at("result") == "valid";

  Bytes opened(text.size(), 0xa5);
  EXPECT_EQ(chacha20poly1305_open(key, Nonce12(nonce), aad, sealed, opened.data()), valid);
  EXPECT_EQ(to_hex(opened), to_hex(valid ? text : Bytes(text.size(), 0)));
  Bytes made(text.size() + 16);
  chacha20poly1305_seal(key, Nonce12(nonce), aad, text, made.data());
  EXPECT_EQ(made == sealed, valid);
}

TEST_P(WycheproofAead, GivesTheVerdictOfEveryTestWithA96BitNonce) {
  READ_OR_SKIP(vectors, "chacha20_poly1305_test.json");
  std::size_t tested = 0;
  for (const Case& test : vectors->cases) {
    // Nonces of other sizes cannot be given to these functions at all.
    if (test.at("ivSize") != "96") continue;
    SCOPED_TRACE("tcId " + test.at("tcId"));
    expect_aead_verdict(test);
    ++tested;
  }
  EXPECT_GE(tested, 300u);
}

TEST(WycheproofHkdf, GivesTheOutputOfEveryTest) {
  READ_OR_SKIP(vectors, "hkdf_sha256_test.json");
  for (const Case& test : vectors->cases) {
    const std::size_t size = std::strtoul(test.at("size").c_str(), nullptr, 10);
    // Longer outputs are outside of what expand() may be asked for.
    if (test.at("result") != "valid") {
      EXPECT_GT(size, 255u * 32u);
      continue;
    }
    const HkdfSha256 hkdf(bytes_of(test, "salt"), bytes_of(test, "ikm"));
    Bytes out(size);
    hkdf.expand(bytes_of(test, "info"), out);
    EXPECT_EQ(to_hex(out), test.at("okm")) << "tcId " << test.at("tcId");
  }
}

}  // namespace
}  // namespace veilwire::crypto
