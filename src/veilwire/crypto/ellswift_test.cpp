#include "veilwire/crypto/ellswift.h"

#include <gtest/gtest.h>
#include <secp256k1.h>
#include <secp256k1_ellswift.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "veilwire/base/hex.h"
#include "veilwire/crypto/seeded_entropy.h"
#include "veilwire/crypto/testing/random_bytes.h"

namespace veilwire::crypto {
namespace {

// -- What libsecp256k1 makes of an encoding ------------------------------------------------------

std::string decoded_x_hex(ByteView encoding) {
  secp256k1_pubkey key;
  std::array<std::uint8_t, 33> compressed;
  std::size_t size = compressed.size();
  EXPECT_EQ(secp256k1_ellswift_decode(secp256k1_context_static, &key, encoding.data()), 1);
  EXPECT_EQ(secp256k1_ec_pubkey_serialize(secp256k1_context_static, compressed.data(), &size, &key,
                                          SECP256K1_EC_COMPRESSED),
            1);
  return to_hex(ByteView(compressed).subspan(1));
}

struct DestroyContext {
  void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

std::string public_x_hex(const Secret<32>& secret_key) {
  const std::unique_ptr<secp256k1_context, DestroyContext> context(
      secp256k1_context_create(SECP256K1_CONTEXT_NONE));
  secp256k1_pubkey key;
  std::array<std::uint8_t, 33> compressed;
  std::size_t size = compressed.size();
  EXPECT_EQ(secp256k1_ec_pubkey_create(context.get(), &key, secret_key.data()), 1);
  EXPECT_EQ(secp256k1_ec_pubkey_serialize(secp256k1_context_static, compressed.data(), &size, &key,
                                          SECP256K1_EC_COMPRESSED),
            1);
  return to_hex(ByteView(compressed).subspan(1));
}

template <std::size_t N>
std::array<std::uint8_t, N> array_of(std::string_view hex) {
  std::array<std::uint8_t, N> out{};
  const Bytes bytes = from_hex(hex).value();
  EXPECT_EQ(bytes.size(), N);
  std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
  return out;
}

Secret<32> secret_of(std::string_view hex) { return Secret<32>(array_of<32>(hex)); }

// -- The vectors of BIP 324 ----------------------------------------------------------------------

struct EncodingVector {
  std::string_view what;
  std::string_view encoding;
  std::string_view x;
};

// From ellswift_decode_test_vectors.csv: one for each way through the decoding.
constexpr EncodingVector kDecoding[] = {
    {"u%p=0;t%p=0;valid_x(x2)",
     "0000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000",
     "edd1fd3e327ce90cc7a3542614289aee9682003e9cf7dcc9cf2ca9743be5aa0c"},
    {"u%p=0;valid_x(x1)",
     "0000000000000000000000000000000000000000000000000000000000000000"
     "01d3475bf7655b0fb2d852921035b2ef607f49069b97454e6795251062741771",
     "b5da00b73cd6560520e7c364086e7cd23a34bf60d0e707be9fc34d4cd5fdfa2c"},
    {"t%p=0;(u'^3+t'^2+7)%p=0;valid_x(x3);valid_x(x2);valid_x(x1)",
     "0a2d2ba93507f1df233770c2a797962cc61f6d15da14ecd47d8d27ae1cd5f853"
     "0000000000000000000000000000000000000000000000000000000000000000",
     "532167c11200b08c0e84a354e74dcc40f8b25f4fe686e30869526366278a0688"},
    {"(u'^3-t'^2+7)%p=0;valid_x(x3);valid_x(x2);valid_x(x1);t>=p",
     "123658444f32be8f02ea2034afa7ef4bbe8adc918ceb49b12773b625f490b368"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff8dc5fe11",
     "ed16d65cf3a9538fcb2c139f1ecbc143ee14827120cbc2659e667256800b8142"},
    {"valid_x(x3)",
     "0ffde9ca81d751e9cdaffc1a50779245320b28996dbaf32f822f20117c22fbd6"
     "c74d99efceaa550f1ad1c0f43f46e7ff1ee3bd0162b7bf55f2965da9c3450646",
     "74e880b3ffd18fe3cddf7902522551ddf97fa4a35a3cfda8197f947081a57b8f"},
    {"valid_x(x2)",
     "a1ed0a0bd79d8a23cfe4ec5fef5ba5cccfd844e4ff5cb4b0f2e71627341f1c5b"
     "17c499249e0ac08d5d11ea1c2c8ca7001616559a7994eadec9ca10fb4b8516dc",
     "65a89640744192cdac64b2d21ddf989cdac7500725b645bef8e2200ae39691f2"},
    {"valid_x(x1)",
     "a0f18492183e61e8063e573606591421b06bc3513631578a73a39c1c3306239f"
     "2f32904f0d2a33ecca8a5451705bb537d3bf44e071226025cdbfd249fe0f7ad6",
     "97a09cf1a2eae7c494df3c6f8a9445bfb8c09d60832f9b0b9d5eabe25fbd14b9"},
    {"t%p=0;valid_x(x1);u>=p;t>=p",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff13cea4a7"
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
     "649984435b62b4a25d40c6133e8d9ab8c53d4b059ee8a154a3be0fcf4e892edb"},
    {"valid_x(x3);valid_x(x2);valid_x(x1)",
     "bcaf7219f2f6fbf55fe5e062dce0e48c18f68103f10b8198e974c184750e1be3"
     "932016cbf69c4471bd1f656c6a107f1973de4af7086db897277060e25677f19a",
     "2d97f96cac882dfe73dc44db6ce0f1d31d6241358dd5d74eb3d3b50003d24c2b"},
    {"u%p=0;valid_x(x3);u>=p;t>=p",
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffff3113ad9",
     "7eed6b70e7b0767c7d7feac04e57aa2a12fef5e0f48f878fcbb88b3b6b5e0783"},
    {"valid_x(x2);u>=p;t>=p",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff91192139"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff45f0f1eb",
     "ec29a50bae138dbf7d8e24825006bb5fc1a2cc1243ba335bc6116fb9e498ec1f"},
};

// From xswiftec_inv_test_vectors.csv: u and t beside the X coordinate that they must give.
constexpr EncodingVector kInverse[] = {
    {"row 1, case 2",
     "05ff6bdad900fc3261bc7fe34e2fb0f569f06e091ae437d3a52e9da0cbfb9590"
     "45654798ece071ba79286d04f7f3eb1c3f1d17dd883610f2ad2efd82a287466b",
     "80cdf63774ec7022c89a5a8558e373a279170285e0ab27412dbce510bdfe23fc"},
    {"row 1, case 3",
     "05ff6bdad900fc3261bc7fe34e2fb0f569f06e091ae437d3a52e9da0cbfb9590"
     "0aeaa886f6b76c7158452418cbf5033adc5747e9e9b5d3b2303db96936528557",
     "80cdf63774ec7022c89a5a8558e373a279170285e0ab27412dbce510bdfe23fc"},
    {"row 1, case 6",
     "05ff6bdad900fc3261bc7fe34e2fb0f569f06e091ae437d3a52e9da0cbfb9590"
     "ba9ab867131f8e4586d792fb080c14e3c0e2e82277c9ef0d52d1027c5d78b5c4",
     "80cdf63774ec7022c89a5a8558e373a279170285e0ab27412dbce510bdfe23fc"},
    {"row 1, case 7",
     "05ff6bdad900fc3261bc7fe34e2fb0f569f06e091ae437d3a52e9da0cbfb9590"
     "f51557790948938ea7badbe7340afcc523a8b816164a2c4dcfc24695c9ad76d8",
     "80cdf63774ec7022c89a5a8558e373a279170285e0ab27412dbce510bdfe23fc"},
    {"row 14, case 2",
     "7c37bb9c5061dc07413f11acd5a34006e64c5c457fdb9a438f217255a961f50d"
     "b94d30cd7dbff60b64620c17ca0fafaa40b3d1f52d077a60a2e0cafd145086c2",
     "5c1a76b44568eb59d6789a7442d9ed7cdc6226b7752b4ff8eaf8e1a95736e507"},
    {"row 14, case 6",
     "7c37bb9c5061dc07413f11acd5a34006e64c5c457fdb9a438f217255a961f50d"
     "46b2cf32824009f49b9df3e835f05055bf4c2e0ad2f8859f5d1f3501ebaf756d",
     "5c1a76b44568eb59d6789a7442d9ed7cdc6226b7752b4ff8eaf8e1a95736e507"},
    {"row 28, case 0",
     "e6bcb5c3d63467d490bfa54fbbc6092a7248c25e11b248dc2964a6e15edb1457"
     "67119877832ab8f459a821656d8261f544a553b89ae4f25c52a97134b70f3426",
     "19434a3c29cb982b6f405ab04439f6d58db73da1ee4db723d69b591da124e7d8"},
};

TEST(EllSwift, DecodesTheVectorsOfBip324) {
  for (const EncodingVector& vector : kDecoding) {
    EXPECT_EQ(decoded_x_hex(array_of<64>(vector.encoding)), vector.x) << vector.what;
  }
}

TEST(EllSwift, DecodesWhatTheInverseMapOfBip324Gives) {
  for (const EncodingVector& vector : kInverse) {
    EXPECT_EQ(decoded_x_hex(array_of<64>(vector.encoding)), vector.x) << vector.what;
  }
}

// The rows of a file of the test data folder without its first line; none where it is absent.
std::vector<std::vector<std::string>> rows_of(const std::string& file) {
  std::ifstream in(std::string(VEILWIRE_TEST_DATA "/vectors/bip324/") + file);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

TEST(EllSwift, DecodesEveryVectorOfBip324) {
  const auto rows = rows_of("ellswift_decode_test_vectors.csv");
  if (rows.empty()) GTEST_SKIP() << "no vectors under " << VEILWIRE_TEST_DATA;
  EXPECT_EQ(rows.size(), 76u);
  for (const auto& row : rows) {
    EXPECT_EQ(decoded_x_hex(array_of<64>(row.at(0))), row.at(1)) << row.at(2);
  }
}

TEST(EllSwift, DecodesEveryInverseOfBip324) {
  const auto rows = rows_of("xswiftec_inv_test_vectors.csv");
  if (rows.empty()) GTEST_SKIP() << "no vectors under " << VEILWIRE_TEST_DATA;
  std::size_t inverses = 0;
  for (const auto& row : rows) {
    for (std::size_t solution = 0; solution < 8; ++solution) {
      const std::string& t = row.at(2 + solution);
      if (t.empty()) continue;
      ++inverses;
      EXPECT_EQ(decoded_x_hex(array_of<64>(row.at(0) + t)), row.at(1)) << solution;
    }
  }
  EXPECT_EQ(inverses, 98u);
}

struct ExchangeVector {
  std::string_view secret_key;
  std::string_view ours;
  std::string_view theirs;
  Initiating initiating;
  std::string_view shared_secret;
};

// From packet_encoding_test_vectors.csv.
constexpr ExchangeVector kExchanges[] = {
    {"61062ea5071d800bbfd59e2e8b53d47d194b095ae5a4df04936b49772ef0d4d7",
     "ec0adff257bbfe500c188c80b4fdd640f6b45a482bbc15fc7cef5931deff0aa1"
     "86f6eb9bba7b85dc4dcc28b28722de1e3d9108b985e2967045668f66098e475b",
     "a4a94dfce69b4a2a0a099313d10f9f7e7d649d60501c9e1d274c300e0d89aafa"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff8faf88d5",
     Initiating::kYes, "c6992a117f5edbea70c3f511d32d26b9798be4b81a62eaee1a5acaa8459a3592"},
    {"6f312890ec83bbb26798abaadd574684a53e74ccef7953b790fcc29409080246",
     "a8785af31c029efc82fa9fc677d7118031358d7c6a25b5779a9b900e5ccd94aa"
     "c97eb36a3c5dbcdb2ca5843cc4c2fe0aaa46d10eb3d233a81c3dde476da00eef",
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
     "0000000000000000000000000000000000000000000000000000000000000000",
     Initiating::kNo, "a6f79eb08243b6f65dbe42bfe4a6cf3f131d6963fa5d06c770a18f7b9c489b78"},
    {"846a784f1a03dea59cc679754a60a7145542fa130e3efbd815c81e909ce32933",
     "480eacf1536b52257bf8ce78d8f4ce09395d744767c6c129e7838947ee625af3"
     "245592c111275e877d5baae22584cb5f1153e67c16bcd7da767726cd0d0c846a",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff22d5e441"
     "524d571a52b3def126189d3f416890a99d4da6ede2b0cde1760ce2c3f98457ae",
     Initiating::kYes, "e500c670f1b32f60e05009bddcdbfa7153afb19c20479583a54b43d85b3433a8"},
    {"c0f15820459f64d98e5c48681d13340572c574533dd9f7161b85fcc8224fdf30",
     "682871104d694baca8b9c7990ae6288f49e1ff4feb21dd5cffad67db7752fdfb"
     "6c3608d6996c54be04b35feef037da09ee4d9dca2363b343bc2d4f6d0ea609da",
     "56bd0c06f10352c3a1a9f4b4c92f6fa2b26df124b57878353c1fc691c51abea7"
     "7c8817daeeb9fa546b77c8daf79d89b22b0e1b87574ece42371f00237aa9d83a",
     Initiating::kNo, "b764f617cf8c8dcf6018e4f5e8ee603a086498a3732621c9b0fc0a485ea0d2f0"},
    {"96cb391886681d1d3e23948e51987771a8ec3001b640c18fb994a855cea66b6e",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffdde3a077"
     "a6fd73711a27250c439ba78ef63d89cd0918c0a0a75f301ed96aa2a43ecf3f61",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffa7730be3"
     "0000000000000000000000000000000000000000000000000000000000000000",
     Initiating::kYes, "779a18107756169a6b369d043f3ef9a90178c7ab8c8c37b4edcd9b5397e41eca"},
    {"4a7065c3ddbf84e29b8e20da0da3aaae1f708eae8ad1af4c4c00f46a7cda7b6b",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff450012ec"
     "3aeecf516f4b374af2e7fbb040e92dc3c0f12eafd00c729a137f4e892e5293c3",
     "9652d78baefc028cd37a6a92625b8b8f85fde1e4c944ad3f20e198bef8c02f19"
     "fffffffffffffffffffffffffffffffffffffffffffffffffffffffff2e91870",
     Initiating::kNo, "a993062a328371beecae7e2b05a34355c1cefbad7f855ad48331dcf002972999"},
    {"0f69aeffeff6172647ee5aa80bfb418ee742f4e9f1a51b463ac7c120d620e37d",
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff04df0e67"
     "f9753e2cdb066b3b588a0069fde936a312e0d3f31acb335026b7072d8f2ad24c",
     "12a50f3fafea7c1eeada4cf8d33777704b77361453afc83bda91eef349ae044d"
     "20126c6200547ea5a6911776c05dee2a7f1a9ba7dfbabbbd273c3ef29ef46e46",
     Initiating::kYes, "1756deace376ece25da9825fe49f76a9272a89a7b746c83ca2c4016f5a30ead4"},
};

TEST(EllSwift, ExchangesTheSharedSecretsOfBip324) {
  for (const ExchangeVector& vector : kExchanges) {
    const EphemeralKey ours{.secret = secret_of(vector.secret_key),
                            .ellswift = array_of<64>(vector.ours)};
    const auto shared =
        ellswift_shared_secret(ours, array_of<64>(vector.theirs), vector.initiating);
    ASSERT_TRUE(shared.has_value());
    EXPECT_EQ(to_hex(shared->span()), vector.shared_secret);
  }
}

// -- Keys of our own -----------------------------------------------------------------------------

TEST(EllSwift, EncodesThePublicKeyOfTheSecretKey) {
  RandomBytes random(90);
  for (int round = 0; round < 100; ++round) {
    const Secret<32> secret_key = random.key();
    const auto key = ellswift_create(secret_key, random.array<32>());
    ASSERT_TRUE(key.has_value());
    EXPECT_TRUE(std::ranges::equal(key->secret.span(), secret_key.span()));
    EXPECT_EQ(decoded_x_hex(key->ellswift), public_x_hex(secret_key));
  }
}

TEST(EllSwift, EncodesOneKeyInManyWays) {
  RandomBytes random(91);
  const Secret<32> secret_key = random.key();
  std::set<EllSwift64> encodings;
  for (int round = 0; round < 50; ++round) {
    encodings.insert(ellswift_create(secret_key, random.array<32>()).value().ellswift);
  }
  EXPECT_EQ(encodings.size(), 50u);
}

TEST(EllSwift, EncodesTheSameForTheSameEntropy) {
  RandomBytes random(92);
  const Secret<32> secret_key = random.key();
  const auto entropy = random.array<32>();
  EXPECT_EQ(ellswift_create(secret_key, entropy).value().ellswift,
            ellswift_create(secret_key, entropy).value().ellswift);
}

constexpr std::string_view kOrder =
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr std::string_view kOrderMinusOne =
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
constexpr std::string_view kAllOnes =
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

TEST(EllSwift, RefusesSecretKeysOutsideOfTheOrder) {
  RandomBytes random(93);
  const auto entropy = random.array<32>();
  const auto zero = ellswift_create(Secret<32>(), entropy);
  ASSERT_FALSE(zero.has_value());
  EXPECT_EQ(zero.error(), EllSwiftError::kInvalidSecretKey);
  for (const std::string_view key : {kOrder, kAllOnes}) {
    EXPECT_EQ(ellswift_create(secret_of(key), entropy).error(), EllSwiftError::kInvalidSecretKey);
  }
  EXPECT_TRUE(ellswift_create(secret_of(kOrderMinusOne), entropy).has_value());
}

TEST(EllSwift, RefusesAnExchangeWithAKeyThatIsZeroModuloTheOrder) {
  RandomBytes random(94);
  const std::string zero(64, '0');
  for (const std::string_view key : {std::string_view(zero), kOrder}) {
    const EphemeralKey ours{.secret = secret_of(key), .ellswift = random.array<64>()};
    const auto shared = ellswift_shared_secret(ours, random.array<64>(), Initiating::kYes);
    ASSERT_FALSE(shared.has_value());
    EXPECT_EQ(shared.error(), EllSwiftError::kInvalidSecretKey);
  }
}

TEST(EllSwift, GivesBothSidesTheSameSecret) {
  SeededEntropy entropy(95);
  for (int round = 0; round < 50; ++round) {
    const EphemeralKey a = ellswift_generate(entropy).value();
    const EphemeralKey b = ellswift_generate(entropy).value();
    const auto of_a = ellswift_shared_secret(a, b.ellswift, Initiating::kYes).value();
    const auto of_b = ellswift_shared_secret(b, a.ellswift, Initiating::kNo).value();
    EXPECT_EQ(to_hex(of_a.span()), to_hex(of_b.span()));
  }
}

TEST(EllSwift, GivesAnotherSecretWhenTheRolesAreSwapped) {
  SeededEntropy entropy(96);
  const EphemeralKey a = ellswift_generate(entropy).value();
  const EphemeralKey b = ellswift_generate(entropy).value();
  EXPECT_NE(to_hex(ellswift_shared_secret(a, b.ellswift, Initiating::kYes).value().span()),
            to_hex(ellswift_shared_secret(a, b.ellswift, Initiating::kNo).value().span()));
}

TEST(EllSwift, TakesEverySixtyFourBytesAsAKey) {
  RandomBytes random(97);
  SeededEntropy entropy(97);
  const EphemeralKey ours = ellswift_generate(entropy).value();
  std::vector<EllSwift64> theirs(200);
  for (EllSwift64& encoding : theirs) random.fill(encoding);
  theirs[0].fill(0x00);
  theirs[1].fill(0xff);
  for (const EllSwift64& encoding : theirs) {
    EXPECT_TRUE(ellswift_shared_secret(ours, encoding, Initiating::kYes).has_value());
  }
}

// -- Entropy -------------------------------------------------------------------------------------

// Gives a stated number of fills, each of one byte repeated, then fails.
class FailingEntropy final : public Entropy {
 public:
  FailingEntropy(int fills, std::uint8_t byte) : fills_(fills), byte_(byte) {}
  std::expected<void, EntropyFailure> fill(ByteSpan out) override {
    if (fills_-- <= 0) return std::unexpected(EntropyFailure{});
    std::ranges::fill(out, byte_);
    return {};
  }

 private:
  int fills_;
  std::uint8_t byte_;
};

TEST(EllSwift, GivesNoKeyWhereTheEntropyFails) {
  for (int fills = 0; fills < 2; ++fills) {
    FailingEntropy entropy(fills, 0x11);
    EXPECT_FALSE(ellswift_generate(entropy).has_value()) << fills;
  }
  FailingEntropy enough(2, 0x11);
  EXPECT_TRUE(ellswift_generate(enough).has_value());
}

TEST(EllSwift, GivesNoKeyWhereTheEntropyIsStuck) {
  for (const std::uint8_t byte : {std::uint8_t{0x00}, std::uint8_t{0xff}}) {
    FailingEntropy stuck(1000, byte);
    EXPECT_FALSE(ellswift_generate(stuck).has_value());
  }
}

TEST(EllSwift, GivesAnotherKeyEachTime) {
  SeededEntropy entropy(98);
  std::set<EllSwift64> encodings;
  std::set<std::string> secrets;
  for (int round = 0; round < 50; ++round) {
    const EphemeralKey key = ellswift_generate(entropy).value();
    encodings.insert(key.ellswift);
    secrets.insert(to_hex(key.secret.span()));
  }
  EXPECT_EQ(encodings.size(), 50u);
  EXPECT_EQ(secrets.size(), 50u);
}

}  // namespace
}  // namespace veilwire::crypto
