#include "veilwire/http/message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "veilwire/base/ascii.h"

namespace veilwire::http {
namespace {

struct Reason {
  unsigned status;
  std::string_view text;
};

// RFC 9110, section 15, as far as it is used.
constexpr std::array kReasons{Reason{200, "OK"},
                              Reason{204, "No Content"},
                              Reason{400, "Bad Request"},
                              Reason{401, "Unauthorized"},
                              Reason{403, "Forbidden"},
                              Reason{404, "Not Found"},
                              Reason{405, "Method Not Allowed"},
                              Reason{413, "Payload Too Large"},
                              Reason{421, "Misdirected Request"},
                              Reason{426, "Upgrade Required"},
                              Reason{429, "Too Many Requests"},
                              Reason{431, "Request Header Fields Too Large"},
                              Reason{500, "Internal Server Error"},
                              Reason{503, "Service Unavailable"}};

}  // namespace

std::string_view method_name(Method method) {
  constexpr std::array<std::string_view, 5> kNames{"GET", "HEAD", "POST", "PUT", "DELETE"};
  const auto place = static_cast<std::size_t>(method);
  return place < kNames.size() ? kNames[place] : "";
}

std::string_view Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [&](const Header& one) { return equal_in_either_case(one.name, name); });
  return found == headers.end() ? std::string_view() : found->value;
}

Response status_page(unsigned status) {
  const auto* reason = std::ranges::find(kReasons, status, &Reason::status);
  std::string body = std::to_string(status);
  if (reason != kReasons.end()) body.append(" ").append(reason->text);
  return {.status = status, .body = body + "\n"};
}

struct Answer::Pending {
  explicit Pending(std::function<void(Response)> with) : send(std::move(with)) {}
  ~Pending() { call(status_page(500)); }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  void call(Response response) {
    if (const auto once = std::exchange(send, nullptr)) once(std::move(response));
  }

  std::function<void(Response)> send;
};

Answer::Answer(std::function<void(Response)> send)
    : pending_(std::make_shared<Pending>(std::move(send))) {}

void Answer::operator()(Response response) const { pending_->call(std::move(response)); }

Handler answer_at_once(std::function<Response(const Request&)> page) {
  return [page = std::move(page)](const Request& request, const Answer& answer) {
    answer(page(request));
  };
}

}  // namespace veilwire::http
