// Bodies, several requests on one connection, and answers that take their time.
#include <gtest/gtest.h>

#include "veilwire/http/testing/server_test.h"

namespace veilwire::http {
namespace {

using namespace testing;
using std::chrono::hours;
using std::chrono::milliseconds;

// Answers a POST with its body; keeps the answers to "/late".
class ExchangeTest : public ServerFixture {
 protected:
  void open(ServerConfig config = {}) {
    if (config.max_body_bytes == 0) config.max_body_bytes = 1000;
    if (config.idle == Duration::zero()) config.idle = hours(1);
    Routes routes;
    routes.add(Method::kPost, "/echo", answer_at_once([this](const Request& request) -> Response {
                 requests_.push_back(request);
                 return {.body = request.body};
               }));
    routes.add(Method::kGet, "/page", answer_at_once([this](const Request& request) -> Response {
                 requests_.push_back(request);
                 return {.body = "page"};
               }));
    routes.add(Method::kGet, "/late",
               [this](const Request&, const Answer& answer) { late_.push_back(answer); });
    serve(std::move(routes), config);
  }

  void await_late(std::size_t count) {
    EXPECT_TRUE(loop_.run_until([&] { return late_.size() == count; }));
  }

  std::vector<Request> requests_;
  std::vector<Answer> late_;
};

constexpr const char* kClose = "Connection: close\r\n";

TEST_F(ExchangeTest, ReadsABodyAllAtOnceAndByteByByte) {
  open();
  const std::string body(700, 'b');
  EXPECT_EQ(body_of(answer_to(post("/echo", body, kClose))), body);
  Client& slow = connect();
  slow.send_byte_by_byte(post("/echo", body, kClose));
  ASSERT_TRUE(loop_.run_until([&] { return slow.ended(); }));
  EXPECT_EQ(body_of(slow.received()), body);
}

TEST_F(ExchangeTest, ReadsABodyThatIsLargerThanItsBuffers) {
  open({.max_body_bytes = 3'000'000});
  const std::string body(3'000'000, 'b');
  EXPECT_EQ(body_of(answer_to(post("/echo", body, kClose))), body);
}

TEST_F(ExchangeTest, ReadsABodyInChunks) {
  open();
  EXPECT_EQ(
      body_of(answer_to("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")),
      "abcde");
}

TEST_F(ExchangeTest, RefusesABodyOverTheLimit) {
  open();
  const std::string too_large = "HTTP/1.1 413 Payload Too Large";
  EXPECT_EQ(status_line(answer_to(post("/echo", std::string(1001, 'b')))), too_large);
  EXPECT_EQ(status_line(answer_to("POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                                  std::string(1001, 'b') + "\r\n0\r\n\r\n")),
            too_large);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ExchangeTest, InvitesABodyThatWaitsToBeInvited) {
  open();
  Client& client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
      "Expect: 100-continue\r\n\r\n");
  await_answers(client, 1);
  EXPECT_EQ(client.received(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  await_answers(client, 2);
  EXPECT_TRUE(client.received().ends_with("abc"));
}

TEST_F(ExchangeTest, ShowsTheHandlerItsHeadersAndItsClient) {
  open();
  answer_to(get("/page?q", "authorization: Basic YTpi\r\nConnection: close\r\n"));
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].header("Authorization"), "Basic YTpi");
  EXPECT_EQ(requests_[0].header("X-Absent"), "");
  EXPECT_EQ(requests_[0].query, "q");
  EXPECT_EQ(requests_[0].client.host, "127.0.0.1");
}

TEST_F(ExchangeTest, TakesOneRequestAfterTheOther) {
  open();
  Client& client = connect();
  client.send(post("/echo", "one"));
  await_answers(client, 1);
  EXPECT_EQ(client.received().find("Connection:"), std::string::npos);
  client.send(get("/page"));
  await_answers(client, 2);
  client.send(get("/nowhere"));
  await_answers(client, 3);
  client.send(get("/page", kClose));
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(answer_count(client.received()), 4);
  EXPECT_NE(client.received().find("Connection: close"), std::string::npos);
}

TEST_F(ExchangeTest, TakesRequestsThatCameTogetherInTheirOrder) {
  open();
  Client& client = connect();
  client.send(post("/echo", "one") + post("/echo", "two") + get("/late") + post("/echo", "three"));
  await_answers(client, 2);
  EXPECT_LT(client.received().find("one"), client.received().find("two"));
  await_late(1);
  late_[0]({.body = "late"});
  await_answers(client, 4);
  EXPECT_TRUE(client.received().ends_with("three"));
}

TEST_F(ExchangeTest, KeepsNoConnectionOfVersion10) {
  open();
  EXPECT_EQ(body_of(answer_to("GET /page HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")), "page");
}

TEST_F(ExchangeTest, ClosesAnIdleConnection) {
  open({.idle = milliseconds(50)});
  Client& client = connect();
  client.send(get("/page"));
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(body_of(client.received()), "page");
  await_connections(0);
}

TEST_F(ExchangeTest, ClosesOnABodyThatTricklesIn) {
  open({.timeout = milliseconds(50)});
  Client& client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(client.received(), "");
}

TEST_F(ExchangeTest, AnswersLate) {
  open({.timeout = milliseconds(300)});
  Client& client = connect();
  client.send(get("/late"));
  await_late(1);
  loop_.run_for(milliseconds(600));  // thinking is under no time-out
  EXPECT_EQ(client.received(), "");
  late_[0]({.body = "late"});
  late_[0]({.body = "again"});
  await_answers(client, 1);
  EXPECT_EQ(body_of(client.received()), "late");
  client.send(get("/page"));
  await_answers(client, 2);
}

TEST_F(ExchangeTest, FreesThePlaceOfAClientThatDoesNotWaitForItsAnswer) {
  open();
  Client& client = connect();
  client.send(get("/late"));
  await_late(1);
  client.close();
  await_connections(0);
  late_[0]({.body = "late"});
  loop_.run_a_while();
}

TEST_F(ExchangeTest, SaysThatItFailedWhereNobodyAnswers) {
  open();
  Client& client = connect();
  client.send(get("/late"));
  await_late(1);
  late_.clear();
  await_answers(client, 1);
  EXPECT_EQ(status_line(client.received()), "HTTP/1.1 500 Internal Server Error");
}

TEST_F(ExchangeTest, AnAnswerAfterTheServerIsNothing) {
  open();
  Client& client = connect();
  client.send(get("/late"));
  await_late(1);
  server_.reset();
  late_[0]({.body = "late"});
  ASSERT_TRUE(loop_.run_until([&] { return client.ended(); }));
  EXPECT_EQ(client.received(), "");
}

TEST_F(ExchangeTest, StopsWhenWhatIsAskedIsAnswered) {
  open();
  Client& idle = connect();
  idle.send(get("/page"));
  await_answers(idle, 1);
  Client& asking = connect();
  asking.send(get("/late"));
  await_late(1);
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  ASSERT_TRUE(loop_.run_until([&] { return idle.ended(); }));
  EXPECT_FALSE(stopped);
  late_[0]({.body = "late"});
  ASSERT_TRUE(loop_.run_until([&] { return asking.ended(); }));
  EXPECT_EQ(body_of(asking.received()), "late");
  asking.close();
  EXPECT_TRUE(loop_.run_until([&] { return stopped; }));
}

TEST_F(ExchangeTest, StopsAtOnceWithoutConnections) {
  open();
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace veilwire::http
