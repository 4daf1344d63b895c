// Tree, coins, engine and store together: verdicts and tips of a real node, whatever kills them.
//
// The disk is simulated, so that a test can pull its plug.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include "veilwire/coins/statistics.h"
#include "veilwire/consensus/block_structure.h"
#include "veilwire/consensus/testing/executors.h"
#include "veilwire/consensus/testing/full_blocks.h"
#include "veilwire/engine/engine.h"
#include "veilwire/host/testing/simulated_disk.h"
#include "veilwire/host/thread_pool.h"
#include "veilwire/store/coin_table.h"
#include "veilwire/store/reindex.h"
#include "veilwire/store/stored_blocks.h"

namespace veilwire {
namespace {

using chain::NodeIndex;
using consensus::testing::FullBlocksStep;
using engine::Engine;
using engine::Replayed;
using host::testing::SimulatedDisk;

constexpr UnixTime kFarAway = from_unix_seconds(4'000'000'000);
const std::string kFolder = "node";

std::unique_ptr<store::CoinTable> open_coins(host::Files& files, const Hash256& genesis) {
  auto table = store::CoinTable::open(files, kFolder + "/coins", genesis, {.cache_bytes = 1 << 20});
  if (!table) throw std::runtime_error(table.error().detail);
  return std::move(*table);
}

// What runs between two kills.
class Run {
 public:
  Run(const protocol::Network& network, SimulatedDisk& disk, Executor& executor,
      const engine::EngineConfig& config)
      : tree_(network, 7),
        blocks_(store::StoredBlocks::open(disk, kFolder, tree_).value()),
        table_(open_coins(disk, network.genesis.hash)),
        engine_(tree_, blocks_, *table_, executor, config, {1, 2}),
        replayed_(engine_.start().value()) {
    // Blocks may be here that were not connected when the last run ended.
    if (!engine_.advance_to_best()) throw std::runtime_error("no way to the best chain");
  }

  const Replayed& replayed() const { return replayed_; }
  Hash256 tip() const { return tree_.nodes()[engine_.tip()].hash; }
  protocol::Height height() const { return tree_.nodes()[engine_.tip()].height; }
  const coins::Table& table() const { return *table_; }
  Engine& engine() { return engine_; }
  void checkpoint() { ASSERT_TRUE(engine_.checkpoint()); }
  void begin_checkpoint() { ASSERT_TRUE(engine_.begin_checkpoint()); }
  void sync() { ASSERT_TRUE(blocks_.sync()); }

  // As a node's `submitblock` answers: nothing where the block is the new tip.
  std::string submit(const Bytes& bytes, UnixTime now) {
    const auto block = consensus::ParsedBlock::parse(bytes);
    if (!block) return block.error().failure ? failure_text(*block.error().failure) : "decode";
    if (const auto known = tree_.nodes().find((*block)->hash())) {
      if (tree_.blame(*known) == chain::Blame::kOwnFault) return "duplicate-invalid";
      if (tree_.has_data(*known)) return "duplicate";
    }
    // The node looks at the block itself before it takes note of its header.
    if (const auto failure =
            check_structure(**block, consensus::own_sigops((*block)->transactions()))) {
      return failure_text(*failure);
    }
    const auto added = tree_.add((*block)->header(), now);
    if (!added) return std::string(refusal_name(added.error()));
    const auto failure = engine_.accept(added->index, *block, now).value();
    if (failure) return failure_text(*failure);
    return verdict_on(added->index);
  }
  void add_header(const Bytes& block) {
    ASSERT_TRUE(tree_.add(consensus::ParsedBlock::parse(block).value()->header(), kFarAway));
  }

  void invalidate_tip() {
    tree_.invalidate(engine_.tip());
    ASSERT_TRUE(blocks_.keep_standing(engine_.tip()));
    ASSERT_TRUE(engine_.advance_to_best());
  }

 private:
  std::string verdict_on(NodeIndex index) {
    std::string verdict;
    const auto done =
        engine_.advance_to_best([&](NodeIndex refused, const consensus::Failure& failure) {
          if (refused == index) verdict = failure_text(failure);
        });
    if (!done) throw std::runtime_error(done.error().text);
    if (!verdict.empty()) return verdict;
    return tree_.nodes().is_ancestor(index, engine_.tip()) ? "" : "inconclusive";
  }

  chain::HeaderTree tree_;
  store::StoredBlocks blocks_;
  std::unique_ptr<store::CoinTable> table_;
  Engine engine_;
  Replayed replayed_;
};

// A disk, and one run after the other on it.
class Machine {
 public:
  Machine(const protocol::Network& network, std::uint64_t seed) : network_(network), disk_(seed) {
    start();
  }

  Run& run() { return *run_; }
  SimulatedDisk& disk() { return disk_; }
  void kill() {
    end();
    disk_.kill();
    start();
  }
  void pull_plug() {
    end();
    disk_.pull_plug();
    start();
  }

  // Nobody uses the disk between them.
  void end_in_order() { run_.reset(); }
  void start() { run_ = std::make_unique<Run>(network_, disk_, *executor, config); }
  // Of the next run.
  engine::EngineConfig config;
  Executor* executor = &inline_;

 private:
  // Threads of the database cannot be killed here: what they do from now on does not reach the disk.
  void end() {
    disk_.fail_change(disk_.changes(), host::FileError::Kind::kDisk, SimulatedDisk::Lasts::kOn);
    run_.reset();
    disk_.repair();
  }

  consensus::testing::InlineExecutor inline_;
  const protocol::Network& network_;
  SimulatedDisk disk_;
  std::unique_ptr<Run> run_;
};

// -- What a real node said ----------------------------------------------------------------------------

// Kills and checkpoints between the steps, each with the chance of one in so many.
std::size_t right_steps(const boost::json::value& file, std::size_t kill_in,
                        std::size_t checkpoint_in) {
  const protocol::Network network = consensus::testing::full_blocks_network();
  Machine machine(network, 1);
  std::mt19937 dice(5);
  std::size_t right = 0;
  for (const FullBlocksStep& step : consensus::testing::full_blocks_steps(file)) {
    const std::string said =
        consensus::testing::without_place(machine.run().submit(step.block, step.now));
    const std::string tip = to_display(machine.run().tip());
    EXPECT_EQ(said, step.verdict) << "step " << step.number;
    EXPECT_EQ(tip, step.tip) << "step " << step.number;
    right += said == step.verdict && tip == step.tip ? 1 : 0;
    if (step.number == consensus::testing::kTipIsCalledInvalidAfter) {
      machine.run().invalidate_tip();
    }
    if (checkpoint_in != 0 && dice() % checkpoint_in == 0) machine.run().checkpoint();
    if (kill_in != 0 && dice() % kill_in == 0) {
      const Hash256 before = machine.run().tip();
      machine.kill();
      EXPECT_EQ(machine.run().tip(), before) << "after step " << step.number;
      EXPECT_EQ(machine.run().replayed().lost, 0u);
    }
  }
  return right;
}

TEST(FullBlocksRegtest, HasTheVerdictsAndTheTipsOfARealNodeThroughTheStore) {
  VEILWIRE_READ_JSON_OR_SKIP(file, "vectors/core/full_blocks_regtest.json.xz");
  consensus::testing::report_count("full_blocks_regtest", right_steps(file, 0, 0), 228);
}

TEST(FullBlocksRegtest, HasThemTooWhereItIsKilledAllTheTime) {
  VEILWIRE_READ_JSON_OR_SKIP(file, "vectors/core/full_blocks_regtest.json.xz");
  consensus::testing::report_count("full_blocks_regtest, killed", right_steps(file, 2, 0), 228);
  consensus::testing::report_count("full_blocks_regtest, killed and checkpointed",
                                   right_steps(file, 3, 4), 228);
}

// -- A long chain -------------------------------------------------------------------------------------

std::vector<Bytes> alternative_blocks(ByteView packed, std::size_t count = 2016) {
  auto blocks = consensus::testing::split_blocks(consensus::testing::unpacked_xz(packed));
  blocks.resize(count);
  return blocks;
}

coins::SetSummary summary_of(Machine& machine) {
  machine.run().checkpoint();
  return summarize(machine.run().table(), coins::SetHash::kMuHash).value();
}

TEST(AlternativeMainChain, IsConnectedThroughTheStore) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  Machine machine(*protocol::network_from_name("main"), 1);
  for (const Bytes& block : alternative_blocks(packed)) {
    ASSERT_EQ(machine.run().submit(block, kFarAway), "");
  }
  EXPECT_EQ(machine.run().height(), protocol::Height::of(2016));
  EXPECT_EQ(summary_of(machine).counts.coins, 2016u);
}

// What a pulled plug takes are blocks that came after the last sync: they are fetched again, and the
// coins are the same in the end.
TEST(AlternativeMainChain, LosesToAPulledPlugOnlyWhatWasNotSynced) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  const std::vector<Bytes> blocks = alternative_blocks(packed, 400);
  const protocol::Network& network = *protocol::network_from_name("main");
  Machine whole(network, 1);
  for (const Bytes& block : blocks) ASSERT_EQ(whole.run().submit(block, kFarAway), "");
  const Hash256 expected = summary_of(whole).hash;

  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Machine machine(network, seed);
    std::mt19937_64 dice(seed);
    std::uint32_t synced = 0;
    std::size_t plugs = 0;
    while (machine.run().height() < protocol::Height::of(400)) {
      ASSERT_EQ(machine.run().submit(blocks[machine.run().height().value()], kFarAway), "");
      if (dice() % 20 == 0) {
        dice() % 2 == 0 ? machine.run().checkpoint() : machine.run().sync();
        synced = machine.run().height().value();
      }
      if (dice() % 40 != 0) continue;
      machine.pull_plug();
      ++plugs;
      ASSERT_GE(machine.run().height(), protocol::Height::of(synced)) << "seed " << seed;
    }
    EXPECT_GT(plugs, 0u);
    EXPECT_EQ(summary_of(machine).hash, expected);
  }
}

