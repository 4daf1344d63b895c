// Header, Merkle tree, commitment, and how the whole is written.
#include <algorithm>

#include "mutation.h"
#include "veilwire/consensus/limits.h"

namespace veilwire::oracle {
namespace {

using namespace consensus;  // the limits
using std::chrono::seconds;

void time_at_the_edge(Workpiece& work) {
  const Chain& chain = work.chain();
  const UnixTime median = chain.median_time();
  const UnixTime latest = chain.now() + kMaxFutureBlockTime;
  const UnixTime tip = chain.tip().time;
  const UnixTime warp = tip - kMaxTimewarp;
  if (chain.network().bip94 && work.dice().one_in(2)) {
    work.header.time =
        work.dice().pick<UnixTime>({warp, warp, warp - seconds(1), warp + seconds(1)});
    return;
  }
  work.header.time = work.dice().pick<UnixTime>(
      {median, median + seconds(1), median - seconds(1), latest, latest + seconds(1), warp,
       warp - seconds(1), tip, from_unix_seconds(0), from_unix_seconds(0xffff'ffff),
       tip + seconds(1201)});
}

// Never with the highest bit: nodes of this kind read a longer header then.
void version(Workpiece& work) {
  work.header.version =
      work.dice().pick<std::int32_t>({0, 1, 2, 3, 4, 5, 0x2000'0000, 0x3fff'ffff, 0x7fff'ffff});
}

void bits(Workpiece& work) {
  work.header.bits = work.dice().pick<std::uint32_t>(
      {0x207f'fffe, 0x2100'ffff, 0x1d00'ffff, 0, 0x20ff'ffff, 0x2080'0000, 0xffff'ffff});
}

void root(Workpiece& work) {
  work.repairs.root = false;
  work.header.merkle_root[work.dice().below(32)] ^= 1;
}

// The end of the list again, where that leaves the root as it is (CVE-2012-2459), and elsewhere.
void end_repeated(Workpiece& work) {
  const std::size_t size = work.all.size();
  const std::size_t count = std::min(size, work.dice().pick<std::size_t>({1, 1, 2, 2, 4, 3}));
  const auto end = work.all.begin() + static_cast<std::ptrdiff_t>(size - count);
  const std::vector<Making> repeated(end, work.all.end());
  work.all.insert(work.all.end(), repeated.begin(), repeated.end());
}

void repeated_inside(Workpiece& work) {
  const std::size_t place = work.dice().below(work.all.size());
  const Making making = work.all[place];
  work.all.insert(work.all.begin() + static_cast<std::ptrdiff_t>(place), making);
}

// What remains is of another tree.
void one_left_out(Workpiece& work) {
  if (work.all.size() < 2) return;
  work.all.erase(work.all.begin() + 1 +
                 static_cast<std::ptrdiff_t>(work.dice().below(work.all.size() - 1)));
}

void nothing_inside(Workpiece& work) {
  work.all.clear();
  if (work.dice().one_in(2)) work.header.merkle_root = {};
}

bool is_commitment(const OutputDraft& output) {
  return output.script.size() >= 38 && output.script[0] == kOpReturn && output.script[1] == 0x24;
}

// After the commitment was made, or instead of it. The root follows, so that it is all that is wrong.
void commitment(Workpiece& work) {
  Dice& dice = work.dice();
  auto& outputs = work.coinbase().outputs;
  const auto made = std::ranges::find_if(outputs, is_commitment);
  if (made == outputs.end() || dice.one_in(5)) {
    OutputDraft other{.value = 0, .script = {kOpReturn, 0x24, 0xaa, 0x21, 0xa9, 0xed}};
    other.script.resize(dice.pick<std::size_t>({37, 38, 39}), dice.byte());
    outputs.insert(dice.one_in(2) ? outputs.begin() : outputs.end(), other);
  } else {
    const std::size_t turn = dice.below(4);
    if (turn == 0) outputs.erase(made);
    if (turn == 1) made->script[dice.below(made->script.size())] ^= 1;
    if (turn == 2) made->script.push_back(dice.byte());
    if (turn == 3) made->script.pop_back();
  }
  work.set_root();
}

void reserved_value(Workpiece& work) {
  Dice& dice = work.dice();
  if (work.coinbase().inputs.empty()) return;
  work.coinbase().inputs[0].witness = dice.pick<std::vector<Bytes>>(
      {{}, {Bytes(31, 0)}, {Bytes(33, 0)}, {Bytes(32, 1)}, {Bytes(32, 0), {}}, {{}}});
}

constexpr Mutation kTable[] = {
    {"header: time", 12, Phase::kFinished, time_at_the_edge},
    {"header: version", 6, Phase::kFinished, version},
    {"header: bits", 3, Phase::kFinished, bits},
    {"header: root", 1, Phase::kFinished, root},
    {"list: its end repeated", 6, Phase::kFinished, end_repeated},
    {"list: one repeated", 3, Phase::kSigned, repeated_inside},
    {"list: one left out", 1, Phase::kFinished, one_left_out},
    {"list: empty", 1, Phase::kFinished, nothing_inside},
    {"commitment", 10, Phase::kFinished, commitment},
    {"commitment: reserved value", 5, Phase::kFinished, reserved_value},
};

// -- The bytes ------------------------------------------------------------------------------------

Bytes bit_flipped(const Workpiece& work, Dice& dice) {
  Bytes bytes = work.bytes();
  // Not in the version, whose highest bit is never set.
  const std::size_t place = 4 + dice.below(bytes.size() - 4);
  bytes[place] ^= static_cast<std::uint8_t>(1u << dice.below(8));
  return bytes;
}
Bytes cut(const Workpiece& work, Dice& dice) {
  Bytes bytes = work.bytes();
  bytes.resize(dice.one_in(2) ? dice.below(bytes.size()) : bytes.size() - 1 - dice.below(4));
  return bytes;
}
Bytes longer(const Workpiece& work, Dice& dice) {
  Bytes bytes = work.bytes();
  const Bytes more = dice.bytes(1 + dice.below(100));
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

// A number that could be written shorter.
void long_compact_size(wire::Writer& writer, std::uint64_t value, Dice& dice) {
  switch (dice.below(3)) {
    case 0:
      writer.u8(0xfd);
      return writer.u16(static_cast<std::uint16_t>(value));
    case 1:
      writer.u8(0xfe);
      return writer.u32(static_cast<std::uint32_t>(value));
    default:
      writer.u8(0xff);
      return writer.u64(value);
  }
}

Bytes with_transactions(const Workpiece& work, const std::vector<Bytes>& transactions) {
  Bytes bytes;
  wire::Writer writer(bytes);
  work.header.write(writer);
  writer.compact_size(transactions.size());
  for (const Bytes& each : transactions) writer.bytes(each);
  return bytes;
}
std::vector<Bytes> transactions_of(const Workpiece& work) {
  std::vector<Bytes> transactions;
  for (const Making& making : work.all) transactions.push_back(making.draft.bytes());
  return transactions;
}

Bytes long_count(const Workpiece& work, Dice& dice) {
  Bytes bytes;
  wire::Writer writer(bytes);
  work.header.write(writer);
  long_compact_size(writer, work.all.size(), dice);
  for (const Bytes& each : transactions_of(work)) writer.bytes(each);
  return bytes;
}

// The txid is the same, as it is of what the bytes say.
Bytes long_script_length(const Workpiece& work, Dice& dice) {
  std::vector<Bytes> transactions = transactions_of(work);
  const TransactionDraft& draft = work.all.back().draft;
  Bytes bytes;
  wire::Writer writer(bytes);
  writer.u32(draft.version);
  writer.compact_size(draft.inputs.size());
  for (const auto& input : draft.inputs) {
    writer.bytes(input.previous.txid);
    writer.u32(input.previous.index);
    long_compact_size(writer, input.script.size(), dice);
    writer.bytes(input.script);
    writer.u32(input.sequence);
  }
  writer.compact_size(draft.outputs.size());
  for (const OutputDraft& output : draft.outputs) {
    writer.i64(output.value);
    writer.sized_bytes(output.script);
  }
  writer.u32(draft.lock_time);
  transactions.back() = bytes;
  return with_transactions(work, transactions);
}

// Marker and flag with every witness empty, with another flag, or only the marker.
Bytes odd_witness_form(const Workpiece& work, Dice& dice) {
  std::vector<Bytes> transactions = transactions_of(work);
  const std::size_t place = dice.below(transactions.size());
  TransactionDraft draft = work.all[place].draft;
  Bytes& bytes = transactions[place];
  const bool has_witness =
      std::ranges::any_of(draft.inputs, [](const auto& input) { return !input.witness.empty(); });
  if (has_witness) {
    bytes[5] = dice.pick<std::uint8_t>({0, 2, 3, 0x81});
    return with_transactions(work, transactions);
  }
  bytes.insert(bytes.begin() + 4, {0, dice.pick<std::uint8_t>({1, 1, 0, 2})});
  bytes.insert(bytes.end() - 4, draft.inputs.size(), 0);
  return with_transactions(work, transactions);
}

constexpr BytesMutation kBytesTable[] = {
    {"bytes: one bit", 6, bit_flipped},
    {"bytes: cut", 2, cut},
    {"bytes: longer", 3, longer},
    {"bytes: long count", 2, long_count},
    {"bytes: long length", 3, long_script_length},
    {"bytes: odd witness form", 5, odd_witness_form},
};

}  // namespace

std::span<const Mutation> outer_mutations() { return kTable; }
std::span<const BytesMutation> bytes_mutations() { return kBytesTable; }

std::span<const Mutation> mutations() {
  static const std::vector<Mutation> kAll = [] {
    std::vector<Mutation> all;
    for (const auto& some :
         {coin_mutations(), coinbase_mutations(), limit_mutations(), signature_mutations(),
          script_mutations(), witness_mutations(), outer_mutations()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace veilwire::oracle
