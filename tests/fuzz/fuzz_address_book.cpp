// The address book under any sequence of calls, beside a naive one: see both_books.h.

#include <stdexcept>

#include "fuzz_input.h"
#include "veilwire/addr/testing/both_books.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using veilwire::addr::testing::BothBooks;
  veilwire::fuzz::FuzzInput input(data, size);
  try {
    BothBooks both(
        [&](std::uint32_t bound) { return static_cast<std::uint32_t>(input.below(bound)); });
    while (!input.empty()) both.step();
    both.compare_all();
  } catch (const std::logic_error& difference) {
    FUZZ_REQUIRE(false, difference.what());
  }
  return 0;
}
