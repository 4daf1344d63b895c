// A block while it is made, and made wrong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wallet.h"

namespace veilwire::oracle {

// One input's coin: of the chain, or of an earlier transaction of the block.
struct SpentCoin {
  OutputDraft output;
  Lock lock;
  struct Here {
    std::size_t maker;  // Making::id
    std::uint32_t index;
  };
  std::optional<Here> here{};
};

// One transaction with what it spends.
struct Making {
  std::size_t id = 0;  // transactions are made in the order of these, wherever they stand
  TransactionDraft draft;
  std::vector<SpentCoin> spent;
  // Signed, or not to be signed: what was done to it stays.
  bool is_finished = false;
};

enum class Commit : std::uint8_t { kMostly, kAlways, kNever };

// Which parts of the outer structure follow from what is inside, as they should.
struct Repairs {
  bool money = true;                    // the coinbase takes subsidy and fees
  Commit commitment = Commit::kMostly;  // to the witnesses
  bool root = true;
  bool links = true;  // what spends a changed transaction is signed again
};

class Workpiece {
 public:
  // Valid as a whole, though many of the scripts in it may not be.
  Workpiece(const FundedChain& funded, Dice& dice);

  const FundedChain& funded() const { return funded_; }
  const Chain& chain() const { return funded_.chain(); }
  Dice& dice() { return dice_; }

  wire::BlockHeader header;
  std::vector<Making> all;  // the coinbase first
  Repairs repairs;
  std::int64_t coinbase_extra = 0;  // beyond what it may take

  TransactionDraft& coinbase() { return all[0].draft; }
  // Whether there is what most mutations change: a coinbase with an input and an output, and more.
  bool is_whole() const;
  // One that is not the coinbase. REQUIRES: is_whole(), as of all that follow.
  Making& some_transaction();
  // One that spends the outputs of interest, not the one that makes them.
  Making& some_spender();
  // A coin of the chain that was not taken yet, anybody may spend and is mature.
  OwnCoin take_plain_coin();
  // Any that was not taken yet.
  OwnCoin take_coin();
  // One more transaction at the end, which spends this.
  Making& add_spender(const OwnCoin& coin);
  Making& add_spender(std::size_t maker, std::uint32_t index);
  std::size_t new_id() { return next_id_++; }

  // Links and signs what is not finished.
  void sign();
  // Signs again what comes after one that was changed, so far as that is to be repaired.
  void sign_dependants(const Making& changed);
  // Money, commitment, root.
  void finish();
  void set_root() { header.merkle_root = root(); }
  Bytes bytes() const;

 private:
  void plan_transactions();
  void plan_spender(Making& maker);
  void plan_input(Making& spender, Making& maker);
  const OwnCoin& choose_coin(bool (*fits)(const OwnCoin&, const Chain&));
  Lock lock_of(const SpentCoin::Here& here) const;
  void link(Making& making);
  std::int64_t fees() const;
  bool commits();
  Hash256 root() const;
  consensus::testing::BlockDraft block_draft() const;

  const FundedChain& funded_;
  Dice& dice_;
  std::size_t next_id_ = 0;
  std::vector<wire::Outpoint> taken_;
};

}  // namespace veilwire::oracle
