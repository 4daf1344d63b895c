#include "echo_server.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "veilwire/crypto/system_entropy.h"
#include "veilwire/net/listen.h"
#include "veilwire/net/shared_key_pool.h"

namespace veilwire::bench {
namespace {

constexpr std::size_t kReadyKeys = 256;

class Echo final : public net::Connection::User {
 public:
  explicit Echo(std::shared_ptr<net::Connection> connection) : connection_(std::move(connection)) {}

  // The load has fewer bytes under way than a connection queues.
  void on_event(TimePoint, const transport::Event& event) override {
    const auto* message = std::get_if<transport::MessageReceived>(&event);
    if (message != nullptr && !connection_->push({message->type, message->payload})) {
      connection_->abort();
    }
  }
  void on_end(const net::End&) override {}

 private:
  const std::shared_ptr<net::Connection> connection_;
};

}  // namespace

void run_echo_server(const Place& at, unsigned threads) {
  crypto::SystemEntropy entropy;
  net::SharedKeyPool keys(entropy, kReadyKeys);
  net::Runtime runtime;
  const auto listener =
      net::Listener::open(runtime, *parse_endpoint(text_of(at), 0), {}, keys, entropy,
                          [](const std::shared_ptr<net::Connection>& made) {
                            made->start(std::make_shared<Echo>(made));
                          });
  if (!listener) {
    std::fprintf(stderr, "net_load: %s\n", listener.error().c_str());
    std::exit(1);
  }
  runtime.run(threads);
  std::exit(0);
}

}  // namespace veilwire::bench
