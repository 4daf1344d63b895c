/* The installed library as a C program meets it: two transports converse in memory, faults, struct
 * sizes, callbacks and keys are looked at. Prints what failed and exits with 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <veilwire/veilwire.h>

static int failures = 0;

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "c_api_test.c:%d: %s does not hold\n", __LINE__, #condition); \
      failures++;                                                                   \
    }                                                                               \
  } while (0)

/* One end of a connection, and the last event that it gave. */
typedef struct {
  vw_transport* transport;
  int events;
  vw_event last;
  char payload[64];
} end;

static end open_end(vw_kind kind, const vw_config* config) {
  end made;
  memset(&made, 0, sizeof made);
  made.last.struct_size = sizeof made.last;
  CHECK(vw_transport_new(kind, config, 0, &made.transport) == VW_OK);
  return made;
}

static void take_events(end* to) {
  vw_event event;
  event.struct_size = sizeof event;
  while (vw_poll_event(to->transport, &event) > 0) {
    to->events++;
    to->last = event;
    CHECK(event.payload_size < sizeof to->payload);
    if (event.payload_size < sizeof to->payload && event.payload_size > 0) {
      memcpy(to->payload, event.payload, (size_t)event.payload_size);
      to->payload[event.payload_size] = 0;
    }
  }
}

/* Carries what waits, in pieces of at most `cut` bytes; returns how much. */
static size_t carry(end* from, end* to, size_t cut) {
  size_t carried = 0, size;
  for (const uint8_t* out; (out = vw_bytes_to_send(from->transport, &size)) != NULL;) {
    const size_t taken = vw_feed(to->transport, 0, out, size < cut ? size : cut);
    take_events(to);
    if (taken == 0 || vw_fault(to->transport) != VW_RULE_NONE) break;
    CHECK(vw_mark_sent(from->transport, taken) == VW_OK);
    carried += taken;
  }
  return carried;
}

static void converse(end* a, end* b, size_t cut) {
  while (carry(a, b, cut) + carry(b, a, cut) > 0) {
  }
}

static vw_info info_of(const end* of) {
  vw_info info;
  info.struct_size = sizeof info;
  CHECK(vw_get_info(of->transport, &info) == VW_OK);
  return info;
}

static void close_ends(end* a, end* b) {
  vw_transport_free(a->transport);
  vw_transport_free(b->transport);
}

static void test_version_2(size_t cut) {
  end initiator = open_end(VW_V2_INITIATOR, NULL);
  end responder = open_end(VW_RESPONDER, NULL);
  CHECK(vw_push(initiator.transport, 0, "version", (const uint8_t*)"hello", 5) == VW_OK);
  converse(&initiator, &responder, cut);
  CHECK(initiator.events == 1 && initiator.last.version == VW_VERSION_V2);
  CHECK(responder.events == 2 && responder.last.kind == VW_EVENT_MESSAGE);
  CHECK(strcmp(responder.last.name, "version") == 0 && strcmp(responder.payload, "hello") == 0);

  CHECK(vw_push_decoy(responder.transport, 0, (const uint8_t*)"dropped", 7) == VW_OK);
  CHECK(vw_push_short_id(responder.transport, 0, 18, (const uint8_t*)"12345678", 8) == VW_OK);
  converse(&initiator, &responder, cut);
  CHECK(initiator.events == 2 && initiator.last.short_id == 18);
  CHECK(strcmp(initiator.last.name, "ping") == 0 && strcmp(initiator.payload, "12345678") == 0);

  const vw_info ours = info_of(&initiator), theirs = info_of(&responder);
  CHECK(ours.has_session_id == 1 && theirs.has_session_id == 1);
  CHECK(memcmp(ours.session_id, theirs.session_id, VW_SESSION_ID_BYTES) == 0);
  CHECK(ours.sent_bytes == theirs.received_bytes && ours.received_bytes == theirs.sent_bytes);
  CHECK(ours.received_decoys == 1 && theirs.sent_decoys == 1);
  close_ends(&initiator, &responder);
}

static void test_version_1(void) {
  end initiator = open_end(VW_V1_INITIATOR, NULL);
  end responder = open_end(VW_RESPONDER, NULL);
  take_events(&initiator);
  CHECK(vw_push(initiator.transport, 0, "version", (const uint8_t*)"clear", 5) == VW_OK);
  converse(&initiator, &responder, 5);
  CHECK(responder.events == 2 && strcmp(responder.payload, "clear") == 0);
  CHECK(info_of(&responder).version == VW_VERSION_V1);
  CHECK(vw_push_decoy(initiator.transport, 0, NULL, 0) == VW_ERROR_NOT_EXPRESSIBLE);
  close_ends(&initiator, &responder);
}

