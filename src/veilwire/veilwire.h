/* Veilwire for C, and for every language that can call C: the transports of Bitcoin's peer-to-peer
 * protocol, version 2 (BIP 324) and version 1. Bytes in, messages out; messages in, bytes out. The
 * library opens no socket, starts no thread and reads no clock.
 *
 * A transport's verbs come in four groups:
 *
 *   in        vw_feed() takes what came from the peer, vw_push() what is to go to it,
 *             vw_on_deadline() says that time has passed.
 *   events    vw_poll_event() gives what has happened. vw_feed() stops while an event waits: feed,
 *             poll until nothing is left, feed the rest.
 *   out       vw_bytes_to_send() is what the socket should take next; vw_mark_sent() says how much
 *             it took.
 *   getters   vw_next_deadline(), vw_reading_paused(), vw_fault(), vw_get_info().
 *
 * A driver's loop:
 *
 *   while (size > 0 && vw_fault(t) == VW_RULE_NONE) {
 *     size_t taken = vw_feed(t, now, bytes, size);
 *     bytes += taken, size -= taken;
 *     while (vw_poll_event(t, &event) > 0) handle(&event);
 *     if (vw_reading_paused(t)) break;    // keep the rest until vw_next_deadline()
 *   }
 *   out = vw_bytes_to_send(t, &out_size);
 *   vw_mark_sent(t, write(fd, out, out_size));
 *   // wait for the socket or for vw_next_deadline(t); then vw_on_deadline(t, now), feed the rest
 *
 * FAULTS. A fault is sticky: from then on vw_feed() takes nothing, vw_push() refuses and nothing is
 * left to send. vw_fault() names the rule that was broken, vw_rule_blame() whose fault it was. The
 * caller then closes the connection. An event that was waiting can still be polled.
 *
 * TIME is in nanoseconds from any origin of a clock that never goes back (CLOCK_MONOTONIC is one);
 * `now` never goes back between calls on one transport. REQUIRES: 0 <= now < 2^62.
 *
 * THREADS. An object is used by one thread at a time; different objects are independent, but what a
 * vw_config names (key pool, contexts) counts as in use in every call on a transport that was given
 * it, until its first event or a fault. Functions without an object may be called from any thread.
 *
 * FORK. A transport belongs to the process that made it: if two were to go on with it, two packets
 * would be encrypted under one keystream, which uncovers both. So in a child it has the fault
 * VW_RULE_USED_AFTER_FORK: it takes nothing and gives nothing to send, and the child frees it or
 * leaves it alone. The parent goes on as if nothing had happened. A key pool may be used on both sides: it notices, wipes what it holds and makes
 * new keys; see vw_key_pool_new().
 *
 * CALLBACKS are called inside the call that needs them, on its thread. They must not call a
 * function of the same object, and they must return: no longjmp and no exception may leave them.
 *
 * MEMORY. What the library hands out it owns; each function says for how long it stays valid. What
 * it is given it copies before it returns, except where it says otherwise.
 *
 * STRUCTS begin with `struct_size`, which the caller sets to sizeof the struct, as his header has
 * it. The library reads and writes no more than that, so a program and a library of different minor
 * versions work together: new fields come only at the end, and all of their bytes being zero means
 * what the versions before them did. Sizes that a fixed array or pointer has are in its comment.
 *
 * ENUMS are int32_t with named values that never change. Later versions add values.
 *
 * Unless a function says otherwise, its time depends on lengths and on what an observer of the wire
 * sees, and not on keys or contents.
 *
 * NULL is allowed only where a comment says so. Elsewhere it is refused, by every function and in
 * the same way: nothing changes, an `out` parameter that is there says "nothing" (NULL or 0), and
 * the function returns VW_ERROR_BAD_ARGUMENT; or, where it returns no error, 0, NULL, false or
 * VW_NEVER. vw_fault(NULL) is VW_RULE_NO_TRANSPORT, so that a driver's loop ends.
 */
#ifndef VEILWIRE_VEILWIRE_H_
#define VEILWIRE_VEILWIRE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define VW_API __attribute__((visibility("default")))
#else
#define VW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* -- Version ---------------------------------------------------------------------------------- */

#define VW_VERSION_MAJOR 0
#define VW_VERSION_MINOR 1
#define VW_VERSION_PATCH 0
#define VW_VERSION_NUMBER (VW_VERSION_MAJOR * 1000000 + VW_VERSION_MINOR * 1000 + VW_VERSION_PATCH)

