// Addresses, as messages and as text.

#include <vector>

#include "veilwire/wire/network_group.h"
#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::wire;

void check_address(const NetAddress& address) {
  const std::size_t group_bytes = NetworkGroup::of(address).bytes().size();
  FUZZ_REQUIRE((group_bytes > 1) == address.is_routable(), "what is routable has a group");
  FUZZ_REQUIRE(!address.is_routable() || !address.is_this_host(), "this host is not routable");
  if (const auto legacy = address.to_legacy(); legacy && address.is_routable()) {
    FUZZ_REQUIRE(NetAddress::from_legacy(*legacy) == address, "the legacy form says all");
  }
  const auto from_text = NetAddress::from_text(address.to_text());
  FUZZ_REQUIRE(from_text.has_value(), "the text of an address is an address");
  // IPv6 that is not routable may be another network's in disguise.
  if (address.is_routable()) FUZZ_REQUIRE(*from_text == address, "the text says all");
}

// The entries written anew are the message's.
template <typename M>
void check_entries(ByteView payload, void (*write)(Writer&, std::span<const AddressEntry>)) {
  const auto message = parse_and_write_back<M>(payload);
  if (!message) return;
  std::vector<AddressEntry> entries;
  for (const auto& entry : message->entries) {
    if (entry.known()) check_address(*entry.known());
    entries.push_back(entry);
  }
  FUZZ_REQUIRE(entries.size() <= kMaxAddresses, "addresses have a limit");
  Bytes written;
  Writer writer(written);
  write(writer, entries);
  FUZZ_REQUIRE(written == serialize(*message), "a message is its entries");
}

void check_addr(ByteView payload) { check_entries<Addr>(payload, write_addr); }
void check_addrv2(ByteView payload) { check_entries<AddrV2>(payload, write_addrv2); }

void check_text(ByteView payload) {
  const auto address =
      NetAddress::from_text({reinterpret_cast<const char*>(payload.data()), payload.size()});
  if (!address) return;
  FUZZ_REQUIRE(NetAddress::from_text(address->to_text()) == address, "the text says all");
  check_address(*address);
}

constexpr Check kChecks[] = {check_addrv2, check_addr, check_text, check_round_trip<GetAddr>};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}
