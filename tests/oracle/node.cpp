#include "node.h"

#include <stdexcept>

#include "veilwire/base/hex.h"

namespace veilwire::oracle {
namespace {

// RPC_DESERIALIZATION_ERROR.
constexpr std::int64_t kUndecodable = -22;

NodeVerdict verdict_of(const boost::json::object& answer) {
  if (const auto* error = answer.at("error").if_object()) {
    if (error->at("code").to_number<std::int64_t>() == kUndecodable) return kNodeUndecodable;
    throw std::runtime_error("the node said: " + boost::json::serialize(*error));
  }
  const boost::json::value& result = answer.at("result");
  if (result.is_null()) return kNodeValid;
  return {result.as_string().begin(), result.as_string().end()};
}

}  // namespace

void Node::set_clock(UnixTime time) {
  rpc_.send("setmocktime", {std::to_string(to_unix_seconds(time))});
  if (verdict_of(rpc_.receive().at(0)) != kNodeValid) throw std::runtime_error("no mock time");
}

NodeVerdict Node::submit(ByteView block) {
  rpc_.send("submitblock", {'"' + to_hex(block) + '"'});
  return verdict_of(rpc_.receive().at(0));
}

void Node::begin_proposals(const std::vector<Bytes>& blocks) {
  std::vector<std::string> parameters;
  parameters.reserve(blocks.size());
  for (const Bytes& block : blocks) {
    std::string parameter = R"({"mode":"proposal","data":")";
    append_hex(parameter, block);
    parameters.push_back(parameter += R"("})");
  }
  rpc_.send("getblocktemplate", parameters);
}

std::vector<NodeVerdict> Node::end_proposals() {
  std::vector<NodeVerdict> verdicts;
  for (const boost::json::object& answer : rpc_.receive()) verdicts.push_back(verdict_of(answer));
  return verdicts;
}

}  // namespace veilwire::oracle
