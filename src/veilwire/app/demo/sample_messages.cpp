#include "veilwire/app/demo/sample_messages.h"

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "veilwire/base/endian.h"
#include "veilwire/base/hash256.h"
#include "veilwire/base/time.h"
#include "veilwire/protocol/services.h"
#include "veilwire/protocol/version.h"
#include "veilwire/wire/codec.h"
#include "veilwire/wire/inventory.h"
#include "veilwire/wire/negotiation.h"
#include "veilwire/wire/ping.h"
#include "veilwire/wire/version.h"
#include "veilwire/wire/writer.h"

namespace veilwire::app {
namespace {

using protocol::MessageKind;
using protocol::OwnedMessage;

constexpr protocol::Services kServices = protocol::kNodeNetwork | protocol::kNodeWitness |
                                         protocol::kNodeNetworkLimited | protocol::kNodeP2pV2;
constexpr UnixTime kMadeUpTime = from_unix_seconds(1'790'000'000);
constexpr std::int32_t kMadeUpHeight = 900'000;
constexpr std::string_view kUserAgent = "/Veilwire:" VEILWIRE_VERSION "/";
constexpr std::size_t kBlockHeaderBytes = 80;
constexpr std::size_t kDecoyBytes = 200;

// Makes contents up. Once the entropy has failed, what it gives is of no use.
class Inventor {
 public:
  explicit Inventor(Entropy& entropy) : entropy_(entropy) {}

  Bytes bytes(std::size_t count) {
    Bytes made(count);
    fill(made);
    return made;
  }
  std::uint64_t nonce() {
    std::array<std::uint8_t, 8> made{};
    fill(made);
    return load_le<std::uint64_t>(made.data());
  }
  Hash256 hash() {
    Hash256 made{};
    fill(made);
    return made;
  }
  bool failed() const { return failed_; }

 private:
  void fill(ByteSpan out) {
    if (!entropy_.fill(out)) failed_ = true;
  }

  Entropy& entropy_;
  bool failed_ = false;
};

OwnedMessage version_of(Inventor& inventor) {
  return wire::build(wire::Version{.protocol_version = protocol::kWtxidRelayVersion,
                                   .services = kServices,
                                   .unix_time = kMadeUpTime,
                                   .nonce = inventor.nonce(),
                                   .user_agent = std::string(kUserAgent),
                                   .start_height = kMadeUpHeight});
}

// M is Inv or GetData.
template <typename M>
OwnedMessage inventory_of(Inventor& inventor, wire::InventoryType type, std::size_t count) {
  std::vector<wire::InventoryEntry> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back({type, inventor.hash()});
  const Bytes packed = wire::pack<wire::InventoryEntry>(entries);
  return wire::build(M{wire::InventoryList(packed)});
}

void write_script(wire::Writer& writer, std::initializer_list<std::uint8_t> opcodes,
                  ByteView pushed) {
  writer.u8(static_cast<std::uint8_t>(opcodes.size() + pushed.size()));
  for (const std::uint8_t opcode : opcodes) writer.u8(opcode);
  writer.bytes(pushed);
}

// One input and two outputs of P2WPKH: what most transactions look like.
OwnedMessage transaction_of(Inventor& inventor) {
  OwnedMessage message{MessageKind::kTx};
  wire::Writer writer(message.payload);
  writer.u32(2);       // version
  writer.u16(0x0100);  // witness marker and flag
  writer.u8(1);
  writer.bytes(inventor.hash());
  writer.u32(0);
  writer.u8(0);
  writer.u32(0xfffffffd);
  writer.u8(2);
  for (const std::uint64_t satoshi : {std::uint64_t{1'250'000}, std::uint64_t{48'113'907}}) {
    writer.u64(satoshi);
    write_script(writer, {0x00, 0x14}, inventor.bytes(20));
  }
  writer.u8(2);
  write_script(writer, {0x30}, inventor.bytes(70));
  write_script(writer, {0x02}, inventor.bytes(32));
  writer.u32(kMadeUpHeight - 1);
  return message;
}

OwnedMessage header_of(Inventor& inventor) {
  OwnedMessage message{MessageKind::kHeaders};
  wire::Writer writer(message.payload);
  writer.u8(1);
  writer.bytes(inventor.bytes(kBlockHeaderBytes));
  writer.u8(0);
  return message;
}

OwnedMessage unknown_message() {
  constexpr std::string_view kText = "a name without an id";
  return {protocol::MessageType::from_name("veilwiredemo").value(),
          Bytes(kText.begin(), kText.end())};
}

}  // namespace

std::expected<std::vector<Utterance>, EntropyFailure> sample_conversation(Entropy& entropy) {
  constexpr Speaker kWe = Speaker::kInitiator;
  constexpr Speaker kThey = Speaker::kResponder;
  using enum wire::InventoryType;
  Inventor inventor(entropy);
  std::vector<Utterance> said;
  said.push_back({kWe, version_of(inventor)});
  said.push_back({kThey, version_of(inventor)});
  for (const OwnedMessage& message :
       {wire::build(wire::WtxidRelay{}), wire::build(wire::SendAddrV2{}),
        wire::build(wire::Verack{})}) {
    said.push_back({kWe, message});
    said.push_back({kThey, message});
  }
  const std::uint64_t nonce = inventor.nonce();
  said.push_back({kWe, wire::build(wire::Ping{.nonce = nonce})});
  said.push_back({kThey, wire::build(wire::Pong{.nonce = nonce})});
  said.push_back({kThey, inventory_of<wire::Inv>(inventor, kWtx, 3)});
  said.push_back({kWe, inventory_of<wire::GetData>(inventor, kWitnessTx, 1)});
  said.push_back({kThey, transaction_of(inventor)});
  said.push_back({kThey, header_of(inventor)});
  said.push_back({kWe, inventory_of<wire::GetData>(inventor, kWitnessBlock, 1)});
  said.push_back({kThey, OwnedMessage{MessageKind::kBlock, inventor.bytes(kSampleBlockBytes)}});
  said.push_back({kWe, Decoy{Bytes(kDecoyBytes)}});
  said.push_back({kWe, unknown_message()});
  if (inventor.failed()) return std::unexpected(EntropyFailure{});
  return said;
}

}  // namespace veilwire::app
