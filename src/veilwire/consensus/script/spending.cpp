#include "veilwire/consensus/script/spending.h"

#include <algorithm>
#include <utility>

#include "veilwire/consensus/script/hash_writer.h"
#include "veilwire/consensus/script/script_form.h"
#include "veilwire/crypto/sha256.h"

namespace veilwire::consensus {
namespace {

template <typename Items, typename Write>
Hash256 sha256_of(const Items& items, Write write) {
  HashWriter writer;
  for (const auto& item : items) write(writer, item);
  return writer.finish();
}

bool is_taproot(const wire::Output& output) {
  const auto program = witness_program_of(output.script);
  return program && program->version == 1 && program->program.size() == 32;
}

}  // namespace

Spending::Spending(const wire::Transaction& transaction, std::vector<wire::Output> spent,
                   std::shared_ptr<const void> owner)
    : transaction_(transaction), spent_(std::move(spent)), owner_(std::move(owner)) {
  inputs_.reserve(transaction.inputs().size());
  for (const wire::Input& input : transaction.inputs()) inputs_.push_back(input);
  outputs_.reserve(transaction.outputs().size());
  for (const wire::Output& output : transaction.outputs()) outputs_.push_back(output);
  witness_.reserve(transaction.witness().size());
  for (const wire::WitnessStack& stack : transaction.witness()) witness_.push_back(stack);
  if (!witness_.empty() && is_complete()) make_digests();
}

// BIP 143's hashes are BIP 341's, hashed once more. Signatures of either kind stand in a witness.
void Spending::make_digests() {
  const auto taproot_count = std::ranges::count_if(spent_, is_taproot);
  TaprootDigests single;
  single.previous = sha256_of(inputs_, [](auto& to, auto& in) { to.outpoint(in.previous); });
  single.sequences = sha256_of(inputs_, [](auto& to, auto& in) { to.u32(in.sequence); });
  single.outputs = crypto::sha256(transaction_.output_bytes());
  if (taproot_count > 0) {
    single.amounts = sha256_of(spent_, [](auto& to, auto& out) { to.i64(out.value); });
    single.scripts = sha256_of(spent_, [](auto& to, auto& out) { to.sized_bytes(out.script); });
    taproot_ = single;
  }
  if (static_cast<std::size_t>(taproot_count) < spent_.size()) {
    segwit_ = {.previous = crypto::sha256(single.previous),
               .sequences = crypto::sha256(single.sequences),
               .outputs = crypto::sha256(single.outputs)};
  }
}

}  // namespace veilwire::consensus
