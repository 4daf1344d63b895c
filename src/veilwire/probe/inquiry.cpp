#include "veilwire/probe/inquiry.h"

#include "veilwire/base/deadline.h"
#include "veilwire/base/hex.h"
#include "veilwire/probe/failure.h"
#include "veilwire/wire/addr.h"
#include "veilwire/wire/codec.h"

namespace veilwire::probe {
namespace {

AddressSeen seen(const wire::AddressEntry& entry) {
  AddressSeen seen{.services = entry.services, .unix_time = entry.time};
  if (const wire::NetAddress* known = entry.known()) {
    seen.network = wire::network_name(known->network());
    seen.address = to_string(Endpoint{known->to_text(), entry.port});
  } else {
    seen.network = "unknown";
    seen.address = to_hex(std::get<wire::ForeignAddress>(entry.address).bytes);
  }
  return seen;
}

}  // namespace

void Inquiry::Question::ask(TimePoint until) {
  open = true;
  awaited_until = until;
}

void Inquiry::Question::answer() {
  open = false;
  answered = true;
  awaited_until.reset();
}

void Inquiry::Question::give_up(TimePoint now) {
  if (awaited_until && *awaited_until <= now) awaited_until.reset();
}

Inquiry::Inquiry(const InquiryConfig& config, TimePoint now)
    : config_(config), chain_(config.network) {
  ping_.ask(now + kAnswerTimeout);
  if (config_.addresses) {
    getaddr_.ask(config_.deadline);
    outgoing_.push_back(wire::build(wire::GetAddr{}));
  }
  if (config_.headers > 0) ask_headers(now);
}

void Inquiry::ask_headers(TimePoint now) {
  getheaders_.ask(now + kAnswerTimeout);
  const wire::GetHeaders message{
      {.version = protocol::kProtocolVersion, .hashes = {chain_.last_hash()}, .stop = {}}};
  outgoing_.push_back(wire::build(message));
}

bool Inquiry::on_message(TimePoint now, protocol::MessageKind kind, ByteView payload) {
  const bool wants_addresses = getaddr_.awaited_until.has_value();
  if (wants_addresses && kind == wire::Addr::kKind) {
    return take_addresses<wire::Addr>(payload);
  }
  if (wants_addresses && kind == wire::AddrV2::kKind) {
    return take_addresses<wire::AddrV2>(payload);
  }
  if (!getheaders_.awaited_until || kind != wire::Headers::kKind) return false;
  take_headers(now, payload);
  return true;
}

void Inquiry::on_round_trip() { ping_.answer(); }

template <typename Message>
bool Inquiry::take_addresses(ByteView payload) {
  const bool first = getaddr_.open;
  const auto message = wire::parse<Message>(payload);
  if (!message) {
    fail(malformed_message(Message::kKind, message.error()));
    return first;
  }
  const std::size_t count = message->entries.size();
  if (count == 1) return false;
  for (const wire::AddressEntry& entry : message->entries) {
    if (addresses_.size() < kMaxAddressesKept) addresses_.push_back(seen(entry));
  }
  getaddr_.answer();
  if (count <= kMaxRelayedAddresses) getaddr_.awaited_until = config_.deadline;
  return first;
}

void Inquiry::take_headers(TimePoint now, ByteView payload) {
  const auto message = wire::parse<wire::Headers>(payload);
  if (!message) return fail(malformed_message(wire::Headers::kKind, message.error()));
  add_headers(now, *message);
}

void Inquiry::add_headers(TimePoint now, const wire::Headers& headers) {
  getheaders_.answer();
  for (const wire::CountedHeader& counted : headers.items()) {
    if (chain_.height() == config_.headers) return;
    if (const auto fault = chain_.add(counted.header)) {
      return fail(bad_header(chain_.height() + 1, *fault));
    }
  }
  const bool more_to_come = headers.items().size() == wire::kMaxHeaders;
  if (more_to_come && chain_.height() < config_.headers) ask_headers(now);
}

void Inquiry::on_deadline(TimePoint now) {
  for (Question* question : {&ping_, &getaddr_, &getheaders_}) question->give_up(now);
}

std::optional<TimePoint> Inquiry::next_deadline() const {
  std::optional<TimePoint> first;
  for (const Question* question : {&ping_, &getaddr_, &getheaders_}) {
    first = earlier(first, question->awaited_until);
  }
  return first;
}

std::optional<protocol::OwnedMessage> Inquiry::poll_message() {
  if (outgoing_.empty()) return std::nullopt;
  protocol::OwnedMessage message = std::move(outgoing_.front());
  outgoing_.pop_front();
  return message;
}

bool Inquiry::done() const { return failure_.has_value() || !next_deadline(); }

void Inquiry::fail(Failure failure) {
  if (!failure_) failure_ = std::move(failure);
}

void Inquiry::tell(Report& report) const {
  if (getaddr_.answered) report.addresses = addresses_;
  if (getheaders_.answered) {
    report.headers = HeadersSeen{
        .asked = config_.headers, .count = chain_.height(), .last_hash = chain_.last_hash()};
  }
  const auto name_unanswered = [&report](const Question& question, const char* name) {
    if (question.open) report.unanswered.emplace_back(name);
  };
  name_unanswered(ping_, "ping");
  name_unanswered(getaddr_, "getaddr");
  name_unanswered(getheaders_, "getheaders");
}

}  // namespace veilwire::probe
