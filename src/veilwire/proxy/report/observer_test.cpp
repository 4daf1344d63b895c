#include "veilwire/proxy/report/observer.h"

#include <gtest/gtest.h>

namespace veilwire::proxy {
namespace {

class Recorder final : public Observer {
 public:
  void on(const Event& event) override { indexes.push_back(event.index()); }
  std::vector<std::size_t> indexes;
};

struct Choosy {
  void take(const Accepted& event) { taken.push_back(event.number); }
  void take(const Ended& event) { taken.push_back(event.number); }
  std::vector<ConnectionNumber> taken;
};

TEST(Observers, TellEachOfThemEverything) {
  Recorder first;
  Recorder second;
  Observers both({&first, &second});
  both.on(Accepted{1, Direction::kInbound});
  both.on(NotAccepting{"why"});
  both.on(Ended{1, "why"});
  EXPECT_EQ(first.indexes,
            (std::vector<std::size_t>{Event(Accepted{}).index(), Event(NotAccepting{}).index(),
                                      Event(Ended{}).index()}));
  EXPECT_EQ(second.indexes, first.indexes);
}

TEST(HandTo, LeavesAloneWhatNobodyTakes) {
  Choosy choosy;
  hand_to(choosy, Accepted{1, Direction::kInbound});
  hand_to(choosy, Targeted{2, {}});
  hand_to(choosy, Ended{3, ""});
  EXPECT_EQ(choosy.taken, (std::vector<ConnectionNumber>{1, 3}));
}

}  // namespace
}  // namespace veilwire::proxy