/* Returns: the version of the library that is running, as VW_VERSION_NUMBER counts. */
VW_API uint32_t vw_version(void);
/* Returns: the same as text, "0.1.0". Static. */
VW_API const char* vw_version_string(void);
/* Returns: the name of the cipher implementation that this machine got, "avx2". Static. */
VW_API const char* vw_crypto_kernel(void);

/* -- Errors of a call ------------------------------------------------------------------------- */

/* What a call refused. The transport is unharmed unless vw_fault() says otherwise. */
typedef int32_t vw_error;
enum {
  VW_OK = 0,
  VW_ERROR_BAD_ARGUMENT = -1,    /* a required pointer is NULL, or a value is not one of its enum */
  VW_ERROR_BAD_STRUCT_SIZE = -2, /* struct_size is not set */
  VW_ERROR_UNKNOWN_FIELD = -3,   /* a field that this version does not know is not zero */
  VW_ERROR_OUT_OF_MEMORY = -4,
  VW_ERROR_FAULTED = -5,          /* the transport has stopped; see vw_fault() */
  VW_ERROR_QUEUE_FULL = -6,       /* too much waits to be sent; send first, then push again */
  VW_ERROR_PAYLOAD_TOO_LONG = -7, /* longer than a peer would accept */
  VW_ERROR_NOT_EXPRESSIBLE = -8,  /* version 1 carries neither decoys nor ids without a name */
  VW_ERROR_BAD_NAME = -9,         /* a message name is not 1 to 12 characters of ' '..'~' */
  VW_ERROR_BAD_KEY = -10,         /* a secret key is zero or not below the curve's order */
};

/* Returns: one sentence without its full stop. Static; for a value that is unknown too. */
VW_API const char* vw_error_text(vw_error error);

/* -- Faults of a transport -------------------------------------------------------------------- */

typedef int32_t vw_rule;
enum {
  VW_RULE_NONE = 0,
  /* The peer's. */
  VW_RULE_V1_OTHER_NETWORK = 1,      /* its first message carries another network's magic */
  VW_RULE_V1_BAD_MAGIC = 2,          /* a message that does not start with the network's magic */
  VW_RULE_V1_PAYLOAD_TOO_LONG = 3,   /* a header that announces over VW_MAX_PAYLOAD_BYTES */
  VW_RULE_GARBAGE_TOO_LONG = 4,      /* no garbage terminator within 4095 + 16 bytes */
  VW_RULE_CONTENTS_TOO_LONG = 5,     /* a packet that announces over VW_MAX_CONTENTS_BYTES */
  VW_RULE_AUTHENTICATION_FAILED = 6, /* a packet whose tag does not verify */
  VW_RULE_TOO_MANY_DECOYS_EARLY = 7, /* more decoys before the version packet than is bearable */
  VW_RULE_TOO_MANY_DECOYS = 8,       /* the decoy budget is spent, with VW_DECOY_LIMIT_FAULT */
  VW_RULE_V1_REFUSED = 9,            /* it speaks version 1, and only version 2 is taken */
  VW_RULE_HANDSHAKE_TIMEOUT = 10,    /* the handshake was not done in time */
  VW_RULE_V1_ANSWERED = 15,          /* we dialled version 2, and it speaks version 1 */
  /* The caller's. */
  VW_RULE_BAD_CONFIGURATION = 11, /* garbage of over 4095 bytes, or an invalid key */
  /* The system's. */
  VW_RULE_ENTROPY_FAILED = 12, /* the source of randomness refused */
  VW_RULE_OUT_OF_MEMORY = 13,
  /* The caller's. */
  VW_RULE_USED_AFTER_FORK = 14, /* used in a child of the process that made it */
  VW_RULE_NO_TRANSPORT = 16,    /* vw_fault() was given NULL */
};

typedef int32_t vw_blame;
enum {
  VW_BLAME_NONE = 0,
  VW_BLAME_PEER = 1,
  VW_BLAME_CALLER = 2,
  VW_BLAME_SYSTEM = 3,
};