// -- Built anew ---------------------------------------------------------------------------------------

class Rebuilding : public ::testing::Test {
 protected:
  void begin(std::size_t count, std::uint64_t seed = 1) {
    VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
    const std::vector<Bytes> blocks = alternative_blocks(packed, count);
    machine_ = std::make_unique<Machine>(network_, seed);
    for (const Bytes& block : blocks) ASSERT_EQ(machine_->run().submit(block, kFarAway), "");
    tip_ = machine_->run().tip();
    coins_ = summary_of(*machine_).hash;
    machine_->end_in_order();
  }
  void expect_the_same() {
    EXPECT_EQ(machine_->run().tip(), tip_);
    EXPECT_EQ(summary_of(*machine_).hash, coins_);
  }

  const protocol::Network& network_ = *protocol::network_from_name("main");
  std::unique_ptr<Machine> machine_;
  Hash256 tip_{};
  Hash256 coins_{};
};

TEST_F(Rebuilding, OfTheCoinsTakesBlocksAndUndoFilesAlone) {
  begin(300);
  ASSERT_TRUE(store::reindex_chainstate(machine_->disk(), kFolder));
  machine_->start();
  EXPECT_EQ(machine_->run().replayed().put_on, 300u);
  expect_the_same();
}

// However long the chain is, the coins in memory are bounded.
TEST_F(Rebuilding, OfTheCoinsWritesCheckpointsOnTheWay) {
  begin(300);
  ASSERT_TRUE(store::reindex_chainstate(machine_->disk(), kFolder));
  machine_->config.coin_bytes = 20'000;
  machine_->start();
  EXPECT_EQ(machine_->run().replayed().put_on, 300u);
  EXPECT_GT(machine_->run().table().tip().height, protocol::Height::of(100));
  expect_the_same();
}

