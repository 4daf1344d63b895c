#include "veilwire/proxy/report/message_labels.h"

#include <algorithm>
#include <array>
#include <vector>

#include "veilwire/wire/message.h"

namespace veilwire::proxy {
namespace {

struct Labels {
  Labels() {
    const auto known = wire::message_names();
    names.assign(known.begin(), known.end());
    names.emplace_back("other");
    by_short_id.fill(names.size() - 1);
    for (unsigned id = 1; id < by_short_id.size(); ++id) {
      const auto type = transport::MessageType::from_short_id(static_cast<std::uint8_t>(id));
      by_short_id[id] = find(type.name());
    }
  }

  std::size_t find(std::string_view name) const {
    const auto other = names.end() - 1;
    const auto found = std::lower_bound(names.begin(), other, name);
    return static_cast<std::size_t>((found != other && *found == name ? found : other) -
                                    names.begin());
  }

  std::vector<std::string_view> names;
  std::array<std::size_t, 256> by_short_id{};
};

const Labels& labels() {
  static const Labels made;
  return made;
}

}  // namespace

std::span<const std::string_view> message_labels() { return labels().names; }

// What is frequent has a one-byte id.
std::size_t message_label_index(const transport::MessageType& type) {
  return type.short_id() != 0 ? labels().by_short_id[type.short_id()] : labels().find(type.name());
}

}  // namespace veilwire::proxy
