// What `veilwire speed` finds out, and how it says it: one JSON object a line, with the fields that
// docs/performance.md lists.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "veilwire/app/speed/cipher_cases.h"
#include "veilwire/app/speed/hash_contestants.h"
#include "veilwire/app/speed/interleaved.h"

namespace veilwire::app {

struct MachineFigure {
  std::string cpu;
  std::string openssl;
  std::string kernel;  // the one chosen
};

struct CipherFigure {
  std::string kernel;
  CipherCase what;
  // ns a packet; the reference is OpenSSL's AEAD, the ratio how many times faster ours is.
  Comparison times;
};

struct HashFigure {
  std::string kernel;
  HashCase what;
  // ns an input; the reference is OpenSSL's calls, one input after the other.
  Comparison times;
};

// What cannot be faster than the calls of libsecp256k1 in it.
struct CurveFigure {
  std::string_view what;
  // ns; the reference is the bare calls.
  Comparison times;
};
struct HandshakeFigure : CurveFigure {};  // one side, by its role
struct ScriptFigure : CurveFigure {};     // one check, by the kind of script

// A block from its bytes to the verdict, with its coins at hand.
struct BlockFigure {
  std::size_t threads;
  std::size_t inputs;
  // ns an input; the reference is the bare calls for its signatures, on as many threads.
  Comparison times;
  // How many times as fast as on one thread; nothing on that one.
  std::optional<double> speedup;
};

struct MemoryFigure {
  std::string_view what;  // "idle_v2", "busy_v2", "handshaking"
  std::size_t bytes;      // as info().memory_bytes tells
  // As the allocator tells, with its own overhead; nothing where it cannot.
  std::optional<std::size_t> heap_bytes;
};

// Contents in gigabytes a second: 10^9 bytes.
double gigabytes_per_second(std::size_t bytes, double ns);

std::string to_json(const MachineFigure& figure);
std::string to_json(const CipherFigure& figure);
std::string to_json(const HashFigure& figure);
std::string to_json(const HandshakeFigure& figure);
std::string to_json(const ScriptFigure& figure);
std::string to_json(const BlockFigure& figure);
std::string to_json(const MemoryFigure& figure);

// How one process of `veilwire speed` tells another: a line of text without its newline.
std::string to_record(const CipherFigure& figure);
std::string to_record(const HashFigure& figure);
// Nothing where the line is no record of that kind.
std::optional<CipherFigure> cipher_from_record(const std::string& line);
std::optional<HashFigure> hash_from_record(const std::string& line);

}  // namespace veilwire::app