TEST_F(Rebuilding, OfEverythingTakesTheBlockFilesAlone) {
  begin(300);
  ASSERT_TRUE(machine_->disk().remove(kFolder + "/chain.log"));
  const auto found = store::reindex(machine_->disk(), kFolder, network_, kFarAway);
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->blocks, 300u);
  machine_->start();
  EXPECT_EQ(machine_->run().replayed().put_on, 0u);
  expect_the_same();
}

// A kill on the way, or a disk that is full for good.
TEST_F(Rebuilding, CanBeCutShortAtAnyChange) {
  for (std::size_t change = 0;; ++change) {
    begin(12, change + 1);
    SimulatedDisk& disk = machine_->disk();
    disk.fail_change(disk.changes() + change, host::FileError::Kind::kNoSpace,
                     SimulatedDisk::Lasts::kOn);
    const auto done = store::reindex(disk, kFolder, network_, kFarAway);
    disk.repair();
    disk.kill();
    machine_->start();
    expect_the_same();
    if (done) {
      EXPECT_GT(change, 20u);
      break;
    }
    ASSERT_LT(change, 1000u);
  }
}

TEST_F(Rebuilding, IsRefusedWhileSomebodyHasTheFolder) {
  begin(3);
  machine_->start();
  EXPECT_FALSE(store::reindex(machine_->disk(), kFolder, network_, kFarAway));
  EXPECT_FALSE(store::reindex_chainstate(machine_->disk(), kFolder));
}

