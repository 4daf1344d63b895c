// An observer that writes down what it is told, and holds it to the order that event.h promises.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "veilwire/proxy/report/observer.h"

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
  std::vector<ReadingDecided> reading;
  int counts = 0;

  // The one connection, or the latest.
  const Story& last() const { return stories.rbegin()->second; }
  std::size_t ended_count() const {
    std::size_t count = 0;
    for (const auto& [number, story] : stories) count += story.end ? 1 : 0;
    return count;
  }

  void on(const Event& event) override { hand_to(*this, event); }

  void take(const Accepted& event) {
    EXPECT_EQ(event.number, stories.size() + 1);
    stories[event.number].direction = event.direction;
  }
  void take(const Targeted& event) { open_story(event.number).target = event.peer; }
  void take(const Joined& event) { open_story(event.number).joined = event; }
  void take(const PassedThrough& event) { open_story(event.number).passed_through = event.reason; }
  void take(const Refused& event) {
    Story& story = open_story(event.number);
    EXPECT_FALSE(story.refusal) << "refused twice";
    story.refusal = event.why;
    story.refusal_text = event.text;
  }
  void take(const Downgraded& event) { open_story(event.number).downgrade = event.action; }
  void take(const MessagePassed& event) {
    passed.push_back({event.from, std::string(event.type.name()), {}});
  }
  void take(const MessageDropped& event) {
    dropped.push_back({event.from, std::string(event.type.name()), std::string(event.reason)});
  }
  void take(const EntriesRemoved& event) { removed[event.from] += event.count; }
  void take(const BytesPassedThrough& event) { untouched[event.from] += event.bytes; }
  void take(const Counted&) { ++counts; }
  void take(const ReadingDecided& event) { reading.push_back(event); }
  void take(const Ended& event) { open_story(event.number).end = std::string(event.text); }

 private:
  Story& open_story(ConnectionNumber number) {
    EXPECT_TRUE(stories.contains(number)) << "told of before it was accepted";
    EXPECT_FALSE(stories[number].end) << "told of after its end";
    return stories[number];
  }
};

}  // namespace veilwire::proxy::testing
