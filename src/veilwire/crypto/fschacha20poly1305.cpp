#include "veilwire/crypto/fschacha20poly1305.h"

#include <algorithm>
#include <cstring>

#include "veilwire/base/endian.h"
#include "veilwire/crypto/aead.h"
#include "veilwire/crypto/kernel.h"

namespace veilwire::crypto {
namespace {

// One pass of the widest kernel: 16 packets of up to 63 bytes of contents, or 6 of 250. A kernel
// fills as much of the window as its passes fit best.
constexpr std::uint32_t kWindowBlocks = 32;
// A packet of more blocks than this takes from the window its Poly1305 key and the first block of
// its text, where header and contents come together; the rest fills passes of its own.
constexpr std::uint32_t kMaxStride = 8;
constexpr std::uint32_t kLongStride = 2;
// Up to this size a packet is encrypted whole and then authenticated, and authenticated whole
// before it is decrypted: it lies in the cache. Beyond, the two take turns.
constexpr std::size_t kMaxTwoStepBytes = 8 * 1024;
// Tags computed together.
constexpr std::size_t kGroup = 16;
// Packets up to this size may be grouped.
constexpr std::size_t kMaxGroupedBytes = (kMaxStride - 1) * kBlockBytes;

typedef std::uint64_t Word16 __attribute__((vector_size(16)));

template <typename Word>
Word load(const std::uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <typename Word>
void store(std::uint8_t* to, Word word) {
  std::memcpy(to, &word, sizeof word);
}

// At least one word: whole words, then the last word again from the end. That one is read before
// anything is written, since `in` may be `out`.
template <typename Word>
void xor_words(std::uint8_t* out, const std::uint8_t* in, const std::uint8_t* stream,
               std::size_t size) {
  const std::size_t last = size - sizeof(Word);
  const Word last_word = load<Word>(in + last) ^ load<Word>(stream + last);
  for (std::size_t i = 0; i < last; i += sizeof(Word)) {
    store<Word>(out + i, load<Word>(in + i) ^ load<Word>(stream + i));
  }
  store<Word>(out + last, last_word);
}

// out = in ^ stream, any size; in == out or apart.
void xor_bytes(std::uint8_t* out, const std::uint8_t* in, const std::uint8_t* stream,
               std::size_t size) {
  if (size >= sizeof(Word16)) return xor_words<Word16>(out, in, stream, size);
  if (size >= 8) return xor_words<std::uint64_t>(out, in, stream, size);
  for (std::size_t i = 0; i < size; ++i) out[i] = in[i] ^ stream[i];
}

// out = (first || rest) ^ stream. Words are written where Poly1305 will read them: a read that
// straddles two writes has to wait for both.
void xor_joined(std::uint8_t* out, std::uint8_t first, ByteView rest, const std::uint8_t* stream) {
  if (rest.size() < 2 * sizeof(Word16)) {
    out[0] = first ^ stream[0];
    return xor_bytes(out + 1, rest.data(), stream + 1, rest.size());
  }
  const auto low = load_le<std::uint64_t>(rest.data());
  const auto high = load_le<std::uint64_t>(rest.data() + 8);
  // The second word is made of rest[15] and on, which in place is out[16]: not yet written.
  store_le(out, (low << 8 | first) ^ load_le<std::uint64_t>(stream));
  store_le(out + 8, (high << 8 | low >> 56) ^ load_le<std::uint64_t>(stream + 8));
  constexpr std::size_t kDone = sizeof(Word16);
  xor_words<Word16>(out + kDone, rest.data() + (kDone - 1), stream + kDone,
                    1 + rest.size() - kDone);
}

// wipe() for whole blocks, without a call.
void wipe_blocks(std::uint8_t* memory, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kBlockBytes) std::memset(memory + i, 0, kBlockBytes);
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}

}  // namespace

// Keystream of packets window_first_, window_first_ + 1, ...: for each window_stride_ blocks, the
// first of which is block 0, where Poly1305's key lies.
struct alignas(64) KeystreamWindow {
  std::uint8_t bytes[kWindowBlocks * kBlockBytes];
  ~KeystreamWindow() { wipe(bytes, sizeof bytes); }
};

// One packet's share of the window; wiped when the packet is done.
struct FsChaCha20Poly1305::PacketKeystream {
  std::uint8_t* mac_key32;
  std::uint8_t* stream;      // of the text's first stream_bytes bytes
  std::size_t stream_bytes;  // a multiple of 64

