#include "veilwire/proxy/report/message_labels.h"

#include <algorithm>
#include <array>
#include <vector>

#include "veilwire/wire/message.h"

namespace veilwire::proxy {
namespace {

struct Labels {
  Labels() {
    for (const auto kind : wire::message_kinds()) names.push_back(protocol::message_name(kind));
    std::ranges::sort(names);
    names.emplace_back("other");
    by_kind.fill(names.size() - 1);
    for (const auto kind : wire::message_kinds()) {
      const auto label = std::ranges::find(names, protocol::message_name(kind));
      by_kind[protocol::index_of(kind)] = static_cast<std::size_t>(label - names.begin());
    }
  }

  std::vector<std::string_view> names;
  std::array<std::size_t, protocol::kMessageKindCount> by_kind{};
};

const Labels& labels() {
  static const Labels made;
  return made;
}

}  // namespace

std::span<const std::string_view> message_labels() { return labels().names; }

std::size_t message_label_index(protocol::MessageKind kind) {
  return labels().by_kind[protocol::index_of(kind)];
}

}  // namespace veilwire::proxy
