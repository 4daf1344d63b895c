#include "veilwire/app/speed/figures.h"

#include <fmt/format.h>

#include <sstream>

#include "veilwire/app/json_string.h"

namespace veilwire::app {
namespace {

constexpr std::string_view kHashOp = "sha256d";

// `key` is what the field is called that says what was measured.
std::string curve_json(std::string_view op, std::string_view key, const CurveFigure& figure) {
  return fmt::format(
      R"({{"op":"{}","{}":"{}","ns":{:.0f},"libsecp256k1_ns":{:.0f},"overhead":{:.3f}}})", op, key,
      figure.what, figure.times.ns, figure.times.reference_ns, figure.times.overhead());
}

}  // namespace

double gigabytes_per_second(std::size_t bytes, double ns) {
  return static_cast<double>(bytes) / ns;
}

std::string to_json(const MachineFigure& figure) {
  return fmt::format(R"({{"op":"machine","cpu":{},"openssl":{},"kernel":{},"veilwire":{}}})",
                     json_string(figure.cpu), json_string(figure.openssl),
                     json_string(figure.kernel), json_string(VEILWIRE_VERSION));
}

std::string to_json(const CipherFigure& figure) {
  const CipherCase& what = figure.what;
  const Comparison& times = figure.times;
  const std::string connections =
      what.connections > 1 ? fmt::format(R"("connections":{},)", what.connections) : "";
  return fmt::format(
      R"({{"op":"{}","kernel":"{}","bytes":{},"queue":{},{}"ns":{:.1f},"gb_per_s":{:.3f},)"
      R"("openssl_ns":{:.1f},"openssl_gb_per_s":{:.3f},"ratio":{:.3f}}})",
      op_name(what.op), figure.kernel, what.bytes, what.queue, connections, times.ns,
      gigabytes_per_second(what.bytes, times.ns), times.reference_ns,
      gigabytes_per_second(what.bytes, times.reference_ns), times.ratio);
}

std::string to_json(const HashFigure& figure) {
  return fmt::format(R"({{"op":"{}","kernel":"{}","bytes":{},"inputs":{},"ns":{:.1f},)"
                     R"("openssl_ns":{:.1f},"ratio":{:.3f}}})",
                     kHashOp, figure.kernel, figure.what.bytes, figure.what.inputs, figure.times.ns,
                     figure.times.reference_ns, figure.times.ratio);
}

std::string to_json(const HandshakeFigure& figure) {
  return curve_json("handshake", "role", figure);
}

std::string to_json(const ScriptFigure& figure) { return curve_json("script", "kind", figure); }

std::string to_json(const BlockFigure& figure) {
  const std::string speedup =
      figure.speedup ? fmt::format(R"(,"speedup":{:.3f})", *figure.speedup) : "";
  return fmt::format(R"({{"op":"block","threads":{},"inputs":{},"ns":{:.0f},)"
                     R"("libsecp256k1_ns":{:.0f},"overhead":{:.3f}{}}})",
                     figure.threads, figure.inputs, figure.times.ns, figure.times.reference_ns,
                     figure.times.overhead(), speedup);
}

std::string to_json(const MemoryFigure& figure) {
  const std::string heap =
      figure.heap_bytes ? fmt::format(R"(,"heap_bytes":{})", *figure.heap_bytes) : "";
  return fmt::format(R"({{"op":"memory","what":"{}","bytes":{}{}}})", figure.what, figure.bytes,
                     heap);
}

std::string to_record(const CipherFigure& figure) {
  const CipherCase& what = figure.what;
  const Comparison& times = figure.times;
  return fmt::format("{} {} {} {} {} {} {} {}", op_name(what.op), figure.kernel, what.bytes,
                     what.queue, what.connections, times.ns, times.reference_ns, times.ratio);
}

std::string to_record(const HashFigure& figure) {
  return fmt::format("{} {} {} {} {} {} {}", kHashOp, figure.kernel, figure.what.bytes,
                     figure.what.inputs, figure.times.ns, figure.times.reference_ns,
                     figure.times.ratio);
}

std::optional<CipherFigure> cipher_from_record(const std::string& line) {
  std::istringstream in(line);
  std::string op;
  CipherFigure figure{};
  CipherCase& what = figure.what;
  Comparison& times = figure.times;
  in >> op >> figure.kernel >> what.bytes >> what.queue >> what.connections;
  in >> times.ns >> times.reference_ns >> times.ratio;
  if (in.fail() || (op != op_name(CipherOp::kSeal) && op != op_name(CipherOp::kOpen))) {
    return std::nullopt;
  }
  what.op = op == op_name(CipherOp::kSeal) ? CipherOp::kSeal : CipherOp::kOpen;
  return figure;
}

std::optional<HashFigure> hash_from_record(const std::string& line) {
  std::istringstream in(line);
  std::string op;
  HashFigure figure{};
  in >> op >> figure.kernel >> figure.what.bytes >> figure.what.inputs;
  in >> figure.times.ns >> figure.times.reference_ns >> figure.times.ratio;
  if (in.fail() || op != kHashOp) return std::nullopt;
  return figure;
}

}  // namespace veilwire::app
