#include "veilwire/consensus/signet.h"

#include <gtest/gtest.h>

#include "veilwire/base/hex.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/consensus/testing/regtest_tip.h"
#include "veilwire/consensus/testing/signed_spends.h"

namespace veilwire::consensus {
namespace {

using testing::BlockDraft;
using testing::TransactionDraft;

// Blocks 1 and 10 of the default signet.
constexpr std::string_view kBlock1 =
    "00000020f61eee3b63a380a477a063af32b2bbc97c9ff9f01f2c4225e973988108000000f575c83235984e7d"
    "c4afc1f30944c170462e84437ab6f2d52e16878a79e4678bd1914d5fae77031eccf407000101000000000101"
    "0000000000000000000000000000000000000000000000000000000000000000ffffffff025151feffffff02"
    "00f2052a010000001600149243f727dd5343293eb83174324019ec16c2630f0000000000000000776a24aa21"
    "a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf94c4fecc7daa249004730"
    "4402205e423a8754336ca99dbe16509b877ef1bf98d008836c725005b3c787c41ebe46022047246e4467ad7c"
    "c7f1ad98662afcaf14c115e0095a227c7b05c5182591c23e7e01000120000000000000000000000000000000"
    "000000000000000000000000000000000000000000";
constexpr std::string_view kBlock10 =
    "00000020a868e8514be5e46dabd6a122132f423f36a43b716a40c394e2a8d063e1010000f4c6c717e99d800c"
    "699c25a2006a75a0c5c09f432a936f385e6fce139cdbd1a5e9964d5fae77031e7d026e000101000000000101"
    "0000000000000000000000000000000000000000000000000000000000000000ffffffff025a51feffffff02"
    "00f2052a01000000160014aaa671c82b138e3b8f510cd801e5f2bd0aa305940000000000000000776a24aa21"
    "a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf94c4fecc7daa249004730"
    "44022042309f4c3c7a1a2ac8c24f890f962df1c0086cec10be0868087cfc427520cb2702201dafee8911c269"
    "b7e786e242045bb57cef3f5b0f177010c6159abae42f646cc501000120000000000000000000000000000000"
    "000000000000000000000000000000000000000000";

const protocol::Network& signet() { return *protocol::network_from_name("signet"); }

std::shared_ptr<const ParsedBlock> parsed(std::string_view hex) {
  return ParsedBlock::parse(from_hex(hex).value()).value();
}
std::shared_ptr<const ParsedBlock> parsed(BlockDraft draft) {
  draft.set_root();
  return ParsedBlock::parse(draft.bytes()).value();
}

BlockDraft draft_of(std::string_view hex) { return BlockDraft::of(parsed(hex)->block()); }

// The commitment with so many bytes behind its hash, where a solution would be.
BlockDraft with_solution(const Bytes& push) {
  BlockDraft draft = testing::RegtestTip().next();
  draft.commit();
  Bytes& script = draft.transactions[0].outputs.back().script;
  script.insert(script.end(), push.begin(), push.end());
  return draft;
}

TEST(Signet, AcceptsBlocksThatAreSigned) {
  EXPECT_TRUE(has_signet_solution(*parsed(kBlock1), signet().signet_challenge));
  EXPECT_TRUE(has_signet_solution(*parsed(kBlock10), signet().signet_challenge));
}

TEST(Signet, RefusesThemUnderAnotherChallenge) {
  Bytes two_of_two(signet().signet_challenge.begin(), signet().signet_challenge.end());
  two_of_two[0] = kOp2;
  EXPECT_FALSE(has_signet_solution(*parsed(kBlock1), two_of_two));
}

TEST(Signet, SignsVersionPreviousBlockTransactionsAndTime) {
  const auto is_signed = [](const auto& change) {
    BlockDraft draft = draft_of(kBlock1);
    change(draft);
    return has_signet_solution(*parsed(draft), signet().signet_challenge);
  };
  EXPECT_TRUE(is_signed([](BlockDraft&) {}));
  EXPECT_FALSE(is_signed([](BlockDraft& draft) { ++draft.header.version; }));
  EXPECT_FALSE(is_signed([](BlockDraft& draft) { draft.header.previous[3] ^= 1; }));
  EXPECT_FALSE(is_signed([](BlockDraft& draft) { draft.header.time += std::chrono::seconds(1); }));
  EXPECT_FALSE(is_signed([](BlockDraft& draft) { --draft.transactions[0].outputs[0].value; }));
  EXPECT_FALSE(is_signed([](BlockDraft& draft) { draft.transactions[0].lock_time = 1; }));
  // What makes up the work is not signed, or nobody could sign before it is done.
  EXPECT_TRUE(is_signed([](BlockDraft& draft) { ++draft.header.nonce; }));
  EXPECT_TRUE(is_signed([](BlockDraft& draft) { ++draft.header.bits; }));
}

TEST(Signet, WantsACommitmentEvenForAChallengeThatAsksForNothing) {
  const Bytes nothing{kOp1};
  BlockDraft draft = testing::RegtestTip().next();
  EXPECT_FALSE(has_signet_solution(*parsed(draft), nothing));
  draft.commit();
  EXPECT_TRUE(has_signet_solution(*parsed(draft), nothing));
  EXPECT_FALSE(has_signet_solution(*parsed(draft), signet().signet_challenge));
}

TEST(Signet, ReadsASolutionToItsEnd) {
  const Bytes asks_for_one{kOp1, kOpEqual};
  // The mark, an input script of one byte, no witness.
  EXPECT_TRUE(has_signet_solution(
      *parsed(with_solution({0x07, 0xec, 0xc7, 0xda, 0xa2, 0x01, kOp1, 0x00})), asks_for_one));
  // A byte too many, one too few, a witness without its items.
  EXPECT_FALSE(has_signet_solution(
      *parsed(with_solution({0x08, 0xec, 0xc7, 0xda, 0xa2, 0x01, kOp1, 0x00, 0x00})),
      asks_for_one));
  EXPECT_FALSE(has_signet_solution(
      *parsed(with_solution({0x06, 0xec, 0xc7, 0xda, 0xa2, 0x01, kOp1})), asks_for_one));
  EXPECT_FALSE(has_signet_solution(
      *parsed(with_solution({0x07, 0xec, 0xc7, 0xda, 0xa2, 0x01, kOp1, 0x09})), asks_for_one));
}

TEST(Signet, TakesNoMarkAloneForASolution) {
  const Bytes asks_for_one{kOp1, kOpEqual};
  EXPECT_TRUE(
      has_signet_solution(*parsed(with_solution({0x04, 0xec, 0xc7, 0xda, 0xa2,  //
                                                 0x07, 0xec, 0xc7, 0xda, 0xa2, 0x01, kOp1, 0x00})),
                          asks_for_one));
}

TEST(Signet, ReadsEachItemOfASolutionsWitness) {
  const Bytes script = testing::script_of("2DROP 2DROP");
  const Bytes challenge = testing::p2wsh_of(script);
  // An empty input script, then five items: 1, three that are empty, one of a byte, and the script.
  const Bytes push{0x10, 0xec, 0xc7, 0xda, 0xa2, 0x00, 0x06,     0x01,    0x01,
                   0x00, 0x00, 0x00, 0x01, 0x07, 0x02, kOp2Drop, kOp2Drop};
  EXPECT_TRUE(has_signet_solution(*parsed(with_solution(push)), challenge));
  EXPECT_FALSE(has_signet_solution(*parsed(with_solution(push)), testing::p2wsh_of(challenge)));
}

TEST(Signet, MayHaveAWitnessOfEmptyItems) {
  const Bytes challenge = testing::p2wsh_of(testing::script_of("2DROP 2DROP 1"));
  const Bytes push{0x0e, 0xec, 0xc7, 0xda, 0xa2,     0x00,     0x05, 0x00,
                   0x00, 0x00, 0x00, 0x03, kOp2Drop, kOp2Drop, kOp1};
  EXPECT_TRUE(has_signet_solution(*parsed(with_solution(push)), challenge));
}

// What BIP 325 has signed: a transaction that spends the challenge, with the block in its input.
Bytes spend_of_challenge(const BlockDraft& without_solution, const Bytes& challenge) {
  Bytes data;
  wire::Writer writer(data);
  writer.i32(without_solution.header.version);
  writer.bytes(without_solution.header.previous);
  writer.bytes(without_solution.transactions[0].txid());  // the root, of a coinbase alone
  writer.unix_time32(without_solution.header.time);
  TransactionDraft block{.version = 0, .outputs = {{.value = 0, .script = challenge}}};
  block.inputs.push_back({.script = {kOp0}, .sequence = 0});
  testing::append_push(block.inputs[0].script, data);
  TransactionDraft spender{.version = 0, .outputs = {{.value = 0, .script = {kOpReturn}}}};
  spender.inputs.push_back({.previous = block.outpoint(0), .sequence = 0, .witness = {Bytes{1}}});
  return spender.bytes();
}

TEST(Signet, MayBeSignedByAWitnessWhichCommitsToNoMoney) {
  const testing::Signer signer(1);
  const Bytes key = signer.public_key();
  const Bytes challenge = testing::p2wpkh_of(key);
  const Bytes mark{0xec, 0xc7, 0xda, 0xa2};
  const auto solved_for = [&](std::int64_t amount) {
    const auto spending =
        testing::spending_of(spend_of_challenge(with_solution(testing::push_of(mark)), challenge),
                             {{.script = challenge, .value = amount}});
    ScriptWork work;
    SingleOutputHash single;
    const Hash256 digest =
        segwit_signature_hash(*spending, 0, testing::p2pkh_of(key), kSighashAll, single, work);
    const Bytes signature = testing::with_type(signer.ecdsa(digest), kSighashAll);
    Bytes solution = mark;
    solution.insert(solution.end(), {0, 2, static_cast<std::uint8_t>(signature.size())});
    testing::append(solution, signature);
    solution.push_back(static_cast<std::uint8_t>(key.size()));
    testing::append(solution, key);
    return has_signet_solution(*parsed(with_solution(testing::push_of(solution))), challenge);
  };
  EXPECT_TRUE(solved_for(0));
  EXPECT_FALSE(solved_for(1));
}

TEST(Signet, IsAskedForInABlockUnlessItsWorkIsLeftOut) {
  testing::RegtestTip tip;
  tip.network.signet_challenge = signet().signet_challenge;
  auto draft = tip.next();
  draft.commit();
  EXPECT_EQ(tip.verdict_on(draft), "bad-signet-blksig");
  draft.set_root();
  const auto block = ParsedBlock::parse(draft.bytes()).value();
  EXPECT_FALSE(check_without_coins(*block,
                                   BlockContext::of(tip.network, tip.ancestors, draft.header),
                                   {.work = CheckScope::Work::kLeftOut}));
}

}  // namespace
}  // namespace veilwire::consensus
