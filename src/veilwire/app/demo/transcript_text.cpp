#include "veilwire/app/demo/transcript_text.h"

#include <fmt/format.h>

#include "veilwire/base/hex.h"

namespace veilwire::app {
namespace {

constexpr auto kHeading = fmt::emphasis::bold;
constexpr auto kHidden = fg(fmt::terminal_color::green);
constexpr auto kReadable = fg(fmt::terminal_color::red);

std::string heading(Colour colour, const std::string& text) {
  return paint(colour, kHeading, text) + "\n";
}

const char* arrow(Speaker speaker) { return speaker == Speaker::kInitiator ? "->" : "<-"; }

const char* speaker_name(Speaker speaker) {
  return speaker == Speaker::kInitiator ? "initiator" : "responder";
}

// As a hex dump shows bytes to the eye: what cannot be read is a dot.
std::string readable(ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
  }
  return text;
}

std::string session_text(const Transcript& talk, Colour colour) {
  const bool equal = talk.initiator_session_id == talk.responder_session_id;
  return heading(colour, "Session id, as each side derived it") +
         fmt::format("  initiator  {}\n  responder  {}\n", to_hex(talk.initiator_session_id),
                     to_hex(talk.responder_session_id)) +
         (equal ? "  Equal: nobody sits in the middle. Two operators who compare these over the "
                  "telephone\n  know that their nodes talk to each other and not to somebody in "
                  "between.\n"
                : "  DIFFERENT: somebody sits in the middle.\n");
}

std::string handshake_text(const Transcript& talk, Colour colour) {
  std::string text = heading(colour, "\nHandshake");
  for (const Flight& flight : talk.handshake) {
    text += fmt::format("  {}  {:>5} bytes  {}  {}\n", arrow(flight.speaker), flight.bytes,
                        paint(colour, kHidden, to_hex(flight.first_bytes)), flight.what);
  }
  return text + fmt::format(
                    "  Garbage of a random length hides where the key ends: {} bytes from the "
                    "initiator, {} from\n  the responder. Every byte of this looks "
                    "random.\n",
                    talk.initiator_garbage_bytes, talk.responder_garbage_bytes);
}

std::string said_text(const Transcript& talk, Colour colour) {
  std::string text = heading(colour, "\nConversation");
  text += fmt::format("  {:2}  {:<12} {:>9} {:>9} {:>9}  {:<16}  {}\n", "", "message", "payload",
                      "v2 bytes", "v1 bytes", "v2 on the wire", "v1 on the wire");
  for (const SaidMessage& said : talk.said) {
    const bool decoy = !said.v1_bytes;
    const std::string v1_bytes = decoy ? "-" : fmt::format("{}", *said.v1_bytes);
    const std::string v1_text = decoy ? "(has no decoys)" : readable(said.v1_first_bytes);
    text += fmt::format("  {}  {:<12} {:>9} {:>9} {:>9}  {}  {}\n", arrow(said.speaker),
                        decoy ? "(decoy)" : said.name, said.payload_bytes, said.v2_bytes, v1_bytes,
                        paint(colour, kHidden, to_hex(said.v2_first_bytes)),
                        decoy ? v1_text : paint(colour, kReadable, v1_text));
  }
  return text;
}

std::string totals_text(const Transcript& talk, Colour colour) {
  const Totals totals = talk.totals();
  return heading(colour, "\nBytes on the wire") +
         fmt::format("  {:>2} messages   {:>9}   version 1: {}\n", totals.messages, totals.v2_bytes,
                     totals.v1_bytes) +
         fmt::format("  {:>2} decoy      {:>9}   version 1 has none\n", totals.decoys,
                     totals.decoy_bytes) +
         fmt::format("     handshake  {:>9}   version 1 has none\n", totals.handshake_bytes);
}

std::string tampering_text(const Transcript& talk, Colour colour) {
  const Tampering& tampering = talk.tampering;
  return heading(colour, "\nOne bit flipped in transit") +
         fmt::format("  ->  ping, {} bytes, bit {} of byte {} flipped.\n", tampering.packet_bytes,
                     tampering.bit % 8, tampering.bit / 8) +
         fmt::format(
             "  The responder stopped: {}\n  (rule {}, to blame: {}). Nothing of the "
             "packet was passed on.\n",
             transport::rule_text(tampering.fault.rule), transport::rule_name(tampering.fault.rule),
             transport::blame_name(tampering.fault.blame));
}

std::string said_json(const SaidMessage& said) {
  if (!said.v1_bytes) {
    return fmt::format(
        R"({{"what":"decoy","from":"{}","payload_bytes":{},"v2_bytes":{},"v2_first":"{}"}})"
        "\n",
        speaker_name(said.speaker), said.payload_bytes, said.v2_bytes, to_hex(said.v2_first_bytes));
  }
  return fmt::format(
      R"({{"what":"message","from":"{}","name":"{}","payload_bytes":{},"v2_bytes":{},)"
      R"("v1_bytes":{},"v2_first":"{}","v1_first":"{}"}})"
      "\n",
      speaker_name(said.speaker), said.name, said.payload_bytes, said.v2_bytes, *said.v1_bytes,
      to_hex(said.v2_first_bytes), to_hex(said.v1_first_bytes));
}

}  // namespace

std::string transcript_text(const Transcript& talk, Colour colour) {
  return heading(colour,
                 "Two transports in this process; -> marks what the dialling side sends\n") +
         session_text(talk, colour) + handshake_text(talk, colour) + said_text(talk, colour) +
         totals_text(talk, colour) + tampering_text(talk, colour);
}

std::string transcript_json(const Transcript& talk) {
  std::string text =
      fmt::format(R"({{"what":"session","initiator_id":"{}","responder_id":"{}",)"
                  R"("initiator_garbage_bytes":{},"responder_garbage_bytes":{}}})"
                  "\n",
                  to_hex(talk.initiator_session_id), to_hex(talk.responder_session_id),
                  talk.initiator_garbage_bytes, talk.responder_garbage_bytes);
  for (const Flight& flight : talk.handshake) {
    text += fmt::format(R"({{"what":"flight","from":"{}","bytes":{},"first":"{}"}})"
                        "\n",
                        speaker_name(flight.speaker), flight.bytes, to_hex(flight.first_bytes));
  }
  for (const SaidMessage& said : talk.said) text += said_json(said);
  const Totals totals = talk.totals();
  text += fmt::format(R"({{"what":"totals","messages":{},"v2_bytes":{},"v1_bytes":{},"decoys":{},)"
                      R"("decoy_bytes":{},"handshake_bytes":{}}})"
                      "\n",
                      totals.messages, totals.v2_bytes, totals.v1_bytes, totals.decoys,
                      totals.decoy_bytes, totals.handshake_bytes);
  return text + fmt::format(R"({{"what":"tampering","bit":{},"rule":"{}","blame":"{}"}})"
                            "\n",
                            talk.tampering.bit, transport::rule_name(talk.tampering.fault.rule),
                            transport::blame_name(talk.tampering.fault.blame));
}

}  // namespace veilwire::app
