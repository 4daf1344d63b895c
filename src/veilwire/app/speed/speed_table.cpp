#include "veilwire/app/speed/speed_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace veilwire::app {
namespace {

constexpr auto kHeading = fmt::emphasis::bold;

std::string title(Colour colour, const std::string& text) {
  return paint(colour, kHeading, text) + "\n";
}

// "4 000 000"
std::string grouped(std::size_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::ptrdiff_t i = std::ssize(digits) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), 1, ' ');
  }
  return digits;
}

std::string label_of(const CipherCase& what) {
  if (what.connections > 1) {
    return fmt::format("{}, {} connections", what.bytes, grouped(what.connections));
  }
  if (what.queue > 1) return fmt::format("{}, queue of {}", what.bytes, what.queue);
  return grouped(what.bytes);
}

const CipherFigure* find_figure(const std::vector<CipherFigure>& figures, CipherCase what,
                                CipherOp op) {
  what.op = op;
  const auto found = std::ranges::find(figures, what, &CipherFigure::what);
  return found == figures.end() ? nullptr : &*found;
}

std::string ratio_text(double ratio, Colour colour) {
  const auto style = ratio >= 1 ? fg(fmt::terminal_color::green) : fg(fmt::terminal_color::yellow);
  return paint(colour, style, fmt::format("{:7.2f}x", ratio));
}

std::string cells(const CipherFigure* figure, Colour colour) {
  if (figure == nullptr) return "";
  const Comparison& times = figure->times;
  return fmt::format(" {:>11.0f} {:>6.2f} {:>11.0f} {}", times.ns,
                     gigabytes_per_second(figure->what.bytes, times.ns), times.reference_ns,
                     ratio_text(times.ratio, colour));
}

// Beside the bare calls of libsecp256k1.
template <typename Figure>
std::string curve_table(std::string_view heading, const std::vector<Figure>& figures,
                        Colour colour) {
  std::string text = title(colour, fmt::format("\n{}", heading));
  text += fmt::format("{:>22} {:>11} {:>18} {:>12}\n", "", "us", "libsecp256k1 us", "times that");
  for (const CurveFigure& figure : figures) {
    text +=
        fmt::format("{:>22} {:>11.1f} {:>18.1f} {:>11.2f}x\n", figure.what, figure.times.ns / 1000,
                    figure.times.reference_ns / 1000, figure.times.overhead());
  }
  return text;
}

}  // namespace

std::string machine_text(const MachineFigure& figure, Colour colour) {
  return title(colour, fmt::format("veilwire {} on one core of {}", VEILWIRE_VERSION, figure.cpu)) +
         fmt::format("Yardstick: {}. Kernel chosen here: {}.\n", figure.openssl, figure.kernel) +
         "Times are medians; \"faster\" is OpenSSL's time divided by ours.\n";
}

std::string cipher_table(const std::vector<CipherFigure>& figures, const std::string& held_to,
                         Colour colour) {
  if (figures.empty()) return {};
  std::string text =
      title(colour, fmt::format("\nKernel {} ({})", figures.front().kernel, held_to));
  constexpr std::string_view kColumns = "         ns   GB/s  OpenSSL ns   faster";
  text += fmt::format("{:>22} {:>38} {:>39}\n", "contents", "seal", "open");
  text += fmt::format("{:>22}  {}  {}\n", "bytes", kColumns, kColumns);
  for (const CipherFigure& figure : figures) {
    if (figure.what.op != CipherOp::kSeal) continue;
    text += fmt::format("{:>22}{}{}\n", label_of(figure.what), cells(&figure, colour),
                        cells(find_figure(figures, figure.what, CipherOp::kOpen), colour));
  }
  return text;
}

std::string hash_table(const std::vector<HashFigure>& figures, const std::string& held_to,
                       Colour colour) {
  if (figures.empty()) return {};
  std::string text = title(colour, fmt::format("\nDouble SHA-256 side by side, kernel {} ({})",
                                               figures.front().kernel, held_to));
  text += fmt::format("{:>22} {:>11} {:>18} {:>12}\n", "inputs of bytes", "ns each", "OpenSSL ns",
                      "faster");
  for (const HashFigure& figure : figures) {
    const std::string inputs = fmt::format("{} of {}", figure.what.inputs, figure.what.bytes);
    text += fmt::format("{:>22} {:>11.1f} {:>18.1f}     {}\n", inputs, figure.times.ns,
                        figure.times.reference_ns, ratio_text(figure.times.ratio, colour));
  }
  return text;
}

std::string handshake_table(const std::vector<HandshakeFigure>& figures, Colour colour) {
  return curve_table("One side of a handshake", figures, colour);
}

std::string script_table(const std::vector<ScriptFigure>& figures, Colour colour) {
  return curve_table("One check of a script", figures, colour);
}

std::string block_table(const std::vector<BlockFigure>& figures, Colour colour) {
  if (figures.empty()) return {};
  std::string text = title(
      colour,
      fmt::format("\ncheck_block of {} P2WPKH inputs, for each of them", figures.front().inputs));
  text += fmt::format("{:>22} {:>11} {:>18} {:>12} {:>12}\n", "threads", "us", "libsecp256k1 us",
                      "times that", "faster");
  for (const BlockFigure& figure : figures) {
    text +=
        fmt::format("{:>22} {:>11.1f} {:>18.1f} {:>11.2f}x", figure.threads, figure.times.ns / 1000,
                    figure.times.reference_ns / 1000, figure.times.overhead());
    text += figure.speedup ? fmt::format(" {:>11.2f}x\n", *figure.speedup) : "\n";
  }
  return text;
}

std::string memory_table(const std::vector<MemoryFigure>& figures, Colour colour) {
  std::string text = title(colour, "\nMemory of one connection");
  text += fmt::format("{:>22} {:>11} {:>18}\n", "", "bytes", "of the heap");
  for (const MemoryFigure& figure : figures) {
    const std::string heap = figure.heap_bytes ? grouped(*figure.heap_bytes) : "not counted";
    text += fmt::format("{:>22} {:>11} {:>18}\n", figure.what, grouped(figure.bytes), heap);
  }
  return text;
}

}  // namespace veilwire::app
