// Writes down which mutants each test reaches and how long it took: a line for each in the file that
// VEILWIRE_MUTANTS_REACHED names, "Suite.Name<TAB>milliseconds<TAB>1,2,3". What was reached outside of
// tests stands in a line that begins with "*".
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "veilwire/mutants.h"

namespace {

std::string take_reached() {
  std::string numbers;
  for (std::size_t i = 1; i < mutants::kMaxCount; ++i) {
    if (mutants::reached[i] == 0) continue;
    numbers += (numbers.empty() ? "" : ",") + std::to_string(i);
    mutants::reached[i] = 0;
  }
  return numbers;
}

class Recorder : public ::testing::EmptyTestEventListener {
 public:
  explicit Recorder(std::FILE* file) : file_(file) {}

 private:
  void OnTestStart(const ::testing::TestInfo&) override { write("*", 0); }
  void OnTestEnd(const ::testing::TestInfo& test) override {
    const std::string name = std::string(test.test_suite_name()) + "." + test.name();
    write(name, test.result()->elapsed_time());
  }
  void OnTestProgramEnd(const ::testing::UnitTest&) override {
    write("*", 0);
    std::fclose(file_);
  }

  void write(const std::string& name, long long milliseconds) {
    std::fprintf(file_, "%s\t%lld\t%s\n", name.c_str(), milliseconds, take_reached().c_str());
  }

  std::FILE* file_;
};

const bool is_recorded = [] {
  const char* path = std::getenv("VEILWIRE_MUTANTS_REACHED");
  std::FILE* const file = path != nullptr ? std::fopen(path, "w") : nullptr;
  // GoogleTest owns it.
  if (file != nullptr) ::testing::UnitTest::GetInstance()->listeners().Append(new Recorder(file));
  return file != nullptr;
}();

}  // namespace
