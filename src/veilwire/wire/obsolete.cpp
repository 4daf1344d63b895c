#include "veilwire/wire/obsolete.h"

#include <algorithm>

namespace veilwire::wire {
namespace {

using protocol::MessageKind;

struct Obsolete {
  MessageKind kind;
  std::string_view intention;
};

constexpr std::string_view kBip151 = "wanted BIP 151 encryption, which nobody finished";
constexpr std::string_view kBip150 = "wanted BIP 150 authentication, which nobody finished";
constexpr std::string_view kBip331 = "wanted package relay (BIP 331), which is not in use yet";
constexpr std::string_view kBip330 = "reconciled transactions (BIP 330), which is not in use yet";
constexpr std::string_view kBip64 = "asked for unspent outputs (BIP 64), which was given up";
constexpr std::string_view kBip156 = "relayed by Dandelion (BIP 156), which was given up";
constexpr std::string_view kByIp = "made a payment by IP address, which ended in 2011";
constexpr std::string_view kXthin =
    "speaks of thin blocks, which compact blocks (BIP 152) replaced";

constexpr Obsolete kObsolete[] = {
    {MessageKind::kEncInit, kBip151},
    {MessageKind::kEncAck, kBip151},
    {MessageKind::kAuthReply, kBip150},
    {MessageKind::kAuthPropose, kBip150},
    {MessageKind::kReject, "refused something of ours (BIP 61), which nobody listens to any more"},
    {MessageKind::kAlert, "sent a network alert, a system that was retired in 2016"},
    {MessageKind::kSendPackages, kBip331},
    {MessageKind::kAncPkgInfo, kBip331},
    {MessageKind::kGetPkgTxns, kBip331},
    {MessageKind::kPkgTxns, kBip331},
    {MessageKind::kSendRecon, kBip330},
    {MessageKind::kReqRecon, kBip330},
    {MessageKind::kSketch, kBip330},
    {MessageKind::kReqSketchExt, kBip330},
    {MessageKind::kReconcilDiff, kBip330},
    {MessageKind::kGetUtxos, kBip64},
    {MessageKind::kUtxos, kBip64},
    {MessageKind::kDandelionTx, kBip156},
    {MessageKind::kCheckOrder, kByIp},
    {MessageKind::kSubmitOrder, kByIp},
    {MessageKind::kReply, kByIp},
    {MessageKind::kGetXthin, kXthin},
    {MessageKind::kXthinBlock, kXthin},
    {MessageKind::kThinBlock, kXthin},
};

}  // namespace

std::optional<std::string_view> obsolete_intention(MessageKind kind) {
  const auto found = std::ranges::find(kObsolete, kind, &Obsolete::kind);
  if (found == std::end(kObsolete)) return std::nullopt;
  return found->intention;
}

}  // namespace veilwire::wire
