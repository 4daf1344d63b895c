#include "veilwire/app/speed/cipher_cases.h"

namespace veilwire::app {
namespace {

constexpr std::size_t kSizes[] = {13, 37, 61, 250, 1000, 16'000, 100'000, 1'000'000, 4'000'000};
constexpr std::size_t kLargestQueued = 1000;
constexpr std::size_t kManyConnectionsBytes = 37;

std::vector<CipherCase> make_cases() {
  std::vector<CipherCase> cases;
  for (const std::size_t bytes : kSizes) {
    cases.push_back({CipherOp::kSeal, bytes, 1, 1});
    cases.push_back({CipherOp::kOpen, bytes, 1, 1});
  }
  for (const std::size_t bytes : kSizes) {
    if (bytes <= kLargestQueued) cases.push_back({CipherOp::kSeal, bytes, kQueue, 1});
  }
  cases.push_back({CipherOp::kSeal, kManyConnectionsBytes, 1, kManyConnections});
  cases.push_back({CipherOp::kOpen, kManyConnectionsBytes, 1, kManyConnections});
  return cases;
}

}  // namespace

std::string_view op_name(CipherOp op) { return op == CipherOp::kSeal ? "seal" : "open"; }

const std::vector<CipherCase>& cipher_cases() {
  static const std::vector<CipherCase> cases = make_cases();
  return cases;
}

}  // namespace veilwire::app
