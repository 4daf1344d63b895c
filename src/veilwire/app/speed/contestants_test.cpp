// The contestants check their own work and throw where it comes out wrong: here each runs a few
// rounds, so that state which is carried from round to round is exercised.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "veilwire/app/speed/block_contestants.h"
#include "veilwire/app/speed/cipher_contestants.h"
#include "veilwire/app/speed/connection_memory.h"
#include "veilwire/app/speed/handshake_contestants.h"
#include "veilwire/app/speed/hash_contestants.h"
#include "veilwire/app/speed/script_contestants.h"

namespace veilwire::app {
namespace {

void run_rounds(Contestant& contestant) {
  for (int round = 0; round < 3; ++round) {
    contestant.prepare();
    ASSERT_NO_THROW(contestant.work());
  }
  EXPECT_GT(contestant.operations(), 0u);
}

TEST(Contestants, EveryCipherCaseComesOutRight) {
  for (const CipherCase& what : cipher_cases()) {
    SCOPED_TRACE(testing::Message() << op_name(what.op) << ' ' << what.bytes << " queue "
                                    << what.queue << " connections " << what.connections);
    run_rounds(*our_cipher(what));
    run_rounds(*openssl_cipher(what));
  }
}

TEST(Contestants, SmallRoundsAreWholeRekeyPeriods) {
  for (const CipherCase& what : cipher_cases()) {
    if (what.bytes > 1000 || what.connections > 1) continue;
    EXPECT_EQ(our_cipher(what)->operations() % 224, 0u) << what.bytes;
    EXPECT_EQ(openssl_cipher(what)->operations() % 224, 0u) << what.bytes;
  }
}

TEST(Contestants, EveryHashCaseComesOutRight) {
  for (const HashCase& what : hash_cases()) {
    SCOPED_TRACE(testing::Message() << what.inputs << " of " << what.bytes);
    const auto ours = our_hashes(what);
    EXPECT_EQ(ours->operations() % what.inputs, 0u);
    run_rounds(*ours);
    run_rounds(*openssl_hashes(what));
  }
}

TEST(Contestants, EveryHandshakeRoleComesOutRight) {
  for (const HandshakeRole role : kHandshakeRoles) {
    SCOPED_TRACE(role_name(role));
    run_rounds(*our_handshake(role));
    run_rounds(*bare_handshake(role));
  }
}

TEST(Contestants, EveryScriptKindComesOutRight) {
  for (const ScriptKind kind : kScriptKinds) {
    SCOPED_TRACE(script_kind_name(kind));
    run_rounds(*our_script_check(kind));
    run_rounds(*bare_script_check(kind));
  }
}

constexpr std::size_t kFewInputs = 64;

std::shared_ptr<MeasuredBlock> small_block() {
  return std::make_shared<MeasuredBlock>(make_measured_block(kFewInputs));
}

std::string complaint_about(const std::shared_ptr<const MeasuredBlock>& block,
                            std::size_t threads) {
  try {
    our_block_check(block, threads);
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
  return {};
}

TEST(Contestants, BlockIsValidOnEachNumberOfThreads) {
  const auto block = small_block();
  EXPECT_EQ(block->inputs(), kFewInputs);
  for (const std::size_t threads : kBlockThreads) {
    SCOPED_TRACE(threads);
    const auto ours = our_block_check(block, threads);
    const auto bare = bare_block_check(block, threads);
    EXPECT_EQ(ours->operations(), kFewInputs);
    EXPECT_EQ(bare->operations(), kFewInputs);
    run_rounds(*ours);
    run_rounds(*bare);
  }
}

// One bit of the last signature, which its txid does not commit to: the commitment notices.
TEST(Contestants, BlockThatIsChangedIsNotMeasured) {
  const auto block = small_block();
  block->bytes[block->bytes.size() - 60] ^= 1;
  for (const std::size_t threads : kBlockThreads) {
    EXPECT_EQ(complaint_about(block, threads),
              "the block to be measured is refused: bad-witness-merkle-match");
  }
}

// The scripts do run: a coin with another key's script is one that its signature does not open.
TEST(Contestants, BlockOfWhichAScriptFailsIsNotMeasured) {
  const auto block = small_block();
  auto coins = std::make_shared<consensus::OutsideCoins>();
  for (std::size_t i = 0; i < kFewInputs; ++i) {
    coins->add(*block->coins->at(i == kFewInputs - 1 ? 0 : i));
  }
  block->coins = coins;
  for (const std::size_t threads : kBlockThreads) {
    const std::string complaint = complaint_about(block, threads);
    EXPECT_NE(complaint.find("the block to be measured is refused: "), std::string::npos);
    EXPECT_NE(complaint.find("block-script-verify-flag-failed"), std::string::npos) << complaint;
  }
}

TEST(Contestants, BlockThatCannotBeReadIsNotMeasured) {
  const auto block = small_block();
  block->bytes.pop_back();
  EXPECT_EQ(complaint_about(block, 1), "the block to be measured cannot be read");
}

// On two threads whoever comes to it.
TEST(Contestants, BareSignatureThatIsRefusedIsNotMeasured) {
  for (const std::size_t threads : kBlockThreads) {
    for (const std::size_t bad : {std::size_t{0}, kFewInputs / 2, kFewInputs - 1}) {
      const auto block = small_block();
      block->signatures[bad].digest[0] ^= 1;
      EXPECT_THROW(bare_block_check(block, threads)->work(), std::runtime_error);
    }
  }
}

TEST(ConnectionMemory, IdleTakesLessThanBusyAndBothAreCounted) {
  const auto idle = measure_connection_memory(ConnectionState::kIdle);
  const auto busy = measure_connection_memory(ConnectionState::kBusy);
  const auto handshaking = measure_connection_memory(ConnectionState::kHandshaking);
  EXPECT_GT(idle.told_bytes, 0u);
  EXPECT_LT(idle.told_bytes, busy.told_bytes);
  EXPECT_GT(handshaking.told_bytes, 4095u);
  if (idle.heap_bytes && busy.heap_bytes) {
    EXPECT_LT(*idle.heap_bytes, *busy.heap_bytes);
  }
}

}  // namespace
}  // namespace veilwire::app
