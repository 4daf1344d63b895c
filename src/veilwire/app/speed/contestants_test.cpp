// The contestants check their own work and throw where it comes out wrong: here each runs a few
// rounds, so that state which is carried from round to round is exercised.
#include <gtest/gtest.h>

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
