#include "veilwire/http/routes.h"

#include <gtest/gtest.h>

namespace veilwire::http {
namespace {

Handler says(const std::string& text) {
  return answer_at_once([text](const Request&) { return Response{.body = text}; });
}

class RoutesTest : public ::testing::Test {
 protected:
  RoutesTest() {
    routes_.add(Method::kGet, "/a", says("a"))
        .add(Method::kPost, "/a", says("posted"))
        .add(Method::kGet, "/deep/*", says("deep"))
        .add(Method::kGet, "/deep/er/*", says("deeper"))
        .add(Method::kPost, "/deep/exact", says("exact"))
        .add_web_socket("/socket", [](const Request&, const std::shared_ptr<WebSocket>&) {
          return WebSocketEvents{};
        });
  }

  // The body of the handler, or the status of the refusal.
  std::string answer(Method method, std::string path) {
    const Request request{.method = method, .path = std::move(path)};
    const auto found = routes_.find(request);
    if (found.handler == nullptr) return std::to_string(found.refusal.status);
    std::string body;
    (*found.handler)(request, Answer([&](const Response& response) { body = response.body; }));
    return body;
  }

  Routes routes_;
};

TEST_F(RoutesTest, GoByPathAndMethod) {
  EXPECT_EQ(answer(Method::kGet, "/a"), "a");
  EXPECT_EQ(answer(Method::kHead, "/a"), "a");
  EXPECT_EQ(answer(Method::kPost, "/a"), "posted");
  EXPECT_EQ(answer(Method::kGet, "/b"), "404");
  EXPECT_EQ(answer(Method::kGet, "/a/"), "404");
  EXPECT_EQ(answer(Method::kGet, ""), "404");
  EXPECT_EQ(answer(Method::kPut, "/a"), "405");
  EXPECT_EQ(answer(Method::kOther, "/a"), "405");
}

TEST_F(RoutesTest, PreferTheLongerBeginningAndTheVeryPath) {
  EXPECT_EQ(answer(Method::kGet, "/deep/1"), "deep");
  EXPECT_EQ(answer(Method::kGet, "/deep/"), "deep");
  EXPECT_EQ(answer(Method::kGet, "/deep"), "404");
  EXPECT_EQ(answer(Method::kGet, "/deep/er/1"), "deeper");
  EXPECT_EQ(answer(Method::kPost, "/deep/exact"), "exact");
  EXPECT_EQ(answer(Method::kGet, "/deep/exact"), "405");
}

TEST_F(RoutesTest, SayWhichMethodsThereAre) {
  const auto found = routes_.find({.method = Method::kDelete, .path = "/a"});
  ASSERT_EQ(found.refusal.headers.size(), 1U);
  EXPECT_EQ(found.refusal.headers[0].name, "Allow");
  EXPECT_EQ(found.refusal.headers[0].value, "GET, HEAD, POST");
}

TEST_F(RoutesTest, KnowWhoAsksForAWebSocket) {
  Request request{.path = "/socket"};
  EXPECT_EQ(routes_.find(request).refusal.status, 426U);
  request.headers = {{"connection", "keep-alive, UPGRADE"}, {"Upgrade", "WebSocket"}};
  EXPECT_NE(routes_.find(request).web_socket, nullptr);
  request.method = Method::kPost;
  EXPECT_EQ(routes_.find(request).refusal.status, 405U);
  request.method = Method::kGet;
  request.path = "/a";
  EXPECT_NE(routes_.find(request).handler, nullptr);
}

TEST(Answer, CountsOnce) {
  std::vector<std::string> sent;
  {
    const Answer answer([&](const Response& response) { sent.push_back(response.body); });
    answer({.body = "one"});
    answer({.body = "two"});
  }
  EXPECT_EQ(sent, std::vector<std::string>{"one"});
}

TEST(Answer, IsAFailureWhereNobodyGivesIt) {
  std::vector<unsigned> sent;
  {
    const Answer answer([&](const Response& response) { sent.push_back(response.status); });
    {
      const Answer copy = answer;
    }
    EXPECT_TRUE(sent.empty());
  }
  EXPECT_EQ(sent, std::vector<unsigned>{500});
}

}  // namespace
}  // namespace veilwire::http
