// The networks, with every figure that tells one from another (Bitcoin Core, kernel/chainparams.cpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/base/time.h"
#include "veilwire/protocol/height.h"
#include "veilwire/protocol/magic.h"

namespace veilwire::protocol {

// The header of the block at height 0, which has no previous one, and what it hashes to.
struct Genesis {
  std::int32_t version = 0;
  Hash256 merkle_root{};
  UnixTime time{};
  // The target in its compact form; the easiest that the network ever allows.
  std::uint32_t bits = 0;
  std::uint32_t nonce = 0;
  Hash256 hash{};
};

// From which height on a rule holds.
struct RuleHeights {
  Height bip34{};   // the coinbase names the height
  Height bip65{};   // OP_CHECKLOCKTIMEVERIFY
  Height bip66{};   // strict DER signatures
  Height csv{};     // BIP 68, 112, 113
  Height segwit{};  // BIP 141, 143, 147
};

struct BlockAt {
  Height height{};
  Hash256 block{};
};

// A block that keeps fewer script rules than all others, and is valid: only those that are named.
struct ScriptFlagException {
  Hash256 block{};
  bool p2sh = false;
  bool witness = false;
};

// The leading bytes of base58 addresses, and the prefix of bech32 ones.
struct AddressVersions {
  std::uint8_t pubkey_hash = 0;
  std::uint8_t script_hash = 0;
  std::string_view bech32_hrp{};
};

// A set of unspent outputs that may be loaded instead of reckoned.
struct AssumeUtxo {
  Height height{};
  Hash256 txoutset_hash{};
  std::uint64_t chain_tx_count = 0;  // transactions up to and with that block
  Hash256 block{};
};

// What an estimate of the progress starts from.
struct ChainTxData {
  UnixTime time{};
  std::uint64_t tx_count = 0;
  double tx_per_second = 0;
};

// Of header sync without memory for headers of too little work: one bit kept for each period, and
// so many headers held back when they are fetched again.
struct HeadersPresync {
  std::uint32_t commitment_period = 0;
  std::uint32_t redownload_buffer = 0;
};

// Coinbases that stand in the chain twice (BIP 30): only on main.
struct RepeatedCoinbases {
  std::span<const BlockAt> allowed{};      // blocks that repeat one
  std::span<const BlockAt> overwritten{};  // and whose outputs they took away
  // From this height on one can be repeated again, since early coinbases name such heights; 0 where
  // that does not matter.
  Height checked_again_from_height{};
};

struct Network {
  std::string_view name{};  // "main", "testnet3", "testnet4", "signet", "regtest"
  Magic magic{};
  std::uint16_t default_port = 0;
  Genesis genesis{};

  Hash256 pow_limit{};  // the greatest target, as a number
  std::chrono::seconds retarget{};
  std::chrono::seconds spacing{};      // of blocks
  bool min_difficulty_blocks = false;  // a block 20 minutes late may be the easiest
  bool bip94 = false;                  // testnet4's remedies
  bool no_retargeting = false;
  std::uint32_t halving_interval = 0;  // blocks

  RuleHeights heights{};
  std::optional<Hash256> bip34_hash{};  // of the block at heights.bip34
  std::span<const ScriptFlagException> script_flag_exceptions{};
  RepeatedCoinbases bip30{};

  std::optional<Hash256> minimum_chain_work{};  // as a number
  std::optional<BlockAt> assume_valid{};
  Height prune_after_height{};
  std::span<const std::string_view> dns_seeds{};
  AddressVersions address_versions{};
  std::span<const AssumeUtxo> assume_utxo{};
  ChainTxData chain_tx_data{};
  HeadersPresync headers_presync{};
  ByteView signet_challenge{};  // BIP 325; empty elsewhere

  // The blocks from one change of difficulty to the next.
  constexpr std::uint32_t retarget_blocks() const {
    return static_cast<std::uint32_t>(retarget / spacing);
  }
};

// All of them, main first. They live as long as the program, with all that they point to.
std::span<const Network> networks();
// Null where there is none.
const Network* network_from_name(std::string_view name);
const Network* network_from_magic(const Magic& magic);

// The signet of another challenge script (BIP 325), whose magic follows from it
// (transport::signet_magic()): its genesis block and its rules are the default signet's, what was
// learned of the default signet's blocks is left out. The script must outlive it.
Network custom_signet(const Magic& magic, ByteView challenge);

}  // namespace veilwire::protocol
