// An observer that writes down what it is told, and holds it to the order that observer.h promises.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "veilwire/proxy/observer.h"

namespace veilwire::proxy::testing {

// What was told of one connection.
struct Story {
  Direction direction = Direction::kOutbound;
  std::optional<Endpoint> target{};
  std::optional<Joined> joined{};
  std::optional<PassthroughReason> passed_through{};
  std::optional<Refusal> refusal{};
  std::string refusal_text{};
  std::optional<OnDowngrade> downgrade{};
  std::optional<std::string> end{};
};

class RecordingObserver final : public Observer {
 public:
  struct Moved {
    Side from;
    std::string name;
    std::string reason;  // of what was dropped
    friend bool operator==(const Moved&, const Moved&) = default;
  };

  std::map<ConnectionNumber, Story> stories;
  std::vector<Moved> passed;
  std::map<Side, std::size_t> removed;      // inventory entries
  std::map<Side, std::uint64_t> untouched;  // bytes passed through
  std::vector<Moved> dropped;
  int counts = 0;

  // The one connection, or the latest.
  const Story& last() const { return stories.rbegin()->second; }
  std::size_t ended_count() const {
    std::size_t count = 0;
    for (const auto& [number, story] : stories) count += story.end ? 1 : 0;
    return count;
  }

  void accepted(ConnectionNumber number, Direction direction) override {
    EXPECT_EQ(number, stories.size() + 1);
    stories[number].direction = direction;
  }
  void targeted(ConnectionNumber number, const Endpoint& peer) override {
    open_story(number).target = peer;
  }
  void joined(ConnectionNumber number, const Joined& how) override {
    open_story(number).joined = how;
  }
  void passed_through(ConnectionNumber number, PassthroughReason reason) override {
    open_story(number).passed_through = reason;
  }
  void refused(ConnectionNumber number, Refusal why, std::string_view text) override {
    Story& story = open_story(number);
    EXPECT_FALSE(story.refusal) << "refused twice";
    story.refusal = why;
    story.refusal_text = text;
  }
  void downgraded(ConnectionNumber number, OnDowngrade action) override {
    open_story(number).downgrade = action;
  }
  void message_passed(Direction, Side from, const protocol::MessageType& type,
                      std::size_t) override {
    passed.push_back({from, std::string(type.name()), {}});
  }
  void message_dropped(Direction, Side from, const protocol::MessageType& type,
                       std::string_view reason) override {
    dropped.push_back({from, std::string(type.name()), std::string(reason)});
  }
  void entries_removed(Direction, Side from, std::size_t count) override { removed[from] += count; }
  void bytes_passed_through(Side from, std::uint64_t bytes) override { untouched[from] += bytes; }
  void counted(Direction, Side, const transport::Info&) override { ++counts; }
  void ended(ConnectionNumber number, std::string_view text) override {
    open_story(number).end = std::string(text);
  }

 private:
  Story& open_story(ConnectionNumber number) {
    EXPECT_TRUE(stories.contains(number)) << "told of before it was accepted";
    EXPECT_FALSE(stories[number].end) << "told of after its end";
    return stories[number];
  }
};

}  // namespace veilwire::proxy::testing
