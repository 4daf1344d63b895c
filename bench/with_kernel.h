// A contestant that works by one kernel. The kernel chosen at start is back when it goes, for what
// runs next.
#pragma once

#include <memory>

#include "contestant_bench.h"

namespace veilwire::bench {

template <typename AnyKernel>
class WithKernel final : public app::Contestant {
 public:
  WithKernel(const AnyKernel& chosen, const AnyKernel& kernel, const MakeContestant& make)
      : chosen_(chosen) {
    use_kernel(kernel);
    contestant_ = make();
  }
  ~WithKernel() override { use_kernel(chosen_); }
  WithKernel(const WithKernel&) = delete;
  WithKernel& operator=(const WithKernel&) = delete;

  void prepare() override { contestant_->prepare(); }
  void work() override { contestant_->work(); }
  std::size_t operations() const override { return contestant_->operations(); }

 private:
  const AnyKernel& chosen_;
  std::unique_ptr<app::Contestant> contestant_;
};

}  // namespace veilwire::bench
