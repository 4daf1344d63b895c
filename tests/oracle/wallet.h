// The coins that are ours: a chain of many of them, and what opens each.
#pragma once

#include <vector>

#include "chain.h"
#include "lock.h"

namespace veilwire::oracle {

struct OwnCoin {
  wire::Outpoint outpoint;
  OutputDraft output;
  Lock lock;
  protocol::Height height{};
  consensus::CoinOrigin origin = consensus::CoinOrigin::kTransaction;
};

Era era_of(const Instance& instance);

// A chain up to the instance's height, and what is unspent in it.
class FundedChain {
 public:
  FundedChain(const Instance& instance, Dice& dice);

  const Chain& chain() const { return chain_; }
  const std::vector<OwnCoin>& coins() const { return coins_; }
  // A coinbase of the chain whose outputs are all unspent.
  const TransactionDraft& unspent_coinbase(Dice& dice) const;

 private:
  void add_block(Dice& dice);
  TransactionDraft make_coinbase(Dice& dice) const;
  TransactionDraft split_oldest_coinbase(Dice& dice);
  void own(const TransactionDraft& transaction, std::vector<Lock> locks,
           consensus::CoinOrigin origin);

  Chain chain_;
  std::vector<OwnCoin> coins_;
  std::vector<TransactionDraft> coinbases_;
};

}  // namespace veilwire::oracle
