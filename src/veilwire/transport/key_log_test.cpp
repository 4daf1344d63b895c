#include <gtest/gtest.h>

#include "veilwire/transport/v2_transport.h"

namespace veilwire::transport {
namespace {

TEST(KeyLogLine, IsAWordAndFourFieldsInHexadecimal) {
  std::array<std::uint8_t, 64> initiator{};
  std::array<std::uint8_t, 64> responder{};
  std::array<std::uint8_t, 32> secret{};
  initiator.fill(0x11);
  responder.fill(0x22);
  secret.fill(0x33);
  const std::string line = key_log_line({.magic = protocol::kRegtestMagic,
                                         .initiator_ellswift = initiator,
                                         .responder_ellswift = responder,
                                         .shared_secret = secret});
  EXPECT_EQ(line, "BIP324_SHARED_SECRET fabfb5da " + std::string(128, '1') + " " +
                      std::string(128, '2') + " " + std::string(64, '3'));
}

}  // namespace
}  // namespace veilwire::transport
