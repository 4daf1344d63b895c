#include "veilwire/consensus/signet.h"

#include <algorithm>
#include <array>

#include "veilwire/consensus/script/opcode.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/consensus/script/script_reader.h"
#include "veilwire/consensus/script_check.h"
#include "veilwire/crypto/sha256.h"
#include "veilwire/wire/codec.h"

namespace veilwire::consensus {
namespace {

constexpr std::array<std::uint8_t, 4> kSolutionMark = {0xec, 0xc7, 0xda, 0xa2};
constexpr ScriptFlags kSolutionFlags{ScriptFlag::kP2sh, ScriptFlag::kWitness,
                                     ScriptFlag::kDerSignatures, ScriptFlag::kNullDummy};

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void append_push(Bytes& script, ByteView data) {
  append(script, push_head(data.size()).view());
  append(script, data);
}

bool is_solution(ByteView push) {
  return push.size() > kSolutionMark.size() &&
         std::ranges::equal(push.first(kSolutionMark.size()), kSolutionMark);
}

// The output's script without the solution, of which the mark stays, and the solution. Where there
// is none the script is as it was; where there is one all pushes are written in their shortest form,
// and what cannot be read is left out.
struct Separated {
  Bytes script;
  ByteView solution;
};

Separated separate(ByteView script) {
  Separated result;
  bool found = false;
  ScriptReader reader(script);
  for (Instruction instruction; reader.next(instruction);) {
    if (instruction.data.empty()) {
      result.script.push_back(instruction.opcode);
    } else if (!found && is_solution(instruction.data)) {
      found = true;
      append_push(result.script, kSolutionMark);
      result.solution = instruction.data.subspan(kSolutionMark.size());
    } else {
      append_push(result.script, instruction.data);
    }
  }
  if (!found) result.script.assign(script.begin(), script.end());
  return result;
}

// The root with the changed script in the coinbase's output at `place`.
Hash256 root_with(const ParsedBlock& block, std::size_t place, ByteView script) {
  auto coinbase = wire::TransactionParts::of(block.transactions().front());
  coinbase.outputs[place].script = script;
  Bytes bytes;
  wire::Writer writer(bytes);
  coinbase.write_without_witness(writer);
  std::vector<Hash256> row{crypto::sha256d(bytes)};
  for (const wire::TransactionIds& ids : block.ids().subspan(1)) row.push_back(ids.txid);
  return wire::merkle_root(std::move(row)).root;
}

// What the solution spends: a transaction with the block's data in its input, and the challenge.
Hash256 id_of_challenge(const wire::BlockHeader& header, const Hash256& root, ByteView challenge) {
  Bytes data;
  wire::Writer writer(data);
  writer.i32(header.version);
  writer.bytes(header.previous);
  writer.bytes(root);
  writer.unix_time32(header.time);
  Bytes script{kOp0};
  append_push(script, data);

  wire::TransactionParts parts;
  parts.version = 0;
  parts.inputs.push_back({.previous = {{}, 0xffff'ffff}, .script = script, .sequence = 0});
  parts.outputs.push_back({0, challenge});
  return crypto::sha256d(wire::serialize(parts));
}

// The transaction that spends it; nothing where the solution is not an input's script and a witness.
std::optional<Bytes> spender_of(const Hash256& challenge_id, ByteView solution) {
  constexpr std::array<std::uint8_t, 1> kNoMoney = {kOpReturn};
  wire::TransactionParts parts;
  parts.version = 0;
  parts.inputs.push_back({.previous = {challenge_id, 0}, .script = {}, .sequence = 0});
  parts.outputs.push_back({0, kNoMoney});
  parts.witness.emplace_back();
  if (!solution.empty()) {
    wire::Reader reader(solution);
    parts.inputs[0].script = reader.sized_bytes(solution.size());
    const std::size_t items = reader.count(solution.size(), 1);
    for (std::size_t i = 0; i < items; ++i) {
      parts.witness[0].push_back(reader.sized_bytes(solution.size()));
    }
    if (!reader.ok() || reader.left() > 0) return std::nullopt;
  }
  return wire::serialize(parts);
}

}  // namespace

bool has_signet_solution(const ParsedBlock& block, ByteView challenge) {
  const wire::Transaction& coinbase = block.transactions().front();
  const auto place = wire::commitment_output(coinbase);
  if (!place) return false;
  const Separated separated = separate((*std::next(coinbase.outputs().begin(), *place)).script);
  const Hash256 root = root_with(block, *place, separated.script);
  const auto bytes =
      spender_of(id_of_challenge(block.header(), root, challenge), separated.solution);
  if (!bytes) return false;
  const auto spender = wire::parse<wire::Transaction>(*bytes);
  if (!spender) return false;
  const auto spending = std::make_shared<const Spending>(
      *spender, std::vector<wire::Output>{{0, challenge}}, nullptr);
  return ScriptCheck(spending, 0, kSolutionFlags).run() == ScriptError::kOk;
}

}  // namespace veilwire::consensus