static void test_faults(void) {
  end initiator = open_end(VW_V2_INITIATOR, NULL);
  end responder = open_end(VW_V2_RESPONDER, NULL);
  CHECK(vw_next_deadline(initiator.transport) == INT64_C(60000000000));
  converse(&initiator, &responder, SIZE_MAX);
  const uint8_t noise[64] = {1, 2, 3};
  CHECK(vw_feed(responder.transport, 0, noise, 3) == 3);
  vw_feed(responder.transport, 0, noise, sizeof noise);
  for (int i = 0; i < 300000 && vw_fault(responder.transport) == VW_RULE_NONE; i++) {
    vw_feed(responder.transport, 0, noise, sizeof noise);
  }
  const vw_rule rule = vw_fault(responder.transport);
  CHECK(rule == VW_RULE_AUTHENTICATION_FAILED || rule == VW_RULE_CONTENTS_TOO_LONG);
  CHECK(vw_rule_blame(rule) == VW_BLAME_PEER);
  CHECK(strlen(vw_rule_name(rule)) > 0 && strlen(vw_rule_text(rule)) > 0);
  CHECK(vw_push(responder.transport, 0, "ping", NULL, 0) == VW_ERROR_FAULTED);
  CHECK(vw_push(initiator.transport, 0, "", NULL, 0) == VW_ERROR_BAD_NAME);
  CHECK(strcmp(vw_error_text(VW_ERROR_FAULTED), vw_error_text(VW_OK)) != 0);
  close_ends(&initiator, &responder);
}

static int32_t broken_entropy(void* context, uint8_t* out, size_t size) {
  ++*(int*)context;
  memset(out, 0, size);
  return 1;
}

static void keep_line(void* context, const vw_key_log_entry* entry) {
  char** kept = context;
  CHECK(entry->struct_size >= sizeof *entry && *kept == NULL);
  *kept = malloc(strlen(entry->line) + 1);
  if (*kept != NULL) strcpy(*kept, entry->line);
}

static void test_callbacks(void) {
  int calls = 0;
  vw_config broken = {.struct_size = sizeof broken};
  broken.entropy = broken_entropy;
  broken.entropy_context = &calls;
  end failed = open_end(VW_V2_INITIATOR, &broken);
  CHECK(calls > 0 && vw_fault(failed.transport) == VW_RULE_ENTROPY_FAILED);

  char *first = NULL, *second = NULL;
  vw_config config = {.struct_size = sizeof config, .key_log = keep_line};
  config.key_log_context = &first;
  end initiator = open_end(VW_V2_INITIATOR, &config);
  config.key_log_context = &second;
  end responder = open_end(VW_RESPONDER, &config);
  converse(&initiator, &responder, SIZE_MAX);
  CHECK(first != NULL && second != NULL && strcmp(first, second) == 0);
  CHECK(first != NULL && strncmp(first, "BIP324_SHARED_SECRET f9beb4d9 ", 30) == 0);
  free(first);
  free(second);
  close_ends(&initiator, &responder);
  vw_transport_free(failed.transport);
}

static void test_keys(void) {
  vw_key_pool* pool;
  CHECK(vw_key_pool_new(2, NULL, NULL, &pool) == VW_OK);
  CHECK(vw_key_pool_refill(pool, 9) == 2);
  vw_config config = {.struct_size = sizeof config, .key_pool = pool};
  end initiator = open_end(VW_V2_INITIATOR, NULL);
  end responder = open_end(VW_RESPONDER, &config);
  converse(&initiator, &responder, SIZE_MAX);
  CHECK(vw_key_pool_size(pool) == 1);
  CHECK(info_of(&responder).has_session_id == 1);
  close_ends(&initiator, &responder);
  vw_key_pool_free(pool);
}

static void test_struct_sizes(void) {
  struct {
    vw_config known;
    uint64_t added;
  } later = {.known = {.struct_size = sizeof later}};
  vw_transport* made;
  CHECK(vw_transport_new(VW_RESPONDER, &later.known, 0, &made) == VW_OK);
  vw_info info;
  memset(&info, 0x55, sizeof info);
  info.struct_size = offsetof(vw_info, sent_bytes);
  CHECK(vw_get_info(made, &info) == VW_OK);
  CHECK(info.role == VW_ROLE_RESPONDER && info.sent_bytes == UINT64_C(0x5555555555555555));
  vw_transport_free(made);
  later.added = 1;
  CHECK(vw_transport_new(VW_RESPONDER, &later.known, 0, &made) == VW_ERROR_UNKNOWN_FIELD);
  later.known.struct_size = 0;
  CHECK(vw_transport_new(VW_RESPONDER, &later.known, 0, &made) == VW_ERROR_BAD_STRUCT_SIZE);
}

int main(void) {
  CHECK(vw_version() == VW_VERSION_NUMBER);
  CHECK(strlen(vw_version_string()) > 0 && strlen(vw_crypto_kernel()) > 0);
  test_version_2(SIZE_MAX);
  test_version_2(1);
  test_version_1();
  test_faults();
  test_callbacks();
  test_keys();
  test_struct_sizes();
  printf("c_api_test.c: %d failures\n", failures);
  return failures != 0;
}
