#include "veilwire/app/demo/sample_messages.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "veilwire/base/endian.h"

namespace veilwire::app {
namespace {

constexpr std::uint32_t kProtocolVersion = 70016;
constexpr std::uint64_t kServices = 0x0c09;  // network, witness, limited, v2 transport
constexpr std::uint64_t kMadeUpTime = 1'790'000'000;
constexpr std::string_view kUserAgent = "/Veilwire:" VEILWIRE_VERSION "/";

constexpr std::uint32_t kWitnessTransaction = 0x40000001;
constexpr std::uint32_t kWitnessBlock = 0x40000002;
constexpr std::uint32_t kWtxid = 5;

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kNetworkAddressBytes = 26;
constexpr std::size_t kBlockHeaderBytes = 80;

// Puts a payload together. Once the entropy has failed, what it holds is of no use.
class PayloadWriter {
 public:
  explicit PayloadWriter(Entropy& entropy) : entropy_(entropy) {}

  template <std::unsigned_integral T>
  PayloadWriter& number(T value) {
    const std::size_t at = payload_.size();
    payload_.resize(at + sizeof value);
    store_le(payload_.data() + at, value);
    return *this;
  }
  PayloadWriter& text(std::string_view text) {
    payload_.insert(payload_.end(), text.begin(), text.end());
    return *this;
  }
  PayloadWriter& zeros(std::size_t count) {
    payload_.resize(payload_.size() + count);
    return *this;
  }
  PayloadWriter& random(std::size_t count) {
    zeros(count);
    if (!entropy_.fill(ByteSpan(payload_).last(count))) failed_ = true;
    return *this;
  }
  PayloadWriter& script(std::initializer_list<std::uint8_t> opcodes, std::size_t hash_bytes) {
    number(static_cast<std::uint8_t>(opcodes.size() + hash_bytes));
    payload_.insert(payload_.end(), opcodes);
    return random(hash_bytes);
  }

  bool failed() const { return failed_; }
  Bytes take() { return std::exchange(payload_, {}); }

 private:
  Entropy& entropy_;
  Bytes payload_;
  bool failed_ = false;
};

Bytes version_payload(PayloadWriter& writer) {
  writer.number(kProtocolVersion).number(kServices).number(kMadeUpTime);
  writer.zeros(2 * kNetworkAddressBytes).random(8);
  writer.number(static_cast<std::uint8_t>(kUserAgent.size())).text(kUserAgent);
  writer.number(std::uint32_t{900'000}).number(std::uint8_t{1});
  return writer.take();
}

// Of inv and getdata alike.
Bytes inventory_payload(PayloadWriter& writer, std::uint32_t type, std::uint8_t count) {
  writer.number(count);
  for (std::uint8_t i = 0; i < count; ++i) writer.number(type).random(kHashBytes);
  return writer.take();
}

// One input and two outputs of P2WPKH: what most transactions look like.
Bytes transaction_payload(PayloadWriter& writer) {
  writer.number(std::uint32_t{2}).number(std::uint16_t{0x0100});  // version; witness marker
  writer.number(std::uint8_t{1}).random(kHashBytes).number(std::uint32_t{0});
  writer.number(std::uint8_t{0}).number(std::uint32_t{0xfffffffd});
  writer.number(std::uint8_t{2});
  writer.number(std::uint64_t{1'250'000}).script({0x00, 0x14}, 20);
  writer.number(std::uint64_t{48'113'907}).script({0x00, 0x14}, 20);
  writer.number(std::uint8_t{2}).script({0x30}, 70).script({0x02}, 32);
  writer.number(std::uint32_t{899'999});
  return writer.take();
}

Bytes headers_payload(PayloadWriter& writer) {
  writer.number(std::uint8_t{1}).random(kBlockHeaderBytes).number(std::uint8_t{0});
  return writer.take();
}

}  // namespace

std::expected<std::vector<Utterance>, EntropyFailure> sample_conversation(Entropy& entropy) {
  constexpr Speaker kWe = Speaker::kInitiator;
  constexpr Speaker kThey = Speaker::kResponder;
  PayloadWriter writer(entropy);
  std::vector<Utterance> said;
  said.push_back({kWe, "version", version_payload(writer)});
  said.push_back({kThey, "version", version_payload(writer)});
  for (const char* name : {"wtxidrelay", "sendaddrv2", "verack"}) {
    said.push_back({kWe, name, {}});
    said.push_back({kThey, name, {}});
  }
  const Bytes nonce = writer.random(8).take();
  said.push_back({kWe, "ping", nonce});
  said.push_back({kThey, "pong", nonce});
  said.push_back({kThey, "inv", inventory_payload(writer, kWtxid, 3)});
  said.push_back({kWe, "getdata", inventory_payload(writer, kWitnessTransaction, 1)});
  said.push_back({kThey, "tx", transaction_payload(writer)});
  said.push_back({kThey, "headers", headers_payload(writer)});
  said.push_back({kWe, "getdata", inventory_payload(writer, kWitnessBlock, 1)});
  said.push_back({kThey, "block", writer.random(kSampleBlockBytes).take()});
  said.push_back({kWe, "", writer.zeros(200).take()});
  said.push_back({kWe, "veilwiredemo", writer.text("a name without an id").take()});
  if (writer.failed()) return std::unexpected(EntropyFailure{});
  return said;
}

}  // namespace veilwire::app
