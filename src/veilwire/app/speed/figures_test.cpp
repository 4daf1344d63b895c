#include "veilwire/app/speed/figures.h"

#include <gtest/gtest.h>

namespace veilwire::app {
namespace {

CipherFigure cipher_figure(CipherCase what) { return {"avx2", what, {100.0, 400.5, 4.125}}; }

TEST(Figures, CipherLineHasTheDocumentedFields) {
  EXPECT_EQ(to_json(cipher_figure({CipherOp::kSeal, 37, 32, 1})),
            R"({"op":"seal","kernel":"avx2","bytes":37,"queue":32,"ns":100.0,"gb_per_s":0.370,)"
            R"("openssl_ns":400.5,"openssl_gb_per_s":0.092,"ratio":4.125})");
}

TEST(Figures, CipherLineNamesConnectionsWhereThereAreMany) {
  const std::string line = to_json(cipher_figure({CipherOp::kOpen, 37, 1, 1000}));
  EXPECT_NE(line.find(R"("op":"open")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("queue":1,"connections":1000,)"), std::string::npos) << line;
}

TEST(Figures, HashLineHasTheDocumentedFields) {
  EXPECT_EQ(to_json(HashFigure{"shani", {64, 1000}, {60.0, 126.0, 2.1}}),
            R"({"op":"sha256d","kernel":"shani","bytes":64,"inputs":1000,"ns":60.0,)"
            R"("openssl_ns":126.0,"ratio":2.100})");
}

TEST(Figures, HashRecordsReadBackAsTheyWereWritten) {
  for (const HashCase& what : hash_cases()) {
    const HashFigure figure = {"avx2", what, {60.5, 126.0, 2.0625}};
    const auto read = hash_from_record(to_record(figure));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->what, what);
    EXPECT_EQ(to_record(*read), to_record(figure));
  }
  EXPECT_FALSE(hash_from_record("sha256d avx2 64 1000 60 126"));
  EXPECT_FALSE(hash_from_record(to_record(cipher_figure({CipherOp::kSeal, 37, 1, 1}))));
}

TEST(Figures, OverheadIsOurTimeInTimesOfTheBareCalls) {
  EXPECT_EQ(to_json(HandshakeFigure{{"initiator", {110'000, 100'000, 1 / 1.1}}}),
            R"({"op":"handshake","role":"initiator","ns":110000,"libsecp256k1_ns":100000,)"
            R"("overhead":1.100})");
  EXPECT_EQ(to_json(ScriptFigure{{"p2pkh", {52'500, 50'000, 1 / 1.05}}}),
            R"({"op":"script","kind":"p2pkh","ns":52500,"libsecp256k1_ns":50000,)"
            R"("overhead":1.050})");
}

TEST(Figures, BlockLineHasTheDocumentedFields) {
  EXPECT_EQ(to_json(BlockFigure{2, 512, {27'000, 25'000, 1 / 1.08}, 1.9}),
            R"({"op":"block","threads":2,"inputs":512,"ns":27000,"libsecp256k1_ns":25000,)"
            R"("overhead":1.080,"speedup":1.900})");
}

TEST(Figures, BlockLineOfOneThreadHasNoSpeedup) {
  const std::string line = to_json(BlockFigure{1, 512, {54'000, 50'000, 1}, std::nullopt});
  EXPECT_EQ(line.find("speedup"), std::string::npos) << line;
}

TEST(Figures, MemoryLineLeavesOutAnUncountedHeap) {
  EXPECT_EQ(to_json(MemoryFigure{"idle_v2", 824, 891}),
            R"({"op":"memory","what":"idle_v2","bytes":824,"heap_bytes":891})");
  EXPECT_EQ(to_json(MemoryFigure{"idle_v2", 824, std::nullopt}),
            R"({"op":"memory","what":"idle_v2","bytes":824})");
}

TEST(Figures, RecordsReadBackAsTheyWereWritten) {
  for (const CipherCase& what : cipher_cases()) {
    const CipherFigure figure = cipher_figure(what);
    const auto read = cipher_from_record(to_record(figure));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->what, what);
    EXPECT_EQ(read->kernel, figure.kernel);
    EXPECT_EQ(read->times.ns, figure.times.ns);
    EXPECT_EQ(read->times.reference_ns, figure.times.reference_ns);
    EXPECT_EQ(read->times.ratio, figure.times.ratio);
  }
}

TEST(Figures, RefusesALineThatIsNoRecord) {
  EXPECT_FALSE(cipher_from_record(""));
  EXPECT_FALSE(cipher_from_record("seal avx2 37 1 1 100 400"));
  EXPECT_FALSE(cipher_from_record("boil avx2 37 1 1 100 400 4"));
}

}  // namespace
}  // namespace veilwire::app
