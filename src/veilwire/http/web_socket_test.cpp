#include "veilwire/http/web_socket.h"

#include <gtest/gtest.h>

#include "veilwire/http/testing/server_test.h"

namespace veilwire::http {
namespace {

using namespace testing;
using std::chrono::hours;
using std::chrono::milliseconds;

// RFC 6455, 1.3.
constexpr const char* kUpgrade =
    "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view kAccept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

enum Opcode : char { kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

char byte_of(std::size_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

// Section 5.2: a whole message. A client masks: with zeros, which changes nothing.
std::string frame(Opcode opcode, std::string_view payload, std::string_view mask = {}) {
  const unsigned char masked = mask.empty() ? 0 : 0x80;
  std::string out{byte_of(0x80U | static_cast<unsigned char>(opcode))};
  if (payload.size() < 126) {
    out += byte_of(masked | payload.size());
  } else {
    out += byte_of(masked | 126U);
    out += byte_of(payload.size() >> 8);
    out += byte_of(payload.size());
  }
  return out.append(mask).append(payload);
}

std::string from_client(Opcode opcode, std::string_view payload) {
  return frame(opcode, payload, std::string_view("\0\0\0\0", 4));
}

std::string code(unsigned number) { return {byte_of(number >> 8), byte_of(number)}; }

// "/echo" says everything twice over; "/closed" is closed to all.
class WebSocketTest : public ServerFixture {
 protected:
  void open(ServerConfig config = {}) {
    config.linger = milliseconds(50);
    Routes routes;
    routes.add_web_socket(
        "/echo",
        [this](const Request&, const std::shared_ptr<WebSocket>& socket)
            -> std::expected<WebSocketEvents, Response> {
          socket_ = socket;
          socket->send("hello");
          return WebSocketEvents{
              .message = [socket](std::string_view text) { socket->send(std::string(text)); },
              .closed = [this] { ++closed_; }};
        });
    routes.add_web_socket(
        "/closed",
        [](const Request& request, const auto&) -> std::expected<WebSocketEvents, Response> {
          EXPECT_EQ(request.header("authorization"), "Basic x");
          return std::unexpected(status_page(401));
        });
    serve(std::move(routes), config);
  }

  // A client that has been greeted.
  Client& upgraded() {
    Client& client = connect();
    client.send(get("/echo", kUpgrade));
    await(client, frame(kText, "hello"));
    EXPECT_EQ(status_line(client.received()), "HTTP/1.1 101 Switching Protocols");
    EXPECT_NE(client.received().find(kAccept), std::string::npos);
    return client;
  }
  // Until what it has received ends so.
  void await(const Client& client, const std::string& end) {
    EXPECT_TRUE(loop_.run_until([&] { return client.received().ends_with(end); }));
  }
  void await_end(const Client& client) {
    EXPECT_TRUE(loop_.run_until([&] { return client.ended(); }));
    await_connections(0);
  }

  std::shared_ptr<WebSocket> socket_;
  int closed_ = 0;
};

TEST_F(WebSocketTest, CarriesTextInBothDirections) {
  open();
  Client& client = upgraded();
  client.send(from_client(kText, "one"));
  await(client, frame(kText, "one"));
  client.send_byte_by_byte(from_client(kText, std::string(300, 'x')));
  await(client, frame(kText, std::string(300, 'x')));
  socket_->send("by itself");
  await(client, frame(kText, "by itself"));
  EXPECT_EQ(server_->connection_count(), 1U);
}

TEST_F(WebSocketTest, AnswersPingsAndSaysGoodbye) {
  open();
  Client& client = upgraded();
  client.send(from_client(kPing, "p"));
  await(client, frame(kPong, "p"));
  client.send(from_client(kClose, code(1000)));
  await_end(client);
  EXPECT_TRUE(client.received().ends_with(frame(kClose, code(1000))));
  EXPECT_EQ(closed_, 1);
  socket_->send("late");
  socket_->close();
}

TEST_F(WebSocketTest, SaysGoodbyeAfterWhatIsQueued) {
  open();
  Client& client = upgraded();
  socket_->send("last");
  socket_->close();
  socket_->send("too late");
  await(client, frame(kText, "last") + frame(kClose, code(1000)));
  client.send(from_client(kClose, code(1000)));
  await_end(client);
  EXPECT_EQ(closed_, 1);
}

TEST_F(WebSocketTest, RefusesAMessageOverTheLimit) {
  open({.max_message_bytes = 100});
  Client& client = upgraded();
  client.send(from_client(kText, std::string(101, 'x')));
  EXPECT_TRUE(loop_.run_until([&] { return closed_ == 1; }));
  await_end(client);
  EXPECT_NE(client.received().find(code(1009)), std::string::npos);
}

TEST_F(WebSocketTest, TakesTextOnly) {
  open();
  Client& client = upgraded();
  client.send(from_client(kBinary, "b"));
  await(client, frame(kClose, code(1003)));
  client.send(from_client(kClose, code(1003)));
  await_end(client);
}

TEST_F(WebSocketTest, RefusesTextThatIsNone) {
  open();
  Client& client = upgraded();
  client.send(from_client(kText, "\xff\xff"));
  await_end(client);
  EXPECT_NE(client.received().find(code(1007)), std::string::npos);
}

// What fits the buffers of the system does not count.
TEST_F(WebSocketTest, CutsOffAClientThatDoesNotRead) {
  open({.max_queued_bytes = 100'000});
  net::Tcp::socket client(loop_.runtime().context());
  client.connect(net::to_tcp(server_->address()).value());
  boost::asio::write(client, boost::asio::buffer(get("/echo", kUpgrade)));
  ASSERT_TRUE(loop_.run_until([&] { return socket_ != nullptr; }));
  loop_.run_a_while();
  for (int i = 0; i < 1000 && closed_ == 0; ++i) {
    socket_->send(std::string(50'000, 'x'));
    loop_.run_for(std::chrono::microseconds(100));
  }
  EXPECT_EQ(closed_, 1);
  await_connections(0);
}

TEST_F(WebSocketTest, ClosesOnAClientWithoutASignOfLife) {
  open({.web_socket_idle = milliseconds(600)});
  Client& client = upgraded();
  await_end(client);
  EXPECT_NE(client.received().find(frame(kPing, "")), std::string::npos);
  EXPECT_EQ(closed_, 1);
}

TEST_F(WebSocketTest, HearsOfAClientThatGoes) {
  open();
  Client& client = upgraded();
  client.close();
  EXPECT_TRUE(loop_.run_until([&] { return closed_ == 1; }));
  await_connections(0);
}

TEST_F(WebSocketTest, MayBeRefusedByItsHandler) {
  open();
  EXPECT_EQ(
      status_line(answer_to(get("/closed", std::string(kUpgrade) + "Authorization: Basic x\r\n"))),
      "HTTP/1.1 401 Unauthorized");
}

TEST_F(WebSocketTest, IsNotForPagesOfOtherOrigins) {
  open();
  const auto status_for = [this](const std::string& origin) {
    Client& client = connect();
    client.send(get("/echo", std::string(kUpgrade) + "Origin: " + origin + "\r\n"));
    await_answers(client, 1);
    const std::string status = status_line(client.received());
    client.close();
    return status;
  };
  EXPECT_EQ(status_for("http://localhost"), "HTTP/1.1 101 Switching Protocols");
  for (const char* origin : {"http://evil.example", "null", "http://localhost.evil.example"}) {
    EXPECT_EQ(status_for(origin), "HTTP/1.1 403 Forbidden") << origin;
  }
}

TEST_F(WebSocketTest, IsAskedForWithItsHeaders) {
  open();
  EXPECT_EQ(status_line(answer_to(get("/echo"))), "HTTP/1.1 426 Upgrade Required");
  EXPECT_EQ(status_line(answer_to("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n")),
            "HTTP/1.1 405 Method Not Allowed");
  Client& without_key = connect();
  without_key.send(get("/echo", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_TRUE(loop_.run_until([&] { return without_key.ended(); }));
  EXPECT_EQ(status_line(without_key.received()), "HTTP/1.1 400 Bad Request");
}

TEST_F(WebSocketTest, IsToldWhenTheServerStops) {
  open();
  Client& client = upgraded();
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  await(client, frame(kClose, code(1001)));
  client.send(from_client(kClose, code(1001)));
  EXPECT_TRUE(loop_.run_until([&] { return stopped; }));
  EXPECT_EQ(closed_, 1);
}

TEST_F(WebSocketTest, HearsNothingOnceTheServerIsGone) {
  open();
  Client& client = upgraded();
  server_.reset();
  socket_->send("late");
  EXPECT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(closed_, 0);
}

}  // namespace
}  // namespace veilwire::http
