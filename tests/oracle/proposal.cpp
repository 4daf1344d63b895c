#include "proposal.h"

#include <algorithm>

#include "mutation.h"

namespace veilwire::oracle {
namespace {

// Blocks with megabytes to send and to hash: one in so many.
constexpr std::size_t kRareIn = 1500;

std::size_t some_count(Dice& dice) {
  const std::size_t chance = dice.below(100);
  if (chance < 15) return 0;
  if (chance < 70) return 1;
  return chance < 95 ? 2 : 3;
}

std::vector<const Mutation*> choose(Dice& dice) {
  std::vector<const Mutation*> chosen;
  if (dice.one_in(kRareIn)) return {&dice.weighted(rare_mutations())};
  const std::size_t count = some_count(dice);
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(&dice.weighted(mutations()));
  std::ranges::stable_sort(chosen, {}, &Mutation::phase);
  return chosen;
}

void apply(Phase phase, const std::vector<const Mutation*>& chosen, Workpiece& work,
           Proposal& proposal) {
  for (const Mutation* mutation : chosen) {
    if (mutation->phase != phase || !work.is_whole()) continue;
    mutation->apply(work);
    proposal.mutations.push_back(mutation->name);
  }
}

}  // namespace

Proposal make_proposal(const FundedChain& funded, std::uint64_t seed, std::uint64_t number) {
  // Two odd numbers of 64 bits keep neighbours apart.
  Dice dice(seed * 0x9e37'79b9'7f4a'7c15 + number * 0xd134'2543'de82'ef95);
  Proposal proposal{.number = number, .block = {}, .mutations = {}};
  Workpiece work(funded, dice);
  work.repairs.links = !dice.one_in(5);
  const auto chosen = choose(dice);
  apply(Phase::kPlan, chosen, work, proposal);
  work.sign();
  apply(Phase::kSigned, chosen, work, proposal);
  if (!work.all.empty()) work.finish();
  apply(Phase::kFinished, chosen, work, proposal);
  if (!dice.one_in(25) || work.all.empty()) {
    proposal.block = work.bytes();
    return proposal;
  }
  const BytesMutation& mutation = dice.weighted(bytes_mutations());
  proposal.block = mutation.apply(work, dice);
  proposal.mutations.push_back(mutation.name);
  return proposal;
}

}  // namespace veilwire::oracle
