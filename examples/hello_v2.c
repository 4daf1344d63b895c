/* hello_v2 HOST PORT [regtest]: greets a Bitcoin node over the encrypted transport. Sends `version`
 * and prints the names of the messages that come, until the node says `verack`. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <veilwire/veilwire.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* A connection to the first address that takes one, whose recv() waits a second at most; or -1. */
static int dial(const char* host, const char* port) {
  struct addrinfo hints = {0}, *found = NULL;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
  int connected = -1;
  for (const struct addrinfo* at = found; at != NULL && connected < 0; at = at->ai_next) {
    const int fd = socket(at->ai_family, at->ai_socktype, 0);
    const struct timeval second = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    if (connect(fd, at->ai_addr, at->ai_addrlen) == 0) connected = fd;
    if (connected < 0) close(fd);
  }
  freeaddrinfo(found);
  return connected;
}

static bool send_all(int fd, vw_transport* node) {
  size_t size;
  for (const uint8_t* out; (out = vw_bytes_to_send(node, &size)) != NULL;) {
    const ssize_t sent = send(fd, out, size, MSG_NOSIGNAL);
    if (sent < 0) return false;
    vw_mark_sent(node, (size_t)sent);
  }
  return true;
}

/* Whether this is what we wait for. */
static bool handle(const vw_event* event, const vw_transport* node) {
  if (event->kind == VW_EVENT_MESSAGE) {
    printf("%s: %llu bytes\n", event->name, (unsigned long long)event->payload_size);
    return strcmp(event->name, "verack") == 0;
  }
  vw_info info = {.struct_size = sizeof info};
  vw_get_info(node, &info);
  printf("session id ");
  for (int i = 0; i < VW_SESSION_ID_BYTES; i++) printf("%02x", info.session_id[i]);
  printf("\n");
  return false;
}

static int failed(const char* why) {
  fprintf(stderr, "hello_v2: %s\n", why);
  return 1;
}

int main(int argc, char** argv) {
  if (argc < 3) return failed("usage: hello_v2 HOST PORT [regtest]");
  const int fd = dial(argv[1], argv[2]);
  if (fd < 0) return failed("no connection");

  vw_config config = {.struct_size = sizeof config, .decoy_limit = VW_DECOY_LIMIT_FAULT};
  if (argc > 3) memcpy(config.magic, "\xfa\xbf\xb5\xda", 4);
  vw_transport* node;
  vw_error error = vw_transport_new(VW_V2_INITIATOR, &config, now(), &node);
  if (error != VW_OK) return failed(vw_error_text(error));
  /* Protocol 70016; services, time, addresses, user agent and height are left empty. */
  const uint8_t version[86] = {0x80, 0x11, 0x01};
  error = vw_push(node, now(), "version", version, sizeof version);
  if (error != VW_OK) return failed(vw_error_text(error));

  static uint8_t buffer[65536];
  vw_event event = {.struct_size = sizeof event};
  for (bool done = false; !done;) {
    if (!send_all(fd, node)) return failed("the node does not take what we send");
    const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return failed("the node hung up");
    for (size_t used = 0; count > 0 && used < (size_t)count && vw_fault(node) == VW_RULE_NONE;) {
      used += vw_feed(node, now(), buffer + used, (size_t)count - used);
      while (vw_poll_event(node, &event) > 0) done |= handle(&event, node);
    }
    vw_on_deadline(node, now());
    if (vw_fault(node) != VW_RULE_NONE) return failed(vw_rule_text(vw_fault(node)));
  }
  vw_transport_free(node);
  return 0;
}
