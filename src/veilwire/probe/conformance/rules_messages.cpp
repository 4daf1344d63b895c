// Contents of packets: message types in both forms, known and unknown, well-formed and not.
#include <algorithm>
#include <array>

#include "veilwire/probe/conformance/stage.h"
#include "veilwire/protocol/message_type.h"

namespace veilwire::probe::conformance {
namespace {

// Says packets with such contents; none may end the conversation.
Finding tolerates(Stage& stage, std::initializer_list<Bytes> all_contents) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  for (const Bytes& contents : all_contents) {
    talk.say_packet(0, contents);
    if (const Finding finding = still_talks(talk); finding.outcome != Outcome::kPass) {
      return finding;
    }
  }
  return pass();
}

// A type in its long form, its twelve bytes as given.
Bytes long_form(std::string_view name12, std::size_t payload_bytes = 0) {
  Bytes contents(1 + protocol::kMessageNameBytes + payload_bytes);
  std::ranges::copy(name12, contents.begin() + 1);
  return contents;
}

Finding long_ping(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  return talk.ping(TypeForm::kLongName) ? pass() : failed(talk);
}

// Eleven bytes more than the type's name and the payload.
Finding long_ping_with_surplus(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  const std::uint64_t nonce = talk.new_nonce();
  Bytes contents = message_contents(ping_message(nonce), TypeForm::kLongName);
  contents.insert(contents.end(), 11, 0);
  talk.say_packet(0, contents);
  if (!talk.ping()) return failed(talk);
  return talk.heard_pong_for(nonce) ? pass() : pass("It ignored the message.");
}

Finding both_forms_in_turn(Stage& stage) {
  Trial talk = stage.open();
  if (!become_peers(talk)) return not_played(talk);
  for (int i = 0; i < 3; ++i) {
    if (!talk.ping(TypeForm::kLongName) || !talk.ping(TypeForm::kShortId)) return failed(talk);
  }
  return pass();
}

Finding unknown_ids(Stage& stage) {
  return tolerates(stage, {Bytes{29}, Bytes{36, 1, 2, 3}, Bytes{200, 0}, Bytes(100, 255)});
}

Finding unknown_names(Stage& stage) {
  return tolerates(stage, {long_form("xyzzy"), long_form("abcdefghijkl", 40)});
}

Finding empty_contents(Stage& stage) { return tolerates(stage, {Bytes()}); }

Finding short_names(Stage& stage) {
  return tolerates(stage, {Bytes{0}, Bytes{0, 'p', 'i', 'n', 'g'}, Bytes(12)});
}

Finding malformed_names(Stage& stage) {
  using namespace std::string_view_literals;
  return tolerates(stage, {long_form("pi\0ng"sv), long_form("\xff\xfe\x80"sv),
                           long_form("\x1b[2J\n"sv), long_form(""sv)});
}

constexpr std::array kRules = std::to_array<Requirement>({
    {{"reads_long_form_of_short_type", Demand::kMust, clause::kMessages,
      "A ping under its name in full is answered, though it has an id."},
     long_ping},
    {{"reads_both_forms_in_turn", Demand::kMust, clause::kMessages,
      "Pings under id and name in turn are answered."},
     both_forms_in_turn},
    {{"bears_surplus_bytes", Demand::kPolicy, clause::kPractice,
      "A ping with eleven bytes too many is answered or ignored."},
     long_ping_with_surplus},
    {{"ignores_unknown_ids", Demand::kPolicy, clause::kPractice,
      "A message with an id that nobody has given a meaning is ignored."},
     unknown_ids},
    {{"ignores_unknown_names", Demand::kPolicy, clause::kPractice,
      "A message of unknown name is ignored."},
     unknown_names},
    {{"ignores_empty_contents", Demand::kPolicy, clause::kPractice,
      "A packet without contents that is not a decoy is ignored."},
     empty_contents},
    {{"ignores_short_names", Demand::kPolicy, clause::kPractice,
      "A name that ends before its twelfth byte is ignored."},
     short_names},
    {{"ignores_malformed_names", Demand::kPolicy, clause::kPractice,
      "A name with bytes after its end, or outside printable ASCII, is ignored."},
     malformed_names},
});

}  // namespace

std::span<const Requirement> message_rules() { return kRules; }

}  // namespace veilwire::probe::conformance