TEST_F(Rebuilding, ChangesNothingWhereTheClockIsWrongOrTheFilesAreScrambled) {
  begin(3);
  const auto too_early = store::reindex(machine_->disk(), kFolder, network_, from_unix_seconds(0));
  ASSERT_FALSE(too_early);
  EXPECT_NE(too_early.error().text.find("clock"), std::string::npos);
  machine_->start();
  expect_the_same();
  machine_->end_in_order();
  const auto key = machine_->disk().open(kFolder + "/xor.dat", host::Opening::kOrNew).value();
  ASSERT_TRUE(key->write_at(0, Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  const auto scrambled = store::reindex(machine_->disk(), kFolder, network_, kFarAway);
  ASSERT_FALSE(scrambled);
  EXPECT_NE(scrambled.error().text.find("xor.dat"), std::string::npos);
}

// Somebody removed the log: to begin anew would be to write over the blocks.
TEST_F(Rebuilding, IsAskedForWhereBlocksAreThereAndNothingKnowsOfThem) {
  begin(3);
  ASSERT_TRUE(machine_->disk().remove(kFolder + "/chain.log"));
  chain::HeaderTree tree(network_, 7);
  const auto opened = store::StoredBlocks::open(machine_->disk(), kFolder, tree);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().text.find("reindex"), std::string::npos) << opened.error().text;
}

// -- Looked at again ----------------------------------------------------------------------------------

TEST_F(Rebuilding, VerifiesTheLastBlocksAtEveryLevel) {
  begin(60);
  machine_->start();
  for (int level = 0; level <= 4; ++level) {
    const auto verified =
        machine_->run().engine().verify(50, static_cast<engine::VerifyLevel>(level));
    ASSERT_TRUE(verified) << verified.error().text;
    EXPECT_EQ(*verified, 50u);
    expect_the_same();
  }
  EXPECT_EQ(machine_->run().engine().verify(1000, engine::VerifyLevel::kConnected).value(), 60u);
  expect_the_same();
}

TEST_F(Rebuilding, NoticesAtTheRightLevelWhatIsWrongWithABlock) {
  const auto lowest = [&](const std::string& file) {
    begin(20);
    machine_->start();
    SimulatedDisk& disk = machine_->disk();
    disk.flip_bit(file, disk.content(file).size() - 40);
    int level = 0;
    while (level <= 4 &&
           machine_->run().engine().verify(3, static_cast<engine::VerifyLevel>(level))) {
      ++level;
    }
    return level;
  };
  EXPECT_EQ(lowest(kFolder + "/rev00000.dat"), 2);
  // In the last transaction: only the Merkle root knows.
  EXPECT_EQ(lowest(kFolder + "/blk00000.dat"), 1);
}

// -- Checkpoints beside blocks ------------------------------------------------------------------------

// Connects blocks, begins checkpoints, and kills whoever does it; `meanwhile` happens between blocks.
// Gives how often a block was connected while a checkpoint was being written.
std::size_t blocks_beside_checkpoints(Machine& machine, const std::vector<Bytes>& blocks,
                                      const std::function<void()>& meanwhile) {
  std::mt19937_64 dice(3);
  std::size_t beside = 0;
  while (machine.run().height().value() < blocks.size()) {
    if (dice() % 10 == 0) machine.run().begin_checkpoint();
    const Bytes& next = blocks[machine.run().height().value()];
    EXPECT_EQ(machine.run().submit(next, kFarAway), "");
    beside += machine.run().engine().coins().has_frozen() ? 1 : 0;
    if (dice() % 4 == 0) meanwhile();
    if (dice() % 50 != 0) continue;
    const Hash256 tip = machine.run().tip();
    machine.kill();
    EXPECT_EQ(machine.run().tip(), tip);
  }
  return beside;
}

class CheckpointsBesideBlocks : public Rebuilding {
 protected:
  void begin_with(Executor& executor) {
    VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
    blocks_ = alternative_blocks(packed, 400);
    begin(blocks_.size());
    again_ = std::make_unique<Machine>(network_, 2);
    again_->end_in_order();
    again_->executor = &executor;
    again_->start();
  }
  void end() {
    EXPECT_EQ(summary_of(*again_).hash, coins_);
    again_.reset();  // before the executor
  }

  std::vector<Bytes> blocks_;
  std::unique_ptr<Machine> again_;
};

TEST_F(CheckpointsBesideBlocks, LeaveTheTipAndTheCoinsAsTheyWereWheneverTheyAreWritten) {
  consensus::testing::LateExecutor late;
  begin_with(late);
  EXPECT_GT(blocks_beside_checkpoints(*again_, blocks_, [&late] { late.run_all(); }), 50u);
  end();
}

TEST_F(CheckpointsBesideBlocks, AreWrittenOnAnotherThread) {
  host::ThreadPool pool(1);
  begin_with(pool);
  ASSERT_EQ(again_->run().submit(blocks_[0], kFarAway), "");
  std::promise<void> gate;
  pool.post([opened = gate.get_future().share()] { opened.wait(); });
  again_->run().begin_checkpoint();
  for (std::size_t i = 1; i <= 5; ++i) {
    ASSERT_EQ(again_->run().submit(blocks_[i], kFarAway), "");
    EXPECT_TRUE(again_->run().engine().coins().has_frozen());
  }
  gate.set_value();
  while (again_->run().engine().coins().has_frozen()) {
    ASSERT_TRUE(again_->run().engine().advance());
    std::this_thread::yield();
  }
  EXPECT_EQ(again_->run().table().tip().height, protocol::Height::of(1));
  blocks_beside_checkpoints(*again_, blocks_, [] {});
  end();
}

// No room for it, though there is for blocks: the engine says so, and goes on once there is.
TEST_F(CheckpointsBesideBlocks, ThatFailAreTriedAgain) {
  consensus::testing::LateExecutor late;
  begin_with(late);
  ASSERT_EQ(again_->run().submit(blocks_[0], kFarAway), "");
  again_->run().begin_checkpoint();
  SimulatedDisk& disk = again_->disk();
  disk.fail_change(disk.changes(), host::FileError::Kind::kNoSpace, SimulatedDisk::Lasts::kOn);
  late.run_all();
  disk.repair();
  const auto said = again_->run().engine().advance();
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().kind, engine::EngineError::Kind::kFull) << said.error().text;
  blocks_beside_checkpoints(*again_, blocks_, [&late] { late.run_all(); });
  end();
}

