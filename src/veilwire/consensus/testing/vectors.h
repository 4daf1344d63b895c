// Vectors in JSON and what is packed with xz, where VEILWIRE_TEST_DATA has them.
#pragma once

#include <gtest/gtest.h>
#include <lzma.h>

#include <array>
#include <boost/json.hpp>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "veilwire/base/hex.h"
#include "veilwire/wire/testing/real_data.h"

namespace veilwire::consensus::testing {

inline Bytes unpacked_xz(ByteView packed) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, UINT64_MAX, 0) != LZMA_OK) throw std::runtime_error("no lzma");
  stream.next_in = packed.data();
  stream.avail_in = packed.size();
  Bytes out;
  std::array<std::uint8_t, 1 << 16> part;
  lzma_ret done = LZMA_OK;
  while (done == LZMA_OK) {
    stream.next_out = part.data();
    stream.avail_out = part.size();
    done = lzma_code(&stream, LZMA_FINISH);
    out.insert(out.end(), part.data(), stream.next_out);
  }
  lzma_end(&stream);
  if (done != LZMA_STREAM_END) throw std::runtime_error("damaged xz");
  return out;
}

inline boost::json::value json_of(ByteView bytes) {
  return boost::json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

inline Bytes unhex(const boost::json::value& hex) {
  const boost::json::string& text = hex.as_string();
  return from_hex({text.data(), text.size()}).value();
}

inline std::string text_of(const boost::json::value& value) {
  return std::string(value.as_string());
}

// "script_tests.json: 1222 of 1222", which somebody who reads the log wants to see.
inline void report_count(std::string_view what, std::size_t passed, std::size_t expected) {
  std::cout << what << ": " << passed << " of " << expected << "\n";
  EXPECT_EQ(passed, expected) << what;
}

// Declares `boost::json::value name`, or skips the test and says what is missing. A file whose name
// ends in .xz is unpacked.
#define VEILWIRE_READ_JSON_OR_SKIP(name, file)                             \
  VEILWIRE_READ_REAL_OR_SKIP(name##_bytes, file);                          \
  const boost::json::value name = ::veilwire::consensus::testing::json_of( \
      std::string_view(file).ends_with(".xz")                              \
          ? ::veilwire::consensus::testing::unpacked_xz(name##_bytes)      \
          : name##_bytes)

}  // namespace veilwire::consensus::testing
