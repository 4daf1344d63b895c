#include "veilwire/proxy/carriage/tunnel.h"

#include <utility>

namespace veilwire::proxy {

using net::ErrorCode;
using net::Tcp;

struct Tunnel::Flow {
  Side source;
  Tcp::socket& from;
  Tcp::socket& to;
  Bytes waiting{};  // read and not yet taken by `to`; empty while there is nothing
  std::uint64_t bytes = 0;
  bool ended = false;
};

namespace {

ByteSpan read_buffer() {
  thread_local Bytes buffer(kTunnelReadBytes);
  return buffer;
}

bool is_later(const ErrorCode& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::interrupted;
}

}  // namespace

Tunnel::Tunnel(Tcp::socket program, Tcp::socket peer, Done done, Timeouts timeouts)
    : program_(std::move(program)),
      peer_(std::move(peer)),
      done_(std::move(done)),
      timeouts_(timeouts),
      silence_(program_.get_executor()),
      outward_(std::make_unique<Flow>(Side::kProgram, program_, peer_)),
      inward_(std::make_unique<Flow>(Side::kPeer, peer_, program_)) {
  for (Tcp::socket* socket : {&program_, &peer_}) {
    ErrorCode ignored;
    socket->non_blocking(true, ignored);
    socket->set_option(Tcp::no_delay(true), ignored);
    // Nothing that we know of is to be said on it: where an end has lost its power, only this
    // tells.
    socket->set_option(Tcp::socket::keep_alive(true), ignored);
  }
}

Tunnel::~Tunnel() = default;

void Tunnel::start(ByteView from_program, ByteView from_peer) {
  const auto keep = shared_from_this();  // it may be done before it has begun
  outward_->waiting.assign(from_program.begin(), from_program.end());
  inward_->waiting.assign(from_peer.begin(), from_peer.end());
  for (Flow* flow : {outward_.get(), inward_.get()}) {
    flow->bytes = flow->waiting.size();
    show(*flow, flow->waiting);
    write(*flow);
  }
}

void Tunnel::close() {
  is_closing_ = true;
  finish_if_flushed();
}

void Tunnel::abort() { finish({}); }

void Tunnel::wait_to_read(Flow& flow) {
  flow.from.async_wait(Tcp::socket::wait_read,
                       [self = shared_from_this(), &flow](const ErrorCode& error) {
                         if (!error && self->done_ && !self->is_closing_) self->read(flow);
                       });
}

void Tunnel::wait_to_write(Flow& flow) {
  flow.to.async_wait(Tcp::socket::wait_write,
                     [self = shared_from_this(), &flow](const ErrorCode& error) {
                       if (!error && self->done_) self->write(flow);
                     });
}

void Tunnel::read(Flow& flow) {
  const ByteSpan buffer = read_buffer();
  ErrorCode error;
  const std::size_t count =
      flow.from.read_some(boost::asio::buffer(buffer.data(), buffer.size()), error);
  if (is_later(error)) return wait_to_read(flow);
  if (error == boost::asio::error::eof) return source_ended(flow);
  if (error) return side_failed(flow.source, error);
  flow.bytes += count;
  show(flow, buffer.first(count));
  forward(flow, buffer.first(count));
}

void Tunnel::show(const Flow& flow, ByteView bytes) {
  if (!watch_ || bytes.empty()) return;
  if (!watch_(flow.source, bytes)) watch_ = nullptr;
}

void Tunnel::write(Flow& flow) {
  const Bytes waiting = std::exchange(flow.waiting, {});
  forward(flow, waiting);
}

void Tunnel::forward(Flow& flow, ByteView bytes) {
  while (!bytes.empty()) {
    ErrorCode error;
    bytes =
        bytes.subspan(flow.to.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error));
    if (is_later(error)) {
      flow.waiting.assign(bytes.begin(), bytes.end());
      limit_silence();
      return wait_to_write(flow);
    }
    if (error) return side_failed(other(flow.source), error);
  }
  if (is_closing_) return finish_if_flushed();
  limit_silence();
  wait_to_read(flow);
}

// A half-closed connection is one in the other direction still.
void Tunnel::source_ended(Flow& flow) {
  flow.ended = true;
  if (!first_to_close_) first_to_close_ = flow.source;
  ErrorCode error;
  flow.to.shutdown(Tcp::socket::shutdown_send, error);
  if (error || (outward_->ended && inward_->ended)) return end();
  limit_silence();
}

// Where one has closed before, that is why.
void Tunnel::side_failed(Side side, const ErrorCode& error) {
  if (first_to_close_) return end();
  const bool is_cut =
      error == boost::asio::error::connection_reset || error == boost::asio::error::broken_pipe;
  finish({.first = side,
          .end = is_cut ? net::End{.reason = net::EndReason::kPeerReset}
                        : net::End{.reason = net::EndReason::kSystem,
                                   .system_error = error.message()}});
}

// Either side has closed, or nothing moves.
void Tunnel::end() {
  if (first_to_close_) {
    return finish({.first = *first_to_close_, .end = {.reason = net::EndReason::kPeerClosed}});
  }
  finish({.first = outward_->waiting.empty() ? Side::kPeer : Side::kProgram, .stalled = true});
}

// From now on: every byte that moves starts it anew.
void Tunnel::limit_silence() {
  const bool half_closed = outward_->ended || inward_->ended;
  if (!half_closed && outward_->waiting.empty() && inward_->waiting.empty()) {
    silence_.cancel();
    return;
  }
  silence_.expires_after(half_closed ? timeouts_.half_closed : timeouts_.stall);
  silence_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error) self->end();
  });
}

void Tunnel::finish_if_flushed() {
  if (outward_->waiting.empty() && inward_->waiting.empty()) finish({});
}

void Tunnel::finish(const CarriageEnd& how) {
  const auto done = std::exchange(done_, nullptr);
  if (!done) return;
  watch_ = nullptr;
  silence_.cancel();
  ErrorCode ignored;
  program_.close(ignored);
  peer_.close(ignored);
  done({outward_->bytes, inward_->bytes}, how);
}

}  // namespace veilwire::proxy