// -- A block that the disk changed --------------------------------------------------------------------

// It is here, and its turn to be connected has not come: what is missed is the one before it.
TEST(DamagedBlock, IsFetchedAgain) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  const std::vector<Bytes> blocks = alternative_blocks(packed, 3);
  Machine machine(*protocol::network_from_name("main"), 1);
  machine.run().add_header(blocks[0]);
  ASSERT_EQ(machine.run().submit(blocks[1], kFarAway), "inconclusive");
  machine.kill();
  SimulatedDisk& disk = machine.disk();
  disk.flip_bit(kFolder + "/blk00000.dat", disk.content(kFolder + "/blk00000.dat").size() - 40);

  EXPECT_EQ(machine.run().submit(blocks[0], kFarAway), "");
  EXPECT_EQ(machine.run().height(), protocol::Height::of(1));
  // It is not held against the block.
  EXPECT_EQ(machine.run().submit(blocks[1], kFarAway), "");
  EXPECT_EQ(machine.run().submit(blocks[2], kFarAway), "");
  machine.kill();
  EXPECT_EQ(machine.run().height(), protocol::Height::of(3));
}

// -- A disk without room ------------------------------------------------------------------------------

TEST(FullDisk, StopsTheEngineWithASentenceAndLosesNothing) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  const std::vector<Bytes> blocks = alternative_blocks(packed, 6);
  const protocol::Network& network = *protocol::network_from_name("main");
  for (std::size_t change = 0; change < 60; ++change) {
    Machine machine(network, change + 1);
    machine.disk().fail_change(machine.disk().changes() + change, host::FileError::Kind::kNoSpace,
                               SimulatedDisk::Lasts::kOn);
    std::uint32_t acknowledged = 0;
    try {
      for (const Bytes& block : blocks) {
        if (machine.run().submit(block, kFarAway).empty()) ++acknowledged;
      }
    } catch (const std::exception&) {
      // the engine said so
    }
    machine.disk().repair();
    machine.kill();
    ASSERT_GE(machine.run().height(), protocol::Height::of(acknowledged)) << "change " << change;
    while (machine.run().height() < protocol::Height::of(6)) {
      const std::string said =
          machine.run().submit(blocks[machine.run().height().value()], kFarAway);
      ASSERT_TRUE(said.empty() || said == "duplicate") << said;
      ASSERT_NE(said, "duplicate");
    }
  }
}

// One call fails, and the caller tries again, as he may.
TEST(FullDisk, LosesNothingThatWasAcknowledgedWhenItWasTriedAgain) {
  VEILWIRE_READ_REAL_OR_SKIP(packed, "data/mainnet_alternative_blocks_1_2016.bin.xz");
  const std::vector<Bytes> blocks = alternative_blocks(packed, 6);
  const protocol::Network& network = *protocol::network_from_name("main");
  for (std::size_t change = 0; change < 60; ++change) {
    Machine machine(network, change + 1);
    machine.disk().fail_change(machine.disk().changes() + change, host::FileError::Kind::kNoSpace);
    for (const Bytes& block : blocks) {
      try {
        machine.run().submit(block, kFarAway);
      } catch (const std::exception&) {
        machine.run().submit(block, kFarAway);
        ASSERT_TRUE(machine.run().engine().advance_to_best()) << "change " << change;
      }
    }
    ASSERT_EQ(machine.run().height(), protocol::Height::of(6)) << "change " << change;
    machine.kill();
    ASSERT_EQ(machine.run().height(), protocol::Height::of(6)) << "change " << change;
  }
}

}  // namespace
}  // namespace veilwire
