#include "veilwire/proxy/service.h"

#include "veilwire/base/ip_address.h"
#include "veilwire/net/runtime.h"

namespace veilwire::proxy {
namespace {

std::string key_of(const Endpoint& target) { return to_string(canonical(target)); }

}  // namespace

transport::V1Config Service::v1_config(const protocol::Magic& magic) const {
  const auto limit = config.v1_payload_bytes.find(magic);
  return {.magic = magic,
          .max_payload_bytes =
              limit == config.v1_payload_bytes.end() ? transport::kMaxPayloadBytes : limit->second,
          .oversized = transport::OversizedPayload::kSkip};
}

TargetFacts Service::facts_of(const Endpoint& target, Policy policy) {
  TargetFacts facts{.policy = policy,
                    .on_downgrade = config.on_downgrade,
                    .has_memory = downgrades != nullptr,
                    .recent = recent_v1.find(net::now(), target),
                    .passthrough = config.passthrough,
                    .pass_v2 = config.pass_v2};
  if (downgrades != nullptr) {
    facts.spoke_v2 = downgrades->once_spoke_v2(net::unix_time(), key_of(target));
  }
  return facts;
}

void Service::learn(ConnectionNumber number, const Endpoint& target, const Lesson& lesson) {
  switch (lesson.keep) {
    case Lesson::Keep::kAsItIs:
      break;
    case Lesson::Keep::kSpokeV2:
      saw_v2(target);
      recent_v1.forget(target);
      break;
    case Lesson::Keep::kSpokeV1:
      recent_v1.remember(net::now(), target, RecentAnswer::kSpokeV1);
      break;
    case Lesson::Keep::kHungUp:
      recent_v1.remember(net::now(), target, RecentAnswer::kHungUp);
      break;
    case Lesson::Keep::kIgnored:
      recent_v1.remember(net::now(), target, RecentAnswer::kIgnored);
      break;
    case Lesson::Keep::kNoAnswer:
      recent_v1.forget(target);
      break;
  }
  if (lesson.downgrade) observer.on(Downgraded{number, *lesson.downgrade});
}

void Service::saw_v2(const Endpoint& target) const {
  if (downgrades != nullptr) downgrades->saw_v2(net::unix_time(), key_of(target));
}

}  // namespace veilwire::proxy