  // With many connections in turn, the next packet's share has left the near caches by the time it
  // is needed: it is called for now, while nobody waits. (Beyond the window nothing is read.)
  void done() const {
    const std::size_t share_bytes = kBlockBytes + stream_bytes;
    __builtin_prefetch(mac_key32 + share_bytes);
    __builtin_prefetch(mac_key32 + share_bytes + kBlockBytes);
    wipe_blocks(mac_key32, share_bytes);
  }
};

FsChaCha20Poly1305::FsChaCha20Poly1305(const Secret<32>& key) : key_(key.copy()) {}
FsChaCha20Poly1305::~FsChaCha20Poly1305() = default;
FsChaCha20Poly1305::FsChaCha20Poly1305(FsChaCha20Poly1305&&) noexcept = default;
FsChaCha20Poly1305& FsChaCha20Poly1305::operator=(FsChaCha20Poly1305&&) noexcept = default;

// BIP 324: the packet's number in its period, then the number of rekeys so far.
std::array<std::uint8_t, 12> FsChaCha20Poly1305::nonce() const {
  std::array<std::uint8_t, 12> bytes;
  store_le(bytes.data(), packet_);
  store_le(bytes.data() + 4, rekeys_);
  return bytes;
}

// The same in words.
ChaChaInput FsChaCha20Poly1305::input_at(std::uint32_t block) const {
  return {.key32 = key_.data(),
          .counter = block,
          .nonce = {packet_, static_cast<std::uint32_t>(rekeys_),
                    static_cast<std::uint32_t>(rekeys_ >> 32)}};
}

// Where the text goes on after `text_bytes` bytes, a multiple of 64: block 0 is Poly1305's.
ChaChaInput FsChaCha20Poly1305::input_after(std::size_t text_bytes) const {
  return input_at(1 + static_cast<std::uint32_t>(text_bytes / kBlockBytes));
}

bool FsChaCha20Poly1305::window_serves(std::uint32_t blocks) const {
  return packet_ - window_first_ < window_count_ &&
         (window_stride_ >= blocks || blocks > kMaxStride);
}

void FsChaCha20Poly1305::fill_window(std::uint32_t blocks) {
  if (!window_) window_ = std::make_unique<KeystreamWindow>();
  const Kernel& kernel = active_kernel();
  const std::uint32_t unused_before = window_count_ * window_stride_;
  window_first_ = packet_;
  window_stride_ = blocks > kMaxStride ? kLongStride : blocks;
  window_count_ = std::min(kernel.pass_blocks / window_stride_, kRekeyInterval - packet_);
  BlockPosition positions[kWindowBlocks];
  std::uint32_t made = 0;
  for (std::uint32_t packet = packet_; packet < packet_ + window_count_; ++packet) {
    for (std::uint32_t block = 0; block < window_stride_; ++block) {
      positions[made++] = {.counter = block, .packet = packet};
    }
  }
  kernel.keystream(input_at(0), positions, made, window_->bytes);
  // What is left of a window that did not fit is no longer wanted. (All of one that was used up is
  // wiped.)
  for (std::uint32_t block = made; block < unused_before; ++block) {
    wipe_blocks(window_->bytes + block * kBlockBytes, kBlockBytes);
  }
}

FsChaCha20Poly1305::PacketKeystream FsChaCha20Poly1305::next_packet(std::size_t text_bytes) {
  const auto blocks = static_cast<std::uint32_t>(1 + (text_bytes + kBlockBytes - 1) / kBlockBytes);
  if (!window_serves(blocks)) fill_window(blocks);
  const std::size_t share_bytes = window_stride_ * kBlockBytes;
  std::uint8_t* share = window_->bytes + (packet_ - window_first_) * share_bytes;
  return {share, share + kBlockBytes, share_bytes - kBlockBytes};
}

// BIP 324, FSChaCha20Poly1305: after 224 packets the key becomes the first 32 bytes of what the
// AEAD makes of zeros under a nonce that no packet has; that is ChaCha20's block 1.
void FsChaCha20Poly1305::advance() {
  if (++packet_ < kRekeyInterval) return;
  std::uint8_t block[kBlockBytes];
  const BlockPosition position{.counter = 1, .packet = 0xffffffff};
  active_kernel().keystream(input_at(1), &position, 1, block);
  key_ = Secret<32>(std::span<const std::uint8_t, 32>(block, Secret<32>::size()));
  wipe(block, sizeof block);
  packet_ = 0;
  ++rekeys_;
  window_count_ = 0;
}

void FsChaCha20Poly1305::seal(const SealJob& job, ByteView aad) {
  const Kernel& kernel = active_kernel();
  if (kernel.whole != nullptr) return seal_whole(*kernel.whole, job, aad);
  const PacketKeystream ahead = next_packet(1 + job.rest.size());
  if (aad.empty() && job.rest.size() < kMaxTwoStepBytes) {
    const Poly1305Job mac = encrypt(kernel, job, ahead);
    kernel.poly1305_many(&mac, 1);
  } else {
    seal_long(kernel, job, ahead, aad);
  }
  ahead.done();
  advance();
}

// Writes the ciphertext; what is left to do for the tag is returned.
Poly1305Job FsChaCha20Poly1305::encrypt(const Kernel& kernel, const SealJob& job,
                                        const PacketKeystream& ahead) const {
  const std::size_t size = 1 + job.rest.size();
  const std::size_t made = std::min(size, ahead.stream_bytes);
  xor_joined(job.out, job.first, job.rest.first(made - 1), ahead.stream);
  if (size > made) {
    kernel.xor_stream(input_after(made), job.rest.data() + (made - 1), job.out + made, size - made);
  }
  return {.key32 = ahead.mac_key32, .data = job.out, .size = size, .tag16 = job.out + size};
}

void FsChaCha20Poly1305::seal_long(const Kernel& kernel, const SealJob& job,
                                   const PacketKeystream& ahead, ByteView aad) const {
  const std::size_t size = 1 + job.rest.size();
  const std::size_t made = std::min(size, ahead.stream_bytes);
  AeadMac mac(kernel, ahead.mac_key32, aad);
  xor_joined(job.out, job.first, job.rest.first(made - 1), ahead.stream);
  mac.add({job.out, made});
  mac.encrypt(input_after(made), job.rest.data() + (made - 1), job.out + made, size - made);
  mac.finish(job.out + size);
}

void FsChaCha20Poly1305::seal_whole(const WholeAead& aead, const SealJob& job, ByteView aad) {
  const std::size_t size = 1 + job.rest.size();
  job.out[0] = job.first;
  if (size > 1) std::memmove(job.out + 1, job.rest.data(), size - 1);
  aead.seal(key_.data(), nonce().data(), aad.data(), aad.size(), job.out, size, job.out + size);
  advance();
}

void FsChaCha20Poly1305::seal_many(std::span<const SealJob> jobs) {
  const Kernel& kernel = active_kernel();
  while (!jobs.empty()) {
    std::size_t group = 0;
    while (group < std::min(jobs.size(), kGroup) && jobs[group].rest.size() < kMaxGroupedBytes) {
      ++group;
    }
    if (group < 2 || kernel.whole != nullptr) {
      seal(jobs.front());
      jobs = jobs.subspan(1);
    } else {
      seal_group(kernel, jobs.first(group));
      jobs = jobs.subspan(group);
    }
  }
}

// Every packet here lies wholly in a window; the tags follow together.
void FsChaCha20Poly1305::seal_group(const Kernel& kernel, std::span<const SealJob> jobs) {
  std::uint8_t mac_keys[kGroup][Secret<32>::size()];
  Poly1305Job macs[kGroup];
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const SealJob& job = jobs[i];
    const PacketKeystream ahead = next_packet(1 + job.rest.size());
    macs[i] = encrypt(kernel, job, ahead);
    // The window may move on before the tags are made.
    std::memcpy(mac_keys[i], ahead.mac_key32, sizeof mac_keys[i]);
    macs[i].key32 = mac_keys[i];
    ahead.done();
    advance();
  }
  kernel.poly1305_many(macs, jobs.size());
  wipe(mac_keys, sizeof mac_keys);
}

