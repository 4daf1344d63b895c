#include "veilwire/wire/obsolete.h"

#include <algorithm>

namespace veilwire::wire {
namespace {

struct Obsolete {
  std::string_view name;
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
    {"encinit", kBip151},
    {"encack", kBip151},
    {"authchallenge", kBip150},
    {"authreply", kBip150},
    {"authpropose", kBip150},
    {"reject", "refused something of ours (BIP 61), which nobody listens to any more"},
    {"alert", "sent a network alert, a system that was retired in 2016"},
    {"sendpackages", kBip331},
    {"ancpkginfo", kBip331},
    {"getpkgtxns", kBip331},
    {"pkgtxns", kBip331},
    {"sendrecon", kBip330},
    {"reqrecon", kBip330},
    {"sketch", kBip330},
    {"reqsketchext", kBip330},
    {"reconcildiff", kBip330},
    {"getutxos", kBip64},
    {"utxos", kBip64},
    {"dandeliontx", kBip156},
    {"checkorder", kByIp},
    {"submitorder", kByIp},
    {"reply", kByIp},
    {"get_xthin", kXthin},
    {"xthinblock", kXthin},
    {"thinblock", kXthin},
};

}  // namespace

std::optional<std::string_view> obsolete_intention(std::string_view name) {
  const auto found = std::ranges::find(kObsolete, name, &Obsolete::name);
  if (found == std::end(kObsolete)) return std::nullopt;
  return found->intention;
}

}  // namespace veilwire::wire
