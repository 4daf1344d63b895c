#include "veilwire/proxy/observers.h"

namespace veilwire::proxy {

void Observers::accepted(ConnectionNumber number, Direction direction) {
  for (Observer* one : all_) one->accepted(number, direction);
}

void Observers::targeted(ConnectionNumber number, const Endpoint& peer) {
  for (Observer* one : all_) one->targeted(number, peer);
}

void Observers::joined(ConnectionNumber number, const Joined& how) {
  for (Observer* one : all_) one->joined(number, how);
}

void Observers::passed_through(ConnectionNumber number, PassthroughReason reason) {
  for (Observer* one : all_) one->passed_through(number, reason);
}

void Observers::refused(ConnectionNumber number, Refusal why, std::string_view text) {
  for (Observer* one : all_) one->refused(number, why, text);
}

void Observers::downgraded(ConnectionNumber number, OnDowngrade action) {
  for (Observer* one : all_) one->downgraded(number, action);
}

void Observers::message_passed(Direction direction, Side from, const protocol::MessageType& type,
                               std::size_t bytes) {
  for (Observer* one : all_) one->message_passed(direction, from, type, bytes);
}

void Observers::message_dropped(Direction direction, Side from, const protocol::MessageType& type,
                                std::string_view reason) {
  for (Observer* one : all_) one->message_dropped(direction, from, type, reason);
}

void Observers::entries_removed(Direction direction, Side from, std::size_t count) {
  for (Observer* one : all_) one->entries_removed(direction, from, count);
}

void Observers::bytes_passed_through(Side from, std::uint64_t bytes) {
  for (Observer* one : all_) one->bytes_passed_through(from, bytes);
}

void Observers::counted(Direction direction, Side side, const transport::Info& info) {
  for (Observer* one : all_) one->counted(direction, side, info);
}

void Observers::ended(ConnectionNumber number, std::string_view text) {
  for (Observer* one : all_) one->ended(number, text);
}

void Observers::not_accepting(std::string_view why) {
  for (Observer* one : all_) one->not_accepting(why);
}

}  // namespace veilwire::proxy