/* Returns: a stable name for logs, "garbage_too_long"; "none" for VW_RULE_NONE. Static. */
VW_API const char* vw_rule_name(vw_rule rule);
/* Returns: one sentence that says what happened, without its full stop. Static. */
VW_API const char* vw_rule_text(vw_rule rule);
/* Returns: whose fault a broken rule is; VW_BLAME_NONE for VW_RULE_NONE and unknown values. */
VW_API vw_blame vw_rule_blame(vw_rule rule);
/* Returns: "none", "peer", "caller" or "system". Static. */
VW_API const char* vw_blame_name(vw_blame blame);

/* -- Limits ----------------------------------------------------------------------------------- */

#define VW_ELLSWIFT_BYTES 64
#define VW_MAX_GARBAGE_BYTES 4095
#define VW_SESSION_ID_BYTES 32
#define VW_MESSAGE_NAME_BYTES 12
#define VW_MAX_PAYLOAD_BYTES 4000000
#define VW_MAX_CONTENTS_BYTES (1 + VW_MESSAGE_NAME_BYTES + VW_MAX_PAYLOAD_BYTES)
/* With this many bytes waiting, vw_push() refuses with VW_ERROR_QUEUE_FULL. */
#define VW_MAX_UNSENT_BYTES 1000000
/* Messages and decoys that may wait for the handshake to end. */
#define VW_MAX_QUEUED_BEFORE_HANDSHAKE 64

/* A time that does not come, or has not come yet. */
#define VW_NEVER INT64_MAX

/* -- Keys made ahead -------------------------------------------------------------------------- */

/* Fills out[0..size) with bytes that nobody can predict. Returns 0; anything else says that it
 * could not, and nothing is then derived from `out`. */
typedef int32_t (*vw_entropy_callback)(void* context, uint8_t* out, size_t size);

/* Ephemeral keys made in idle time, so that a handshake pays only for the key exchange while its
 * peer waits. 96 bytes a key. */
typedef struct vw_key_pool vw_key_pool;

/* Makes an empty pool.
 *
 * Returns:  VW_OK, VW_ERROR_BAD_ARGUMENT or VW_ERROR_OUT_OF_MEMORY.
 * capacity: how many keys it holds at most.
 * entropy:  NULL for the operating system's randomness. Called by vw_key_pool_refill() and, while
 *           the pool is empty, where a transport takes a key.
 * context:  given to `entropy`; must live as long as the pool.
 * out:      the pool, or NULL when the call fails. To be freed with vw_key_pool_free().
 *
 * fork: keys made before a fork are never given out after it, on neither side, since the other
 * holds the same. The pool notices at its next call, wipes them and makes new ones. */
VW_API vw_error vw_key_pool_new(size_t capacity, vw_entropy_callback entropy, void* context,
                                vw_key_pool** out);

/* Makes keys until the pool is full, `at_most` are made or the entropy fails; 20 to 50 us each.
 *
 * Returns: how many it made. Constant time in the keys. */
VW_API size_t vw_key_pool_refill(vw_key_pool* pool, size_t at_most);

/* Returns: how many keys are ready. */
VW_API size_t vw_key_pool_size(const vw_key_pool* pool);

/* Wipes the keys and frees the pool. No transport may need it any more; see vw_config.key_pool.
 *
 * pool: may be NULL. */
VW_API void vw_key_pool_free(vw_key_pool* pool);

/* Encodes a secret key's public key as 64 bytes that look random: one of about 2^256 encodings,
 * chosen by `auxrnd`. For tests and vectors.
 *
 * Returns:    VW_OK, VW_ERROR_BAD_ARGUMENT or VW_ERROR_BAD_KEY. Constant time in key and auxrnd.
 * secret_key: 32 bytes.
 * auxrnd:     32 bytes, random.
 * ellswift:   64 bytes, written on VW_OK. */
VW_API vw_error vw_ellswift_create(const uint8_t* secret_key, const uint8_t* auxrnd,
                                   uint8_t* ellswift);

/* -- Configuration ---------------------------------------------------------------------------- */

/* Chooses the garbage of one connection: bytes before the encryption starts that a watcher must not
 * be able to tell from random ones.
 *
 * out:  VW_MAX_GARBAGE_BYTES bytes, filled with randomness. They may be left or replaced.
 * size: in: a length drawn uniformly from 0..VW_MAX_GARBAGE_BYTES; out: how many to send. More than
 *       VW_MAX_GARBAGE_BYTES stops the transport with VW_RULE_BAD_CONFIGURATION.
 * Returns 0; anything else stops it with VW_RULE_ENTROPY_FAILED. */
