#include "veilwire/app/speed/cipher_contestants.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "veilwire/base/bytes.h"
#include "veilwire/crypto/yardstick.h"
#include "veilwire/transport/packet_cipher.h"

namespace veilwire::app {
namespace {

using transport::DirectionKeys;
using transport::kHeaderBytes;
using transport::kLengthBytes;
using transport::kPacketExpansionBytes;
using transport::kTagBytes;
using transport::PacketOpener;
using transport::PacketSealer;
using transport::PlainPacket;

// A round of small packets is whole rekey periods, so that each round pays for what falls due
// once in a period.
constexpr std::size_t kPacketsPerPeriod = transport::kRekeyIntervalPackets;
constexpr std::size_t kSealedPeriods = 4;
// On many connections: packets that each opens in a round. What sealed them has pushed the openers
// out of the cache, which is none of their doing.
constexpr std::size_t kOpenedInTurn = 4;
constexpr std::size_t kLargestSmall = 1000;
constexpr std::size_t kBytesPerLargeRound = 256'000;
constexpr std::size_t kCacheLine = 64;

// How the packets of a round lie in memory: `slots` of them, gone over `passes` times.
struct Layout {
  std::size_t slots;
  std::size_t passes;
  std::size_t stride;

  std::size_t operations() const { return slots * passes; }
};

// What is sealed may be sealed again where it lies, so a few slots do; each packet that is to be
// opened must be there, sealed, before the round starts.
Layout layout_for(const CipherCase& what) {
  const std::size_t packet = what.bytes + kPacketExpansionBytes;
  if (what.connections > 1) {
    // Every connection has buffers of its own.
    const std::size_t stride = (packet + kCacheLine - 1) / kCacheLine * kCacheLine;
    return {what.connections * (what.op == CipherOp::kOpen ? kOpenedInTurn : 1), 1, stride};
  }
  const bool small = what.bytes <= kLargestSmall;
  const std::size_t large_count = std::max<std::size_t>(1, kBytesPerLargeRound / what.bytes);
  if (what.op == CipherOp::kOpen) return {small ? kPacketsPerPeriod : large_count, 1, packet};
  if (small) return {kQueue, kSealedPeriods * kPacketsPerPeriod / kQueue, packet};
  return {1, large_count, packet};
}

// The packets of a round.
class Packets {
 public:
  explicit Packets(const CipherCase& what)
      : layout_(layout_for(what)), bytes_(what.bytes), memory_(layout_.slots * layout_.stride) {}

  const Layout& layout() const { return layout_; }
  std::size_t count() const { return layout_.slots; }

  PlainPacket plain(std::size_t slot) {
    std::uint8_t* packet = start(slot);
    return {0, ByteView(packet + kLengthBytes + kHeaderBytes, bytes_), packet};
  }
  std::span<const std::uint8_t, kLengthBytes> length(std::size_t slot) {
    return std::span<const std::uint8_t, kLengthBytes>(start(slot), kLengthBytes);
  }
  // Header and contents.
  ByteSpan text(std::size_t slot) { return {start(slot) + kLengthBytes, kHeaderBytes + bytes_}; }
  std::span<std::uint8_t, kTagBytes> tag(std::size_t slot) {
    return std::span<std::uint8_t, kTagBytes>(start(slot) + kLengthBytes + kHeaderBytes + bytes_,
                                              kTagBytes);
  }
  // Everything after the length.
  ByteSpan sealed(std::size_t slot) {
    return {start(slot) + kLengthBytes, kHeaderBytes + bytes_ + kTagBytes};
  }

 private:
  std::uint8_t* start(std::size_t slot) { return memory_.data() + slot * layout_.stride; }

  Layout layout_;
  std::size_t bytes_;
  Bytes memory_;
};

Secret<32> key_number(std::size_t number, std::uint8_t purpose) {
  Secret<32> key;
  key.data()[0] = static_cast<std::uint8_t>(number);
  key.data()[1] = static_cast<std::uint8_t>(number >> 8);
  key.data()[2] = purpose;
  return key;
}

DirectionKeys keys_number(std::size_t number) {
  return {key_number(number, 1), key_number(number, 2)};
}

// A connection that has sent `packets` already. Connections that all began together would all
// rekey in the same round; real ones stand anywhere.
PacketSealer sealer_after(std::size_t number, std::size_t packets) {
  PacketSealer sealer(keys_number(number));
  std::array<std::uint8_t, kPacketExpansionBytes> packet;
  for (std::size_t i = 0; i < packets; ++i) sealer.seal({0, {}, packet.data()});
  return sealer;
}

void open_in_place(PacketOpener& opener, Packets& packets, std::size_t slot) {
  const ByteSpan sealed = packets.sealed(slot);
  if (opener.open_length(packets.length(slot)) + kHeaderBytes + kTagBytes != sealed.size() ||
      !opener.open(sealed, sealed.data())) {
    throw std::runtime_error("a packet of ours did not open");
  }
}

PacketOpener opener_after(std::size_t number, std::size_t packets) {
  PacketSealer sealer(keys_number(number));
  PacketOpener opener(keys_number(number));
  Packets one({CipherOp::kOpen, 0, 1, kManyConnections});
  for (std::size_t i = 0; i < packets; ++i) {
    sealer.seal(one.plain(0));
    open_in_place(opener, one, 0);
  }
  return opener;
}

std::size_t packets_so_far(const CipherCase& what, std::size_t connection) {
  return what.connections == 1 ? 0 : connection % kPacketsPerPeriod;
}

std::vector<PacketSealer> sealers_for(const CipherCase& what) {
  std::vector<PacketSealer> sealers;
  sealers.reserve(what.connections);
  for (std::size_t i = 0; i < what.connections; ++i) {
    sealers.push_back(sealer_after(i, packets_so_far(what, i)));
  }
  return sealers;
}

class CipherContestant : public Contestant {
 public:
  explicit CipherContestant(const CipherCase& what)
      : packets_(what), connections_(what.connections) {}
  std::size_t operations() const override { return packets_.layout().operations(); }

