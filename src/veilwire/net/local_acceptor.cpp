#include "veilwire/net/local_acceptor.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace veilwire::net {

using Local = boost::asio::local::stream_protocol;

static_assert(kMaxSocketPathBytes + 1 <= sizeof(sockaddr_un::sun_path));

namespace {

// As Acceptor waits: the system refused, and would refuse at once again.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

std::string system_text() { return std::strerror(errno); }

// A name that a process has left behind when it was killed.
std::expected<void, std::string> remove_left_over(Runtime& runtime, const std::string& path) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return {};
    return std::unexpected(system_text());
  }
  if (!S_ISSOCK(facts.st_mode)) return std::unexpected("there is a file of that name");
  Local::socket probe(runtime.context());
  ErrorCode error;
  probe.connect(Local::endpoint(path), error);
  if (error != boost::asio::error::connection_refused) {
    return std::unexpected(error ? error.message() : "somebody listens there already");
  }
  if (::unlink(path.c_str()) != 0) return std::unexpected(system_text());
  return {};
}

}  // namespace

struct LocalAcceptor::State : std::enable_shared_from_this<LocalAcceptor::State> {
  State(Runtime& with, std::string at, Acceptor::Accepted to, Acceptor::NotAccepting tell)
      : runtime(with),
        path(std::move(at)),
        accepted(std::move(to)),
        not_accepting(std::move(tell)),
        strand(boost::asio::make_strand(runtime.context())),
        acceptor(strand),
        timer(strand) {}

  ErrorCode open() {
    ErrorCode error;
    acceptor.open(Local(), error);
    // Before anybody can connect, since nobody listens yet.
    if (!error) acceptor.bind(Local::endpoint(path), error);
    if (!error && ::chmod(path.c_str(), 0600) != 0) {
      error = ErrorCode(errno, boost::system::system_category());
    }
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    return error;
  }

  void accept() {
    acceptor.async_accept(boost::asio::make_strand(runtime.context()),
                          [self = shared_from_this()](ErrorCode error, Local::socket socket) {
                            if (!self->acceptor.is_open()) return;
                            if (!error) self->hand_on(std::move(socket), error);
                            if (error) return self->accept_later(error);
                            self->accept();
                          });
  }

  void hand_on(Local::socket socket, ErrorCode& error) {
    const auto executor = socket.get_executor();
    const int descriptor = socket.release(error);
    if (error) return;
    Tcp::socket out(executor);
    out.assign(Tcp::v4(), descriptor, error);
    if (error) {
      ::close(descriptor);
      return;
    }
    is_refused = false;
    accepted(std::move(out));
  }

  void accept_later(const ErrorCode& why) {
    if (!std::exchange(is_refused, true) && not_accepting) not_accepting(why.message());
    timer.expires_after(kAcceptPause);
    timer.async_wait([self = shared_from_this()](const ErrorCode& error) {
      if (!error && self->acceptor.is_open()) self->accept();
    });
  }

  Runtime& runtime;
  const std::string path;
  Acceptor::Accepted accepted;
  Acceptor::NotAccepting not_accepting;
  bool is_refused = false;  // since the last socket
  Strand strand;
  Local::acceptor acceptor;
  boost::asio::steady_timer timer;
};

LocalAcceptor::LocalAcceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}

// On its strand: the acceptor may be in use there.
LocalAcceptor::~LocalAcceptor() {
  ::unlink(state_->path.c_str());
  boost::asio::post(state_->strand, [state = state_] {
    ErrorCode ignored;
    state->acceptor.close(ignored);
    state->timer.cancel();
  });
}

std::expected<std::unique_ptr<LocalAcceptor>, std::string> LocalAcceptor::open(
    Runtime& runtime, const std::string& path, Acceptor::Accepted accepted,
    Acceptor::NotAccepting not_accepting) {
  const auto refuse = [&path](const std::string& why) {
    return std::unexpected("cannot listen on unix:" + path + ": " + why);
  };
  if (path.size() > kMaxSocketPathBytes) return refuse("the path is too long");
  if (auto removed = remove_left_over(runtime, path); !removed) return refuse(removed.error());
  auto state =
      std::make_shared<State>(runtime, path, std::move(accepted), std::move(not_accepting));
  if (const ErrorCode error = state->open(); error) return refuse(error.message());
  boost::asio::post(state->strand, [state] { state->accept(); });
  return std::unique_ptr<LocalAcceptor>(new LocalAcceptor(std::move(state)));
}

}  // namespace veilwire::net