typedef int32_t (*vw_garbage_callback)(void* context, uint8_t* out, size_t* size);

/* What is needed to decrypt a recorded connection: whoever has it reads everything. The library
 * sets struct_size. Everything is valid during the callback only, and wiped after it. */
typedef struct vw_key_log_entry {
  uint32_t struct_size;
  uint8_t magic[4];
  const uint8_t* initiator_ellswift; /* 64 bytes */
  const uint8_t* responder_ellswift; /* 64 bytes */
  const uint8_t* shared_secret;      /* 32 bytes */
  const char* line;                  /* the line that tools share (docs/keylog.md), no newline */
} vw_key_log_entry;

/* Called once for a connection, when its keys are derived: a handshake that then fails can be
 * looked at too. */
typedef void (*vw_key_log_callback)(void* context, const vw_key_log_entry* entry);

/* What to do with a peer whose decoys pass the budget of 8 MB at once, then 1 MB a second. */
typedef int32_t vw_decoy_limit;
enum {
  VW_DECOY_LIMIT_PAUSE = 0, /* stop reading until the budget has filled again */
  VW_DECOY_LIMIT_FAULT = 1, /* stop the transport */
  VW_DECOY_LIMIT_OFF = 2,   /* for a peer of the caller's own */
};

/* What VW_RESPONDER does with a peer that speaks version 1. */
typedef int32_t vw_v1_policy;
enum {
  VW_V1_ACCEPT = 0,
  VW_V1_REFUSE = 1,
};

/* How one transport behaves. Zero in every field is the default and good for a peer of the main
 * network:   vw_config config = {0};  config.struct_size = sizeof config;
 * vw_transport_new() copies it and what it points to, `key_pool` and the contexts excepted. */
typedef struct vw_config {
  uint32_t struct_size;
  /* The network, in the order in which the bytes travel. Zeros: the main network. */
  uint8_t magic[4];
  vw_decoy_limit decoy_limit;
  vw_v1_policy v1_policy;
  /* From vw_transport_new() to the end of the handshake, below 2^62. 0: 60 seconds. */
  int64_t handshake_timeout_ns;

  /* NULL: the operating system's randomness. The context must live until the first event. */
  vw_entropy_callback entropy;
  void* entropy_context;

  /* The garbage to send: given (`garbage` not NULL; a size of 0 sends none), or chosen by the
   * callback, or, where both are NULL, random bytes of a random length from 0 to 4095. */
  const uint8_t* garbage;
  size_t garbage_size;
  vw_garbage_callback garbage_policy;
  void* garbage_context;

  /* Contents of the version packet, which today's peers ignore (some end the connection when there
   * are any). May be NULL where the size is 0. */
  const uint8_t* version_contents;
  size_t version_contents_size;

  /* Contents of the decoys to send before the version packet: `early_decoy_count` pointers and as
   * many sizes. */
  const uint8_t* const* early_decoys;
  const size_t* early_decoy_sizes;
  size_t early_decoy_count;

  /* NULL: off. The context must live until the first event. */
  vw_key_log_callback key_log;
  void* key_log_context;

  /* Where the ephemeral key comes from: given (both pointers; 32 and 64 bytes, and the encoding
   * belongs to the key, which is not checked: for tests and vectors, since no key may serve twice),
   * or the pool, or, where all are NULL, made from `entropy`. The pool must live until the first
   * event. */
  const uint8_t* secret_key;
  const uint8_t* ellswift;
  vw_key_pool* key_pool;
} vw_config;

/* BIP 325: the magic of a signet from its challenge.
 *
 * Returns:   VW_OK, VW_ERROR_BAD_ARGUMENT or VW_ERROR_OUT_OF_MEMORY. The challenge is public.
 * challenge: the script; may be NULL where challenge_size is 0.
 * magic:     4 bytes, written on VW_OK; in the order in which they travel. */
VW_API vw_error vw_signet_magic(const uint8_t* challenge, size_t challenge_size, uint8_t* magic);

/* -- A transport ------------------------------------------------------------------------------ */

typedef struct vw_transport vw_transport;