 protected:
  // Goes over all packets of the round, the connections in turn: `each(connection, slot)`.
  template <typename Each>
  void for_each_packet(Each each) {
    std::size_t connection = 0;
    for (std::size_t slot = 0; slot < packets_.count(); ++slot) {
      each(connection, slot);
      if (++connection == connections_) connection = 0;
    }
  }

  Packets packets_;

 private:
  std::size_t connections_;
};

class OurSealing final : public CipherContestant {
 public:
  explicit OurSealing(const CipherCase& what)
      : CipherContestant(what), sealers_(sealers_for(what)) {
    for (std::size_t i = 0; i < packets_.count(); ++i) plain_.push_back(packets_.plain(i));
  }

  void work() override {
    for (std::size_t pass = 0; pass < packets_.layout().passes; ++pass) {
      for_each_packet(
          [this](auto connection, auto slot) { sealers_[connection].seal(plain_[slot]); });
    }
  }

 private:
  std::vector<PacketSealer> sealers_;
  std::vector<PlainPacket> plain_;
};

class OurQueueSealing final : public CipherContestant {
 public:
  explicit OurQueueSealing(const CipherCase& what)
      : CipherContestant(what), sealer_(keys_number(0)) {
    for (std::size_t i = 0; i < packets_.count(); ++i) plain_.push_back(packets_.plain(i));
  }

  void work() override {
    for (std::size_t pass = 0; pass < packets_.layout().passes; ++pass) sealer_.seal_many(plain_);
  }

 private:
  PacketSealer sealer_;
  std::vector<PlainPacket> plain_;
};

class OurOpening final : public CipherContestant {
 public:
  explicit OurOpening(const CipherCase& what)
      : CipherContestant(what), sealers_(sealers_for(what)) {
    openers_.reserve(what.connections);
    for (std::size_t i = 0; i < what.connections; ++i) {
      openers_.push_back(opener_after(i, packets_so_far(what, i)));
    }
  }

  void prepare() override {
    for_each_packet(
        [this](auto connection, auto slot) { sealers_[connection].seal(packets_.plain(slot)); });
  }
  void work() override {
    for_each_packet([this](auto connection, auto slot) {
      open_in_place(openers_[connection], packets_, slot);
    });
  }

 private:
  std::vector<PacketSealer> sealers_;
  std::vector<PacketOpener> openers_;
};

// On OpenSSL's side one number counts the packets of all connections.
std::vector<crypto::OpenSslAead> aeads_for(const CipherCase& what,
                                           crypto::OpenSslAead::Direction direction) {
  std::vector<crypto::OpenSslAead> aeads;
  aeads.reserve(what.connections);
  for (std::size_t i = 0; i < what.connections; ++i)
    aeads.emplace_back(direction, key_number(i, 2));
  return aeads;
}

void seal_or_throw(crypto::OpenSslAead& aead, std::uint64_t number, Packets& packets,
                   std::size_t slot) {
  if (!aead.seal(number, packets.text(slot), packets.tag(slot))) {
    throw std::runtime_error("OpenSSL did not seal a packet");
  }
}

class OpenSslSealing final : public CipherContestant {
 public:
  explicit OpenSslSealing(const CipherCase& what)
      : CipherContestant(what), sealers_(aeads_for(what, crypto::OpenSslAead::Direction::kSeal)) {}

  void work() override {
    for (std::size_t pass = 0; pass < packets_.layout().passes; ++pass) {
      for_each_packet([this](auto connection, auto slot) {
        seal_or_throw(sealers_[connection], number_++, packets_, slot);
      });
    }
  }

 private:
  std::vector<crypto::OpenSslAead> sealers_;
  std::uint64_t number_ = 0;
};

class OpenSslOpening final : public CipherContestant {
 public:
  explicit OpenSslOpening(const CipherCase& what)
      : CipherContestant(what),
        sealers_(aeads_for(what, crypto::OpenSslAead::Direction::kSeal)),
        openers_(aeads_for(what, crypto::OpenSslAead::Direction::kOpen)) {}

  void prepare() override {
    for_each_packet([this](auto connection, auto slot) {
      seal_or_throw(sealers_[connection], number_ + slot, packets_, slot);
    });
  }
  void work() override {
    for_each_packet([this](auto connection, auto slot) {
      if (!openers_[connection].open(number_++, packets_.text(slot), packets_.tag(slot))) {
        throw std::runtime_error("a packet of OpenSSL's did not open");
      }
    });
  }

 private:
  std::vector<crypto::OpenSslAead> sealers_;
  std::vector<crypto::OpenSslAead> openers_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::unique_ptr<Contestant> our_cipher(const CipherCase& what) {
  if (what.op == CipherOp::kOpen) return std::make_unique<OurOpening>(what);
  if (what.queue > 1) return std::make_unique<OurQueueSealing>(what);
  return std::make_unique<OurSealing>(what);
}

std::unique_ptr<Contestant> openssl_cipher(const CipherCase& what) {
  if (what.op == CipherOp::kOpen) return std::make_unique<OpenSslOpening>(what);
  return std::make_unique<OpenSslSealing>(what);
}

}  // namespace veilwire::app
