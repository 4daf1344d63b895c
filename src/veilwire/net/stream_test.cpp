// What a stream tells while it is dialled; how each dial ends is in dial_test.cpp and its siblings.
#include "veilwire/net/stream.h"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>

#include "veilwire/net/testing/loop.h"

namespace veilwire::net {
namespace {

// On a loop with one thread: whoever accepts the other end can know by then whose it is.
TEST(Stream, TellsBothEndsBeforeTheOtherEndCanBeAccepted) {
  testing::Loop loop;
  auto& context = loop.runtime().context();
  Tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  const Endpoint target{"127.0.0.1", acceptor.local_endpoint().port()};
  std::optional<Endpoint> begun_from;
  std::optional<Endpoint> begun_to;
  std::optional<Endpoint> accepted_from;
  bool was_told_first = false;
  bool is_done = false;

  acceptor.async_accept([&](const ErrorCode& error, const Tcp::socket& socket) {
    ASSERT_FALSE(error);
    was_told_first = begun_from.has_value();
    accepted_from = remote_of(socket);
  });
  dial_stream(boost::asio::make_strand(context), target,
              {.begun =
                   [&](const Endpoint& from, const Endpoint& to) {
                     begun_from = from;
                     begun_to = to;
                   }},
              [&](const auto& stream) { is_done = stream.has_value(); });

  ASSERT_TRUE(loop.run_until([&] { return is_done && accepted_from; }));
  EXPECT_TRUE(was_told_first);
  EXPECT_EQ(begun_from, accepted_from);
  EXPECT_EQ(begun_to, target);
}

}  // namespace
}  // namespace veilwire::net