bool FsChaCha20Poly1305::open(ByteView sealed, std::uint8_t* plaintext, ByteView aad) {
  const Kernel& kernel = active_kernel();
  const std::size_t size = sealed.size() - kPoly1305TagBytes;
  bool genuine = false;
  if (kernel.whole != nullptr) {
    genuine = open_whole(*kernel.whole, sealed, plaintext, aad);
  } else {
    const PacketKeystream ahead = next_packet(size);
    genuine = aad.empty() && size <= kMaxTwoStepBytes
                  ? open_short(kernel, sealed, plaintext, ahead)
                  : open_long(kernel, sealed, plaintext, ahead, aad);
    ahead.done();
  }
  if (!genuine) wipe(plaintext, size);
  advance();
  return genuine;
}

bool FsChaCha20Poly1305::open_short(const Kernel& kernel, ByteView sealed, std::uint8_t* plaintext,
                                    const PacketKeystream& ahead) const {
  const std::size_t size = sealed.size() - kPoly1305TagBytes;
  std::uint8_t tag[kPoly1305TagBytes];
  const Poly1305Job mac{
      .key32 = ahead.mac_key32, .data = sealed.data(), .size = size, .tag16 = tag};
  kernel.poly1305_many(&mac, 1);
  if (!tags_equal(tag, sealed.data() + size)) return false;
  const std::size_t made = std::min(size, ahead.stream_bytes);
  xor_bytes(plaintext, sealed.data(), ahead.stream, made);
  if (size > made) {
    kernel.xor_stream(input_after(made), sealed.data() + made, plaintext + made, size - made);
  }
  return true;
}

