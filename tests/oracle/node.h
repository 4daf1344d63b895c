// A real node, as far as it is asked for verdicts.
#pragma once

#include <string>
#include <vector>

#include "rpc_client.h"
#include "veilwire/base/bytes.h"
#include "veilwire/base/time.h"

namespace veilwire::oracle {

// "valid", or the reason for the refusal. "undecodable" where the bytes are no block.
using NodeVerdict = std::string;
inline const NodeVerdict kNodeValid = "valid";
inline const NodeVerdict kNodeUndecodable = "undecodable";

class Node {
 public:
  Node(std::uint16_t port, std::string_view credentials) : rpc_(port, credentials) {}

  void set_clock(UnixTime time);
  // As if a peer had sent it; valid ones become part of the chain.
  NodeVerdict submit(ByteView block);

  // Proposals, in one batch; nothing comes of them. One batch is under way at most.
  void begin_proposals(const std::vector<Bytes>& blocks);
  std::vector<NodeVerdict> end_proposals();

 private:
  RpcClient rpc_;
};

}  // namespace veilwire::oracle
