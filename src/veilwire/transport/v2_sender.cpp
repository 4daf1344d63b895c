#include "veilwire/transport/v2_sender.h"

#include <array>
#include <span>

#include "veilwire/transport/copy_bytes.h"

namespace veilwire::transport {
namespace {

// Packets that are handed to the cipher in one call.
constexpr std::size_t kBatch = 32;
constexpr std::size_t kContentsAt = kLengthBytes + kHeaderBytes;

// A packet as it lies in the buffer before it is sealed.
PlainPacket packet_at(std::uint8_t* at) {
  return {at[kLengthBytes], ByteView(at + kContentsAt, load_length(at)), at};
}

}  // namespace

void V2Sender::send_in_clear(ByteView bytes) {
  out_.append(bytes);
  sealed_.bytes += bytes.size();
}

void V2Sender::send_handshake_packet(PacketKind kind, ByteView contents, ByteView aad) {
  std::uint8_t* out = out_.extend(contents.size() + kPacketExpansionBytes);
  sealer_->seal({static_cast<std::uint8_t>(kind), contents, out}, aad);
  count_packet(kind, contents.size());
  sealed_.messages = 0;  // the version packet is none
}

void V2Sender::open_queue() {
  out_.append(waiting_.unsent());
  pending_bytes_ = waiting_.unsent_bytes();
  waiting_.release();
  waiting_count_ = 0;
  queue_is_open_ = true;
}

void V2Sender::push(PacketKind kind, ByteView head, ByteView payload) {
  const std::size_t contents_bytes = head.size() + payload.size();
  const std::size_t packet_bytes = contents_bytes + kPacketExpansionBytes;
  std::uint8_t* at = (queue_is_open_ ? out_ : waiting_).extend(packet_bytes);
  store_length(at, contents_bytes);
  at[kLengthBytes] = static_cast<std::uint8_t>(kind);
  copy_bytes(payload, copy_bytes(head, at + kContentsAt));
  if (!queue_is_open_) {
    ++waiting_count_;
    return;
  }
  pending_bytes_ += packet_bytes;
  if (contents_bytes > kSealAtPushBytes) seal_pending();
}

bool V2Sender::is_full() const {
  return unsent_bytes() >= kMaxUnsentBytes || waiting_count_ >= kMaxQueuedBeforeHandshake;
}

ByteView V2Sender::bytes_to_send() {
  seal_pending();
  offered_ = sealed_;
  return out_.unsent();
}

void V2Sender::seal_pending() {
  while (pending_bytes_ != 0) {
    std::array<PlainPacket, kBatch> batch;
    std::size_t count = 0;
    while (count < kBatch && pending_bytes_ != 0) batch[count++] = take_pending();
    sealer_->seal_many(std::span(batch).first(count));
  }
  if (sealer_) sealed_.rekeys = sealer_->rekeys();
}

PlainPacket V2Sender::take_pending() {
  const PlainPacket packet = packet_at(out_.last(pending_bytes_));
  count_packet(static_cast<PacketKind>(packet.header), packet.contents.size());
  pending_bytes_ -= packet.contents.size() + kPacketExpansionBytes;
  return packet;
}

void V2Sender::count_packet(PacketKind kind, std::size_t contents_bytes) {
  const std::size_t packet_bytes = contents_bytes + kPacketExpansionBytes;
  sealed_.bytes += packet_bytes;
  ++sealed_.packets;
  if (kind == PacketKind::kDecoy) {
    ++sealed_.decoys;
    sealed_.decoy_bytes += packet_bytes;
  } else {
    ++sealed_.messages;
  }
}

void V2Sender::release_idle() {
  if (sealer_) sealer_->release_ahead();
  if (out_.unsent_bytes() == 0) out_.release();
}

void V2Sender::stop() {
  sealer_.reset();
  out_.wipe();
  waiting_.wipe();
  pending_bytes_ = waiting_count_ = 0;
  sealed_ = offered_;
}

std::size_t V2Sender::heap_bytes() const {
  return out_.heap_bytes() + waiting_.heap_bytes() + (sealer_ ? sealer_->ahead_bytes() : 0);
}

std::size_t V2Sender::idle_bytes() const {
  return out_.idle_bytes() + (sealer_ ? sealer_->ahead_bytes() : 0);
}

}  // namespace veilwire::transport