// Writes plaintext before the tag has verified; the caller wipes it where it does not.
bool FsChaCha20Poly1305::open_long(const Kernel& kernel, ByteView sealed, std::uint8_t* plaintext,
                                   const PacketKeystream& ahead, ByteView aad) const {
  const std::size_t size = sealed.size() - kPoly1305TagBytes;
  const std::size_t made = std::min(size, ahead.stream_bytes);
  // In place the tag at the end stays as it was received: decrypting ends before it.
  AeadMac mac(kernel, ahead.mac_key32, aad);
  mac.add(sealed.first(made));
  xor_bytes(plaintext, sealed.data(), ahead.stream, made);
  mac.decrypt(input_after(made), sealed.data() + made, plaintext + made, size - made);
  std::uint8_t tag[kPoly1305TagBytes];
  mac.finish(tag);
  return tags_equal(tag, sealed.data() + size);
}

bool FsChaCha20Poly1305::open_whole(const WholeAead& aead, ByteView sealed, std::uint8_t* plaintext,
                                    ByteView aad) const {
  const std::size_t size = sealed.size() - kPoly1305TagBytes;
  return aead.open(key_.data(), nonce().data(), aad.data(), aad.size(), sealed.data(), size,
                   sealed.data() + size, plaintext);
}

void FsChaCha20Poly1305::release_ahead() {
  window_.reset();
  window_count_ = 0;
}

std::size_t FsChaCha20Poly1305::ahead_bytes() const {
  return window_ ? sizeof(KeystreamWindow) : 0;
}

}  // namespace veilwire::crypto
