#include "large_block.h"

#include "veilwire/consensus/limits.h"
#include "veilwire/consensus/testing/drafts.h"
#include "veilwire/consensus/testing/signed_spends.h"
#include "veilwire/protocol/network.h"

namespace veilwire::bench {
namespace {

using namespace veilwire::consensus;
using namespace veilwire::consensus::testing;

constexpr std::int64_t kCoinValue = 50'000;
constexpr std::int64_t kPayment = 49'000;

class Maker {
 public:
  Maker()
      : previous_(network_.genesis.hash),
        time_(network_.genesis.time),
        height_(protocol::Height::of(0)) {}

  // One with a coinbase alone, whose transaction it returns.
  TransactionDraft mine_empty(LargeBlock& out) {
    out.chain.push_back(mine({}));
    return coinbase_;
  }

  Bytes mine(std::vector<TransactionDraft> others) {
    height_ = height_.next();
    time_ += std::chrono::minutes(1);
    coinbase_ = consensus::testing::coinbase(height_, subsidy(network_, height_));
    BlockDraft block;
    block.transactions = {coinbase_};
    const bool has_witness = !others.empty() && !others[0].inputs[0].witness.empty();
    for (TransactionDraft& other : others) block.transactions.push_back(std::move(other));
    if (has_witness) block.commit();
    block.header = {.version = 0x2000'0000,
                    .previous = previous_,
                    .merkle_root = {},
                    .time = time_,
                    .bits = network_.genesis.bits,
                    .nonce = 0};
    block.set_root();
    block.mine();
    previous_ = block.header.hash();
    return block.bytes();
  }

 private:
  const protocol::Network& network_ = *protocol::network_from_name("regtest");
  Hash256 previous_;
  UnixTime time_;
  protocol::Height height_;
  TransactionDraft coinbase_;
};

// Signs both inputs, with a key of its own for each.
void sign(TransactionDraft& draft, LargeBlock& out, const Signer& first, const Signer& second) {
  for (InputDraft& input : draft.inputs) input.witness = {Bytes{1}};
  const Bytes bytes = draft.bytes();
  wire::Reader reader(bytes);
  const auto transaction = wire::Transaction::read(reader);
  const Bytes scripts[] = {p2wpkh_of(first.public_key()), p2wpkh_of(second.public_key())};
  const Spending spending(transaction, {{kCoinValue, scripts[0]}, {kCoinValue, scripts[1]}},
                          nullptr);
  for (std::size_t i = 0; i < 2; ++i) {
    const Signer& signer = i == 0 ? first : second;
    const Bytes key = signer.public_key();
    ScriptWork work;
    SingleOutputHash single;
    const Hash256 digest =
        segwit_signature_hash(spending, i, p2pkh_of(key), kSighashAll, single, work);
    const Bytes signature = signer.ecdsa(digest);
    draft.inputs[i].witness = {with_type(signature, kSighashAll), key};
    out.signatures.push_back({key, signature, digest});
  }
}

}  // namespace

LargeBlock make_large_block(std::size_t inputs) {
  LargeBlock out;
  Maker maker;
  const TransactionDraft oldest = maker.mine_empty(out);
  for (std::uint32_t i = 0; i < kCoinbaseMaturity; ++i) maker.mine_empty(out);

  std::vector<Hash256> secrets;
  TransactionDraft split{.inputs = {{.previous = oldest.outpoint(0)}}};
  for (std::size_t i = 0; i < inputs; ++i) {
    secrets.push_back(crypto::sha256d(
        Bytes{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8), 0x24}));
    split.outputs.push_back({kCoinValue, p2wpkh_of(Signer(secrets.back()).public_key())});
  }
  const Hash256 txid = split.txid();
  out.chain.push_back(maker.mine({std::move(split)}));

  std::vector<TransactionDraft> spends;
  for (std::uint32_t i = 0; i < inputs; i += 2) {
    TransactionDraft draft = spend({{txid, i}, {txid, i + 1}}, kPayment);
    const Signer first(secrets[i]);
    const Signer second(secrets[i + 1]);
    draft.outputs = {{kPayment, p2wpkh_of(first.public_key())},
                     {kPayment, p2wpkh_of(second.public_key())}};
    sign(draft, out, first, second);
    spends.push_back(std::move(draft));
  }
  out.block = maker.mine(std::move(spends));
  return out;
}

}  // namespace veilwire::bench