typedef int32_t vw_kind;
enum {
  VW_V2_INITIATOR = 1, /* dialled; version 2. Has its key and garbage to send at once */
  VW_RESPONDER = 2,    /* was dialled; takes version 1 or 2, whichever the peer speaks, and neither
                          sends nor takes a key before the byte that decides */
  VW_V2_RESPONDER = 3, /* was dialled; version 2 only: answers the first byte, and stops where the
                          peer's bytes turn out to be version 1 */
  VW_V1_INITIATOR = 4, /* dialled; version 1, in clear */
  VW_V1_RESPONDER = 5, /* was dialled; version 1 only */
};

/* Makes a transport. A fault may be there already (the entropy failed): see vw_fault().
 *
 * Returns: VW_OK, VW_ERROR_BAD_ARGUMENT, VW_ERROR_BAD_STRUCT_SIZE, VW_ERROR_UNKNOWN_FIELD,
 *          VW_ERROR_PAYLOAD_TOO_LONG (for version contents or an early decoy), or
 *          VW_ERROR_OUT_OF_MEMORY.
 *
 * kind:    which end of which version.
 * config:  NULL for the defaults.
 * now:     see TIME above; the handshake's time starts to run.
 * out:     the transport, or NULL when the call fails. To be freed with vw_transport_free(). */
VW_API vw_error vw_transport_new(vw_kind kind, const vw_config* config, int64_t now,
                                 vw_transport** out);

/* Wipes its keys and frees it; what it handed out dies.
 *
 * transport: may be NULL. */
VW_API void vw_transport_free(vw_transport* transport);

/* Takes bytes from the peer, in any cut.
 *
 * Returns: how many it took: all of them, unless an event waits to be polled, reading is paused or
 *          the transport has stopped. Payloads of earlier events die.
 * bytes:   `size` bytes; may be NULL where that is 0. */
VW_API size_t vw_feed(vw_transport* transport, int64_t now, const uint8_t* bytes, size_t size);

/* Queues a message; one that is pushed before the handshake has ended waits for it.
 *
 * Returns: VW_OK, VW_ERROR_BAD_ARGUMENT, VW_ERROR_BAD_NAME, VW_ERROR_FAULTED, VW_ERROR_QUEUE_FULL,
 *          VW_ERROR_PAYLOAD_TOO_LONG, VW_ERROR_NOT_EXPRESSIBLE or VW_ERROR_OUT_OF_MEMORY.
 * name:    "version", "inv": 1 to 12 characters and a zero. A name that has a one-byte id travels
 *          as that in version 2.
 * payload: `size` bytes; may be NULL where that is 0. */
VW_API vw_error vw_push(vw_transport* transport, int64_t now, const char* name,
                        const uint8_t* payload, size_t size);

/* The same for the one-byte id of a message whose name may be unknown.
 *
 * Returns:  as vw_push(); VW_ERROR_BAD_ARGUMENT for id 0, which names nothing. */
VW_API vw_error vw_push_short_id(vw_transport* transport, int64_t now, uint8_t short_id,
                                 const uint8_t* payload, size_t size);

/* Queues a packet that the peer checks and drops: cover traffic. Zeros are good contents.
 *
 * Returns:  as vw_push(); VW_ERROR_NOT_EXPRESSIBLE in version 1.
 * contents: `size` bytes; may be NULL where that is 0. */
VW_API vw_error vw_push_decoy(vw_transport* transport, int64_t now, const uint8_t* contents,
                              size_t size);

typedef int32_t vw_version_kind;
enum {
  VW_VERSION_UNDECIDED = 0,
  VW_VERSION_V1 = 1,
  VW_VERSION_V2 = 2,
};

typedef int32_t vw_event_kind;
enum {
  VW_EVENT_NONE = 0,
  VW_EVENT_ESTABLISHED = 1, /* the first event: messages may flow */
  VW_EVENT_MESSAGE = 2,
};

typedef struct vw_event {
  uint32_t struct_size; /* set by the caller, once; vw_poll_event() leaves it */
  vw_event_kind kind;
  /* VW_EVENT_ESTABLISHED: which version it is. */
  vw_version_kind version;
  /* VW_EVENT_MESSAGE: the one-byte id that the type has in version 2, 0 where it has none; and its
   * name with a zero at the end, empty for an id that nobody has named. The bytes are printable
   * ASCII, but are the peer's. */
  uint8_t short_id;
  char name[VW_MESSAGE_NAME_BYTES + 1];
  uint8_t reserved[6];
  /* VW_EVENT_MESSAGE: the payload. VW_EVENT_ESTABLISHED: the contents of the peer's version packet.
   * The transport's; valid until the next vw_feed(), vw_on_deadline() or vw_transport_free(). */
  const uint8_t* payload;
  uint64_t payload_size;
} vw_event;

