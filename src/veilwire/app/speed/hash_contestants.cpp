#include "veilwire/app/speed/hash_contestants.h"

#include <stdexcept>

#include "veilwire/base/bytes.h"
#include "veilwire/base/hash256.h"
#include "veilwire/crypto/sha256_many.h"
#include "veilwire/crypto/yardstick.h"

namespace veilwire::app {
namespace {

constexpr std::size_t kInputsPerRound = 1000;
constexpr std::size_t kRowBytes = 64;

class HashContestant : public Contestant {
 public:
  explicit HashContestant(const HashCase& what)
      : bytes_(what.bytes),
        at_once_(what.inputs),
        text_(what.bytes * kInputsPerRound),
        hashes_(kInputsPerRound) {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      text_[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8) * 13);
    }
    for (std::size_t i = 0; i < kInputsPerRound; ++i) {
      inputs_.push_back(ByteView(text_).subspan(i * bytes_, bytes_));
      expected_.push_back(crypto::openssl_sha256d(inputs_.back()));
    }
  }

  void work() override {
    for (std::size_t i = 0; i < kInputsPerRound; i += at_once_) hash(i, at_once_);
    if (hashes_ != expected_) throw std::runtime_error("a hash came out wrong");
  }
  std::size_t operations() const override { return kInputsPerRound; }

 protected:
  virtual void hash(std::size_t first, std::size_t count) = 0;

  std::size_t bytes_;
  std::size_t at_once_;  // divides the round
  Bytes text_;
  std::vector<ByteView> inputs_;
  std::vector<Hash256> hashes_;

 private:
  std::vector<Hash256> expected_;
};

class OurHashes final : public HashContestant {
 public:
  using HashContestant::HashContestant;

 private:
  void hash(std::size_t first, std::size_t count) override {
    const auto out = std::span(hashes_).subspan(first, count);
    if (bytes_ == kRowBytes) {
      crypto::sha256d_64(ByteView(text_).subspan(first * bytes_, count * bytes_), out);
    } else {
      crypto::sha256d_many(std::span(inputs_).subspan(first, count), out);
    }
  }
};

class OpenSslHashes final : public HashContestant {
 public:
  using HashContestant::HashContestant;

 private:
  void hash(std::size_t first, std::size_t count) override {
    for (std::size_t i = first; i < first + count; ++i) {
      hashes_[i] = crypto::openssl_sha256d(inputs_[i]);
    }
  }
};

}  // namespace

const std::vector<HashCase>& hash_cases() {
  static const std::vector<HashCase> cases = {{64, 1000}, {64, 4}, {250, 1000}, {250, 4}};
  return cases;
}

std::unique_ptr<Contestant> our_hashes(const HashCase& what) {
  return std::make_unique<OurHashes>(what);
}

std::unique_ptr<Contestant> openssl_hashes(const HashCase& what) {
  return std::make_unique<OpenSslHashes>(what);
}

}  // namespace veilwire::app
