// What addr keeps between runs: any bytes are refused by name, or read as what can be written and read
// as the same again. The checksum, which nobody finds by chance, is made here.

#include "veilwire/addr/anchors.h"
#include "veilwire/addr/bans.h"
#include "veilwire/addr/book_bytes.h"
#include "wire_round_trip.h"

namespace veilwire::fuzz {
namespace {

using namespace veilwire::addr;

constexpr protocol::Magic kNet = protocol::kMainMagic;
constexpr UnixTime kNow = from_unix_seconds(1'700'000'000);

void check_book(ByteView contents) {
  const Bytes sealed = seal_kept(kBookKind, kNet, contents);
  const auto book = parse_book(sealed, kNet, {}, {});
  if (!book) {
    FUZZ_REQUIRE(book.error() == KeptRule::kBadContents, "only the contents can be wrong");
    return;
  }
  FUZZ_REQUIRE(book->bytes() <= 500'000 + 400 * contents.size(), "memory is bounded by the bytes");
  const Bytes written = book_bytes(*book, kNet);
  const auto again = parse_book(written, kNet, {}, {});
  FUZZ_REQUIRE(again.has_value(), "what was written is read");
  FUZZ_REQUIRE(again->size() == book->size(), "it has as many addresses");
  FUZZ_REQUIRE(book_bytes(*again, kNet) == written, "it is the same again");
  crypto::Dice dice = crypto::Dice::of_seed(1);
  const auto selected = book->select(kNow, NetworkSet::all(), From::kBothTables, dice);
  FUZZ_REQUIRE(selected.has_value() == (book->size() > 0), "there is one to select");
}

void check_bans(ByteView contents) {
  const auto bans = parse_bans(seal_kept(kBansKind, kNet, contents), kNow, kNet);
  if (!bans) return;
  const auto again = parse_bans(ban_bytes(*bans, kNow, kNet), kNow, kNet);
  FUZZ_REQUIRE(again.has_value(), "what was written is read");
  FUZZ_REQUIRE(again->list(kNow) == bans->list(kNow), "it is the same again");
  for (const Ban& ban : bans->list(kNow)) {
    FUZZ_REQUIRE(bans->is_banned(kNow, ban.subnet.base()), "what is listed is banned");
  }
}

void check_anchors(ByteView contents) {
  const auto anchors = parse_anchors(seal_kept(kAnchorsKind, kNet, contents), kNet);
  if (!anchors) return;
  FUZZ_REQUIRE(anchors->size() <= kMaxAnchors, "they are few");
  FUZZ_REQUIRE(parse_anchors(anchor_bytes(*anchors, kNet), kNet) == anchors, "the same again");
}

void check_unsealed(ByteView bytes) {
  FUZZ_REQUIRE(!parse_book(bytes, kNet, {}, {}), "nobody finds a checksum by chance");
  (void)parse_bans(bytes, kNow, kNet);
  (void)parse_anchors(bytes, kNet);
}

constexpr Check kChecks[] = {check_book, check_bans, check_anchors, check_unsealed};

}  // namespace
}  // namespace veilwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  veilwire::fuzz::run_one_of(veilwire::fuzz::kChecks, {data, size});
  return 0;
}