/* Gives the oldest event.
 *
 * Returns: its kind (above 0); VW_EVENT_NONE, and event->kind says so too; or an error (below 0):
 *          VW_ERROR_BAD_ARGUMENT or VW_ERROR_BAD_STRUCT_SIZE, and the event still waits.
 * event:   written whole up to event->struct_size, except for that. */
VW_API int32_t vw_poll_event(vw_transport* transport, vw_event* event);

/* What is to be written to the socket next.
 *
 * Returns: the bytes, or NULL where there are none. The transport's; valid until the next call of
 *          any function on it that takes it as not const.
 * size:    how many. */
VW_API const uint8_t* vw_bytes_to_send(vw_transport* transport, size_t* size);

/* Says how much of vw_bytes_to_send() was written. After a fault it does nothing, so that a write
 * that was under way may still be reported.
 *
 * Returns: VW_OK, or VW_ERROR_BAD_ARGUMENT where `count` is more than was offered. */
VW_API vw_error vw_mark_sent(vw_transport* transport, size_t count);

/* Lets time pass: to be called at vw_next_deadline() or later; earlier calls do nothing. */
VW_API void vw_on_deadline(vw_transport* transport, int64_t now);

/* Returns: when vw_on_deadline() wants to be called; VW_NEVER where nothing is to come. */
VW_API int64_t vw_next_deadline(const vw_transport* transport);

/* Returns: true while vw_feed() takes nothing because the peer's decoy budget is spent;
 *          vw_on_deadline() at vw_next_deadline() ends it. */
VW_API bool vw_reading_paused(const vw_transport* transport);

/* Returns: the rule that was broken, or VW_RULE_NONE. */
VW_API vw_rule vw_fault(const vw_transport* transport);

typedef int32_t vw_role;
enum {
  VW_ROLE_INITIATOR = 0,
  VW_ROLE_RESPONDER = 1,
};

typedef struct vw_info {
  uint32_t struct_size; /* set by the caller; vw_get_info() leaves it */
  vw_version_kind version;
  vw_role role;
  /* 1 once the peer's version packet has verified (version 2), else 0 and session_id is zeros. */
  uint32_t has_session_id;
  uint8_t session_id[VW_SESSION_ID_BYTES];
  /* Each way. Bytes are on the wire, everything included; packets count all that were encrypted
   * (messages, in version 1); messages do not count decoys, version packet and what was dropped.
   * What vw_bytes_to_send() has offered counts as sent. */
  uint64_t sent_bytes;
  uint64_t sent_packets;
  uint64_t sent_messages;
  uint64_t sent_decoys;
  uint64_t sent_decoy_bytes;
  uint64_t sent_rekeys;
  uint64_t sent_garbage_bytes;
  uint64_t received_bytes;
  uint64_t received_packets;
  uint64_t received_messages;
  uint64_t received_decoys;
  uint64_t received_decoy_bytes;
  uint64_t received_rekeys;
  uint64_t received_garbage_bytes;
  /* Received and dropped, the connection unharmed: a malformed name, empty contents, a bad version
   * 1 checksum. */
  uint64_t dropped;
  /* How often reading was paused because the decoy budget was spent. */
  uint64_t decoy_pauses;
  /* From vw_transport_new() to VW_EVENT_ESTABLISHED; VW_NEVER before it. */
  int64_t handshake_duration_ns;
  /* When the last message came; VW_NEVER before the first. Decoys do not count. */
  int64_t last_message_at_ns;
  uint64_t unsent_bytes;
  /* What the transport occupies, object and heap. */
  uint64_t memory_bytes;
} vw_info;

/* Tells how it stands.
 *
 * Returns: VW_OK, VW_ERROR_BAD_ARGUMENT, VW_ERROR_BAD_STRUCT_SIZE or VW_ERROR_OUT_OF_MEMORY.
 * info:    written whole up to info->struct_size, except for that. */
VW_API vw_error vw_get_info(const vw_transport* transport, vw_info* info);

#ifdef __cplusplus
}
#endif

#endif
