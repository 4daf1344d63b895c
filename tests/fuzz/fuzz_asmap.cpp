// Maps of autonomous systems: any bytes are refused or give an answer for every address, the same as
// when they are read bit by bit.

#include <optional>

#include "fuzz_input.h"
#include "veilwire/addr/asmap.h"

namespace veilwire::fuzz {
namespace {

using addr::Asmap;

// One bit after the other, and no bit that is not there.
class NaiveRun {
 public:
  NaiveRun(ByteView file, ByteView address) : file_(file), address_(address) {}

  std::uint32_t run() {
    std::uint32_t fallback = 0;
    for (;;) {
      if (next() == 0) return number(1, 15, 24);
      if (next() == 0) {
        const std::uint32_t distance = number(17, 5, 30);
        if (address_bit() != 0) at_ += distance;
      } else if (next() == 0) {
        if (!matches(number(2, 1, 8))) return fallback;
      } else {
        fallback = number(1, 15, 24);
      }
    }
  }

 private:
  unsigned next() {
    FUZZ_REQUIRE(at_ / 8 < file_.size(), "a sound map ends with its last instruction");
    const unsigned bit = file_[at_ / 8] >> at_ % 8 & 1u;
    ++at_;
    return bit;
  }
  unsigned address_bit() {
    FUZZ_REQUIRE(taken_ < 128, "a sound map asks for 128 bits at most");
    const unsigned bit = address_[taken_ / 8] >> (7 - taken_ % 8) & 1u;
    ++taken_;
    return bit;
  }

  std::uint32_t number(std::uint32_t value, unsigned width, unsigned most) {
    while (width < most && next() == 1) value += 1u << width++;
    while (width > 0) value += next() << --width;
    return value;
  }

  bool matches(std::uint32_t pattern) {
    unsigned width = 0;
    while (pattern >> (width + 1) != 0) ++width;
    while (width > 0) {
      if (address_bit() != (pattern >> --width & 1)) return false;
    }
    return true;
  }

  ByteView file_;
  ByteView address_;
  std::size_t at_ = 0;
  unsigned taken_ = 0;
};

void check_address(const Asmap& map, ByteView file, ByteView bytes) {
  const auto address = wire::NetAddress::from_bytes(wire::NetworkId::kIpv6, bytes).value();
  const auto as = map.as_of(address);
  if (address.linked_ipv4()) return;
  FUZZ_REQUIRE(as.value_or(0) == NaiveRun(file, bytes).run(), "read bit by bit it is the same");
}

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace veilwire;
  fuzz::FuzzInput input(data, size);
  Bytes address = input.bytes(16);
  address.resize(16);
  const Bytes file = input.remaining();
  const auto map = addr::Asmap::parse(file);
  if (!map) {
    FUZZ_REQUIRE(!addr::rule_name(map.error()).empty(), "a rule has a name");
    return 0;
  }
  for (std::size_t bit = 0; bit <= 128; ++bit) {
    fuzz::check_address(*map, file, address);
    if (bit < 128) address[bit / 8] = static_cast<std::uint8_t>(address[bit / 8] ^ 1u << bit % 8);
  }
  return 0;
}
