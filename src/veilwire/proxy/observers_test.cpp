#include "veilwire/proxy/observers.h"

#include <gtest/gtest.h>

#include <string>

namespace veilwire::proxy {
namespace {

class Recorder final : public Observer {
 public:
  void accepted(ConnectionNumber number, Direction) override { add("accepted", number); }
  void targeted(ConnectionNumber number, const Endpoint&) override { add("targeted", number); }
  void joined(ConnectionNumber number, const Joined&) override { add("joined", number); }
  void passed_through(ConnectionNumber number, PassthroughReason) override {
    add("passed_through", number);
  }
  void refused(ConnectionNumber number, Refusal, std::string_view) override {
    add("refused", number);
  }
  void downgraded(ConnectionNumber number, OnDowngrade) override { add("downgraded", number); }
  void message_passed(Direction, Side, const protocol::MessageType&, std::size_t bytes) override {
    add("message_passed", bytes);
  }
  void message_dropped(Direction, Side, const protocol::MessageType&, std::string_view) override {
    add("message_dropped", 0);
  }
  void entries_removed(Direction, Side, std::size_t count) override {
    add("entries_removed", count);
  }
  void bytes_passed_through(Side, std::uint64_t bytes) override {
    add("bytes_passed_through", bytes);
  }
  void counted(Direction, Side, const transport::Info&) override { add("counted", 0); }
  void ended(ConnectionNumber number, std::string_view) override { add("ended", number); }

  std::string calls;

 private:
  void add(const char* name, std::uint64_t number) {
    calls += std::string(name) + " " + std::to_string(number) + "\n";
  }
};

TEST(Observers, TellEachOfThemEverything) {
  Recorder first;
  Recorder second;
  Observers both({&first, &second});
  const auto type = *protocol::MessageType::from_name("ping");
  both.accepted(1, Direction::kInbound);
  both.targeted(2, {});
  both.joined(3, {});
  both.passed_through(4, PassthroughReason::kNobodySpoke);
  both.refused(5, Refusal::kAdmission, "");
  both.downgraded(6, OnDowngrade::kWarn);
  both.message_passed(Direction::kInbound, Side::kPeer, type, 7);
  both.message_dropped(Direction::kInbound, Side::kPeer, type, "");
  both.entries_removed(Direction::kInbound, Side::kPeer, 9);
  both.bytes_passed_through(Side::kPeer, 10);
  both.counted(Direction::kInbound, Side::kPeer, {});
  both.ended(8, "");
  EXPECT_EQ(first.calls,
            "accepted 1\ntargeted 2\njoined 3\npassed_through 4\nrefused 5\ndowngraded 6\n"
            "message_passed 7\nmessage_dropped 0\nentries_removed 9\nbytes_passed_through 10\n"
            "counted 0\nended 8\n");
  EXPECT_EQ(second.calls, first.calls);
}

}  // namespace
}  // namespace veilwire::proxy
