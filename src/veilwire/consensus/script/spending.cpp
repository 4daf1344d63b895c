#include "veilwire/consensus/script/spending.h"

#include <algorithm>
#include <utility>

namespace veilwire::consensus {

Spending::Spending(const wire::Transaction& transaction, std::vector<wire::Output> spent,
                   std::shared_ptr<const void> owner)
    : transaction_(transaction), spent_(std::move(spent)), owner_(std::move(owner)) {
  inputs_.reserve(transaction.inputs().size());
  for (const wire::Input& input : transaction.inputs()) inputs_.push_back(input);
  outputs_.reserve(transaction.outputs().size());
  for (const wire::Output& output : transaction.outputs()) outputs_.push_back(output);
  witness_.reserve(transaction.witness().size());
  for (const wire::WitnessStack& stack : transaction.witness()) witness_.push_back(stack);
}

}  // namespace veilwire::consensus
