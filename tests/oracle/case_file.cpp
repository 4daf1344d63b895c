#include "case_file.h"

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "veilwire/base/hex.h"

namespace veilwire::oracle {
namespace {

namespace json = boost::json;

json::object context_of(const Chain& chain) {
  return {{"height", chain.next_height().value()},
          {"previous", to_display(chain.tip().hash)},
          {"median_time", to_unix_seconds(chain.median_time())},
          {"clock", to_unix_seconds(chain.now())},
          {"subsidy", chain.subsidy().units()}};
}

json::array coins_of(const Case& what, const Chain& chain) {
  const Taken taken = chain.taken_by(what.block);
  json::array coins;
  if (!taken.block) return coins;
  const auto& outpoints = taken.block->sources().outside;
  for (std::size_t i = 0; i < outpoints.size(); ++i) {
    json::object row{{"txid", to_display(outpoints[i].txid)}, {"index", outpoints[i].index}};
    if (const auto coin = taken.coins->at(i)) {
      row["value"] = coin->value().units();
      row["script"] = to_hex(coin->script());
      row["height"] = coin->height().value();
      row["coinbase"] = coin->origin() == consensus::CoinOrigin::kCoinbase;
    }
    coins.push_back(std::move(row));
  }
  return coins;
}

Bytes bytes_of(const json::value& hex) {
  auto bytes = from_hex({hex.as_string().data(), hex.as_string().size()});
  if (!bytes) throw std::runtime_error("not hexadecimal");
  return std::move(*bytes);
}
std::string text_of(const json::value& value) {
  return {value.as_string().begin(), value.as_string().end()};
}

}  // namespace

void write_case(const std::string& path, const Case& what, const Chain& chain) {
  json::array mutations;
  for (const std::string& mutation : what.mutations) mutations.emplace_back(mutation);
  json::array blocks;
  for (const Bytes& block : what.chain) blocks.emplace_back(to_hex(block));
  const json::object all{{"instance", what.instance},
                         {"seed", what.seed},
                         {"number", what.number},
                         {"mutations", mutations},
                         {"ours", what.ours},
                         {"node", what.node},
                         {"context", context_of(chain)},
                         {"coins", coins_of(what, chain)},
                         {"block", to_hex(what.block)},
                         {"chain", blocks}};
  std::ofstream out(path);
  out << json::serialize(all) << "\n";
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

Case read_case(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  const json::value all = json::parse(text.str());
  Case what{.instance = text_of(all.at("instance")),
            .seed = all.at("seed").to_number<std::uint64_t>(),
            .number = all.at("number").to_number<std::uint64_t>(),
            .mutations = {},
            .chain = {},
            .block = bytes_of(all.at("block")),
            .ours = text_of(all.at("ours")),
            .node = text_of(all.at("node"))};
  for (const json::value& mutation : all.at("mutations").as_array()) {
    what.mutations.push_back(text_of(mutation));
  }
  for (const json::value& block : all.at("chain").as_array()) what.chain.push_back(bytes_of(block));
  return what;
}

}  // namespace veilwire::oracle
