#include "veilwire/http/server.h"

#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "veilwire/http/testing/server_test.h"

namespace veilwire::http {
namespace {

using namespace testing;
using net::Tcp;

class ServerTest : public ServerFixture {
 protected:
  void open(const ServerConfig& config = {}) { serve(routes(), config); }

  Routes routes() {
    const Handler page = answer_at_once([this](const Request& request) -> Response {
      requests_.push_back(request);
      return {.content_type = "text/x-page", .body = page_};
    });
    Routes routes;
    for (const char* path : {"/metrics", "/a%20b"}) routes.add(Method::kGet, path, page);
    return routes;
  }

  std::string page_ = "one line\n";
  std::vector<Request> requests_;
};

TEST_F(ServerTest, AnswersAGet) {
  open();
  const std::string answer = answer_to(get("/metrics"));
  EXPECT_EQ(answer,
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: text/x-page\r\n"
            "Cache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Connection: close\r\n"
            "Content-Length: 9\r\n"
            "\r\n"
            "one line\n");
}

TEST_F(ServerTest, AnswersARequestThatComesByteByByte) {
  open();
  Client& client = connect();
  client.send_byte_by_byte(get("/metrics"));
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(body_of(client.received()), "one line\n");
}

TEST_F(ServerTest, AnswersWhatFitsNoBufferOfTheSystem) {
  open();
  page_.assign(8'000'000, 'x');
  EXPECT_EQ(body_of(answer_to(get("/metrics"))), page_);
}

TEST_F(ServerTest, AnswersHeadWithTheLengthOnly) {
  open();
  const std::string answer = answer_to("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("Content-Length: 9\r\n"), std::string::npos);
  EXPECT_EQ(body_of(answer), "");
  EXPECT_EQ(requests_.at(0).method, Method::kHead);
}

TEST_F(ServerTest, AnswersVersion10WithoutHost) {
  open();
  EXPECT_EQ(body_of(answer_to("GET /metrics HTTP/1.0\r\n\r\n")), "one line\n");
}

TEST_F(ServerTest, DividesPathAndQuery) {
  open();
  answer_to(get("/metrics?a=b?c"));
  answer_to(get("/a%20b"));
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[0].path, "/metrics");
  EXPECT_EQ(requests_[0].query, "a=b?c");
  EXPECT_EQ(requests_[1].path, "/a%20b");
}

TEST_F(ServerTest, AnswersOneRequestOfAConnection) {
  open();
  EXPECT_EQ(body_of(answer_to(get("/metrics") + get("/metrics"))), "one line\n");
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(ServerTest, SaysNotFoundForAPathThatIsNotThere) {
  open();
  const std::string answer = answer_to(get("/"));
  EXPECT_EQ(status_line(answer), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(body_of(answer), "404 Not Found\n");
}

TEST_F(ServerTest, RefusesOtherMethods) {
  open();
  for (const std::string method : {"DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"}) {
    const std::string answer = answer_to(method + " /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(status_line(answer), "HTTP/1.1 405 Method Not Allowed") << method;
    EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos) << method;
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ServerTest, RefusesABody) {
  open();
  const std::string head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
  for (const std::string rest :
       {"Content-Length: 3\r\n\r\nabc", "Content-Length: 18446744073709551615\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"}) {
    const std::string status = status_line(answer_to(head + rest));
    EXPECT_TRUE(status.starts_with("HTTP/1.1 413 ") || status.starts_with("HTTP/1.1 400 ")) << rest;
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ServerTest, RefusesAHeaderThatIsTooLong) {
  open({.max_header_bytes = 512});
  const std::string fields = "Host: localhost\r\nX: " + std::string(600, 'x') + "\r\n\r\n";
  const std::string refusal = "HTTP/1.1 431 Request Header Fields Too Large";
  EXPECT_EQ(status_line(answer_to("GET /metrics HTTP/1.1\r\n" + fields)), refusal);
  EXPECT_EQ(status_line(answer_to("GET /" + std::string(600, 'x'))), refusal);
  EXPECT_TRUE(requests_.empty());
}

// The answer must survive that the server closes on a client that is still sending.
TEST_F(ServerTest, ItsRefusalReachesAClientThatGoesOnSending) {
  open();
  EXPECT_EQ(status_line(answer_to("GET /" + std::string(100'000, 'x'))),
            "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(ServerTest, RefusesWhatIsMalformed) {
  open();
  for (const std::string& text : {
           std::string("\r\n\r\n"),
           std::string("GET\r\n\r\n"),
           std::string("GET /metrics\r\n\r\n"),
           std::string("GET /metrics HTTP/9.9\r\nHost: a\r\n\r\n"),
           std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
           std::string("GET /metrics HTTP/1.1\r\n\r\n"),
           std::string("GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
           std::string("GET /metrics HTTP/1.1\r\nHost: a\r\nbad field\r\n\r\n"),
           std::string("GET /metrics HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n"),
           std::string("GET /\x80 \x01HTTP/1.1\r\nHost: a\r\n\r\n"),
           std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
           std::string(64, '\0'),
       }) {
    EXPECT_EQ(status_line(answer_to(text)), "HTTP/1.1 400 Bad Request") << text;
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ServerTest, ClosesOnASlowClientWithoutAnAnswer) {
  open({.timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(answer_to("GET /metrics HTTP/1.1\r\n"), "");
  await_connections(0);
}

TEST_F(ServerTest, ClosesOnAClientThatDoesNotRead) {
  open({.timeout = std::chrono::milliseconds(300)});
  page_.assign(64'000'000, 'x');
  Tcp::socket client(loop_.runtime().context());
  client.connect(net::to_tcp(server_->address()).value());
  boost::asio::write(client, boost::asio::buffer(get("/metrics")));
  EXPECT_TRUE(loop_.run_until([&] { return requests_.size() == 1; }));
  await_connections(0);
}

TEST_F(ServerTest, ClosesOnAClientThatDoesNotClose) {
  open({.linger = std::chrono::milliseconds(500)});
  Client& client = connect();
  client.send(get("/metrics"));
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(server_->connection_count(), 1U);
  await_connections(0);
}

TEST_F(ServerTest, ForgetsAClientThatGoesAway) {
  open();
  Client& client = connect();
  client.send("GET /met");
  await_connections(1);
  client.close();
  await_connections(0);
}

TEST_F(ServerTest, ServesManyAtOnce) {
  open({.max_connections = 64});
  for (int i = 0; i < 50; ++i) connect().send(get("/metrics"));
  const auto ended = [](const Client& client) { return client.ended(); };
  ASSERT_TRUE(loop_.run_until([&] { return std::ranges::all_of(clients_, ended); }));
  for (const Client& client : clients_) EXPECT_EQ(body_of(client.received()), "one line\n");
}

TEST_F(ServerTest, OneMoreThanItsConnectionsWaits) {
  open({.max_connections = 2, .silence = std::chrono::hours(1)});
  Client& first = connect();
  connect();
  await_connections(2);
  Client& third = connect();
  third.send(get("/metrics"));
  loop_.run_a_while();
  EXPECT_EQ(server_->connection_count(), 2U);
  EXPECT_EQ(third.received(), "");
  first.close();
  ASSERT_TRUE(loop_.run_until([&] { return third.ended(); }));
  EXPECT_EQ(body_of(third.received()), "one line\n");
}

TEST_F(ServerTest, StopsWithRequestsUnderWay) {
  open();
  Client& client = connect();
  client.send("GET /metrics HTTP/1.1\r\n");
  await_connections(1);
  const Endpoint address = server_->address();
  server_.reset();
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  Tcp::socket late(loop_.runtime().context());
  net::ErrorCode error;
  late.connect(net::to_tcp(address).value(), error);
  EXPECT_EQ(error, boost::asio::error::connection_refused);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  open();
  const auto taken = Server::open(loop_.runtime(), server_->address(), routes());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error(),
            "cannot listen on " + to_string(server_->address()) + ": Address already in use");
  EXPECT_EQ(Server::open(loop_.runtime(), {"localhost", 0}, routes()).error(),
            "'localhost' is not a numeric address");
}

TEST_F(ServerTest, ListensOnIpv6) {
  auto opened = Server::open(loop_.runtime(), {"::1", 0}, routes());
  if (!opened) GTEST_SKIP() << opened.error();
  server_ = std::move(*opened);
  EXPECT_EQ(server_->address().host, "::1");
  EXPECT_EQ(body_of(answer_to(get("/metrics"))), "one line\n");
}

// A web page whose name resolves to 127.0.0.1 asks by that name.
TEST_F(ServerTest, OnLoopbackItAnswersToAddressesAndLocalhostOnly) {
  open();
  const auto status_for = [this](const std::string& host) {
    return status_line(answer_to("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
  };
  for (const char* host : {"127.0.0.1", "127.0.0.1:9324", "[::1]:9324", "localhost",
                           "LocalHost:9324", "192.0.2.1:80"}) {
    EXPECT_EQ(status_for(host), "HTTP/1.1 200 OK") << host;
  }
  for (const char* host : {"evil.example", "evil.example:9324", "localhost.evil.example", "",
                           "127.0.0.1.evil.example", "127.0.0.1@evil.example", "127.0.0.1:x"}) {
    EXPECT_EQ(status_for(host), "HTTP/1.1 421 Misdirected Request") << host;
  }
  EXPECT_EQ(status_line(answer_to("GET /metrics HTTP/1.0\r\nHost: evil.example\r\n\r\n")),
            "HTTP/1.1 421 Misdirected Request");
}

TEST_F(ServerTest, BeyondLoopbackItAnswersToAnyName) {
  auto opened = Server::open(loop_.runtime(), {"0.0.0.0", 0}, routes());
  ASSERT_TRUE(opened) << opened.error();
  server_ = std::move(*opened);
  Client client(loop_.runtime(), {"127.0.0.1", server_->address().port});
  client.send("GET /metrics HTTP/1.1\r\nHost: node.example\r\n\r\n");
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(body_of(client.received()), "one line\n");
}

TEST_F(ServerTest, ClosesOnASilentClientSooner) {
  open({.max_connections = 1,
        .silence = std::chrono::milliseconds(50),
        .timeout = std::chrono::hours(1)});
  connect();
  await_connections(1);
  EXPECT_EQ(body_of(answer_to(get("/metrics"))), "one line\n");
}

}  // namespace
}  // namespace veilwire::http
