#!/usr/bin/env python3
"""c_api_test.py LIBRARY: the C interface as a program without a compiler meets it, by ctypes.

Two transports converse in memory; faults and the key log are looked at. Prints what failed and
exits with 1.
"""

import ctypes
import sys
from ctypes import (CFUNCTYPE, POINTER, Structure, byref, c_bool, c_char, c_char_p, c_int32, c_int64,
                    c_size_t, c_ubyte, c_uint8, c_uint32, c_uint64, c_void_p, sizeof)

OK, BAD_ARGUMENT, BAD_STRUCT_SIZE, UNKNOWN_FIELD = 0, -1, -2, -3
FAULTED, BAD_NAME = -5, -9
V2_INITIATOR, RESPONDER, V2_RESPONDER, V1_INITIATOR, V1_RESPONDER = range(1, 6)
EVENT_NONE, EVENT_ESTABLISHED, EVENT_MESSAGE = range(3)
VERSION_V1, VERSION_V2 = 1, 2
RULE_NONE, RULE_AUTHENTICATION_FAILED, RULE_V1_REFUSED = 0, 6, 9
RULE_HANDSHAKE_TIMEOUT, RULE_ENTROPY_FAILED = 10, 12
NEVER = 2**63 - 1

ENTROPY = CFUNCTYPE(c_int32, c_void_p, POINTER(c_uint8), c_size_t)
GARBAGE = CFUNCTYPE(c_int32, c_void_p, POINTER(c_uint8), POINTER(c_size_t))


class KeyLogEntry(Structure):
    _fields_ = [("struct_size", c_uint32), ("magic", c_ubyte * 4),
                ("initiator_ellswift", POINTER(c_uint8)),
                ("responder_ellswift", POINTER(c_uint8)),
                ("shared_secret", POINTER(c_uint8)), ("line", c_char_p)]


KEY_LOG = CFUNCTYPE(None, c_void_p, POINTER(KeyLogEntry))


class Sized(Structure):
    """A struct that says how large it is."""

    def __init__(self, **fields):
        super().__init__(**fields)
        if not self.struct_size:
            self.struct_size = sizeof(self)


class Config(Sized):
    _fields_ = [("struct_size", c_uint32), ("magic", c_ubyte * 4), ("decoy_limit", c_int32),
                ("v1_policy", c_int32), ("handshake_timeout_ns", c_int64),
                ("entropy", ENTROPY), ("entropy_context", c_void_p),
                ("garbage", c_char_p), ("garbage_size", c_size_t),
                ("garbage_policy", GARBAGE), ("garbage_context", c_void_p),
                ("version_contents", c_char_p), ("version_contents_size", c_size_t),
                ("early_decoys", POINTER(c_char_p)), ("early_decoy_sizes", POINTER(c_size_t)),
                ("early_decoy_count", c_size_t),
                ("key_log", KEY_LOG), ("key_log_context", c_void_p),
                ("secret_key", c_char_p), ("ellswift", c_char_p), ("key_pool", c_void_p)]


class LaterConfig(Sized):
    """The configuration of some later minor version."""
    _fields_ = [*Config._fields_, ("added", c_uint64)]


class Event(Sized):
    _fields_ = [("struct_size", c_uint32), ("kind", c_int32), ("version", c_int32),
                ("short_id", c_uint8), ("name", c_char * 13), ("reserved", c_uint8 * 6),
                ("payload", c_void_p), ("payload_size", c_uint64)]


class Info(Sized):
    _fields_ = [("struct_size", c_uint32), ("version", c_int32), ("role", c_int32),
                ("has_session_id", c_uint32), ("session_id", c_ubyte * 32),
                *((f"{way}_{what}", c_uint64) for way in ("sent", "received")
                  for what in ("bytes", "packets", "messages", "decoys", "decoy_bytes", "rekeys",
                               "garbage_bytes")),
                ("dropped", c_uint64), ("decoy_pauses", c_uint64),
                ("handshake_duration_ns", c_int64), ("last_message_at_ns", c_int64),
                ("unsent_bytes", c_uint64), ("memory_bytes", c_uint64)]


FUNCTIONS = {
    "vw_version": (c_uint32,),
    "vw_version_string": (c_char_p,),
    "vw_crypto_kernel": (c_char_p,),
    "vw_error_text": (c_char_p, c_int32),
    "vw_rule_name": (c_char_p, c_int32),
    "vw_rule_text": (c_char_p, c_int32),
    "vw_rule_blame": (c_int32, c_int32),
    "vw_blame_name": (c_char_p, c_int32),
    "vw_key_pool_new": (c_int32, c_size_t, ENTROPY, c_void_p, POINTER(c_void_p)),
    "vw_key_pool_refill": (c_size_t, c_void_p, c_size_t),
    "vw_key_pool_size": (c_size_t, c_void_p),
    "vw_key_pool_free": (None, c_void_p),
    "vw_ellswift_create": (c_int32, c_char_p, c_char_p, c_char_p),
    "vw_signet_magic": (c_int32, c_char_p, c_size_t, c_char_p),
    "vw_transport_new": (c_int32, c_int32, c_void_p, c_int64, POINTER(c_void_p)),
    "vw_transport_free": (None, c_void_p),
    "vw_feed": (c_size_t, c_void_p, c_int64, c_char_p, c_size_t),
    "vw_push": (c_int32, c_void_p, c_int64, c_char_p, c_char_p, c_size_t),
    "vw_push_short_id": (c_int32, c_void_p, c_int64, c_uint8, c_char_p, c_size_t),
    "vw_push_decoy": (c_int32, c_void_p, c_int64, c_char_p, c_size_t),
    "vw_poll_event": (c_int32, c_void_p, POINTER(Event)),
    "vw_bytes_to_send": (c_void_p, c_void_p, POINTER(c_size_t)),
    "vw_mark_sent": (c_int32, c_void_p, c_size_t),
    "vw_on_deadline": (None, c_void_p, c_int64),
    "vw_next_deadline": (c_int64, c_void_p),
    "vw_reading_paused": (c_bool, c_void_p),
    "vw_fault": (c_int32, c_void_p),
    "vw_get_info": (c_int32, c_void_p, POINTER(Info)),
}


def load(path):
    library = ctypes.CDLL(path)
    for name, (result, *arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


class Transport:
    """One end of a connection."""

    def __init__(self, library, kind, config=None, now=0):
        self.library = library
        self.handle = c_void_p()
        self.error = library.vw_transport_new(kind, config and byref(config), now,
                                              byref(self.handle))

    def __del__(self):
        self.library.vw_transport_free(self.handle)

    def push(self, name, payload=b"", now=0):
        return self.library.vw_push(self.handle, now, name, payload, len(payload))

    def push_decoy(self, contents=b"", now=0):
        return self.library.vw_push_decoy(self.handle, now, contents, len(contents))

    def take_bytes(self):
        taken = b""
        size = c_size_t()
        while out := self.library.vw_bytes_to_send(self.handle, byref(size)):
            taken += ctypes.string_at(out, size.value)
            self.library.vw_mark_sent(self.handle, size)
        return taken

    def feed(self, data, now=0):
        """The events of these bytes: the version, or a name with its payload."""
        events = []
        event = Event()
        while data and not self.fault():
            taken = self.library.vw_feed(self.handle, now, data, len(data))
            data = data[taken:]
            while (kind := self.library.vw_poll_event(self.handle, byref(event))) > 0:
                payload = ctypes.string_at(event.payload or b"", event.payload_size)
                events.append((event.name, payload) if kind == EVENT_MESSAGE else event.version)
            if self.library.vw_reading_paused(self.handle):
                break
        return events

    def fault(self):
        return self.library.vw_fault(self.handle)

    def info(self):
        info = Info()
        self.library.vw_get_info(self.handle, byref(info))
        return info


def converse(a, b):
    """Carries bytes until both ends are silent; returns what each end was told."""
    events_a, events_b = [], []
    while True:
        to_b, to_a = a.take_bytes(), b.take_bytes()
        if not to_a and not to_b:
            return events_a, events_b
        events_b += b.feed(to_b)
        events_a += a.feed(to_a)


failures = 0


def check(what, got, wanted):
    global failures
    if got != wanted:
        failures += 1
        print(f"c_api_test.py: {what}: got {got!r}, not {wanted!r}", file=sys.stderr)


def test_names(vw):
    check("version", vw.vw_version(),
          sum(int(part) * 1000**(2 - i)
              for i, part in enumerate(vw.vw_version_string().decode().split("."))))
    check("kernel has a name", vw.vw_crypto_kernel() != b"", True)
    check("rule name", vw.vw_rule_name(RULE_AUTHENTICATION_FAILED), b"authentication_failed")
    check("blame", vw.vw_blame_name(vw.vw_rule_blame(RULE_AUTHENTICATION_FAILED)), b"peer")
    check("error text", vw.vw_error_text(FAULTED), b"the transport has stopped")


def test_version_2(vw):
    initiator, responder = Transport(vw, V2_INITIATOR), Transport(vw, RESPONDER)
    check("push before the handshake", initiator.push(b"version", b"hello"), OK)
    check("handshake and message", converse(initiator, responder),
          ([VERSION_V2], [VERSION_V2, (b"version", b"hello")]))
    check("decoy", initiator.push_decoy(b"\0" * 13), OK)
    block = bytes(range(256)) * 4000
    for message in range(500):  # two rekeys
        responder.push(b"inv", bytes([message % 256]) * 37)
        check(f"message {message}", converse(initiator, responder),
              ([(b"inv", bytes([message % 256]) * 37)], []))
    check("long message", responder.push(b"block", block), OK)
    check("long message arrives", converse(initiator, responder), ([(b"block", block)], []))
    ours, theirs = initiator.info(), responder.info()
    check("session id", (ours.has_session_id, bytes(ours.session_id)),
          (1, bytes(theirs.session_id)))
    check("bytes", (ours.sent_bytes, ours.received_bytes),
          (theirs.received_bytes, theirs.sent_bytes))
    check("decoys", (ours.sent_decoys, theirs.received_decoys), (1, 1))
    check("rekeys", (ours.received_rekeys, theirs.sent_rekeys), (2, 2))


def test_version_1(vw):
    initiator, responder = Transport(vw, V1_INITIATOR), Transport(vw, RESPONDER)
    check("push", initiator.push(b"version", b"clear"), OK)
    check("message in clear", converse(initiator, responder),
          ([], [VERSION_V1, (b"version", b"clear")]))
    config = Config(v1_policy=1)
    initiator, responder = Transport(vw, V1_INITIATOR), Transport(vw, RESPONDER, config)
    initiator.push(b"version")
    converse(initiator, responder)
    check("version 1 refused", responder.fault(), RULE_V1_REFUSED)


def test_faults(vw):
    initiator, responder = Transport(vw, V2_INITIATOR), Transport(vw, V2_RESPONDER)
    converse(initiator, responder)
    initiator.push(b"ping", b"12345678")
    data = initiator.take_bytes()
    responder.feed(data[:-1] + bytes([data[-1] ^ 1]))
    check("altered packet", responder.fault(), RULE_AUTHENTICATION_FAILED)
    check("push after it", responder.push(b"ping"), FAULTED)
    late = Transport(vw, V2_INITIATOR, now=5)
    check("deadline", vw.vw_next_deadline(late.handle), 60 * 10**9 + 5)
    vw.vw_on_deadline(late.handle, 60 * 10**9 + 5)
    check("timeout", late.fault(), RULE_HANDSHAKE_TIMEOUT)
    check("no deadline after it", vw.vw_next_deadline(late.handle), NEVER)
    check("bad name", late.push(b"thirteen_char"), BAD_NAME)


def test_callbacks(vw):
    lines = []

    @KEY_LOG
    def key_log(_, entry):
        lines.append(entry.contents.line.decode())

    @ENTROPY
    def broken_entropy(*_):
        return 1

    @GARBAGE
    def five_bytes(_, out, size):
        ctypes.memmove(out, b"abcde", 5)
        size[0] = 5
        return 0

    config = Config(key_log=key_log, garbage_policy=five_bytes)
    initiator, responder = Transport(vw, V2_INITIATOR, config), Transport(vw, RESPONDER, config)
    converse(initiator, responder)
    check("both ends log the same line", lines[1:], lines[:1])
    words = (lines or [""])[0].split(" ")
    check("the line's words", (words[0], *map(len, words[1:])),
          ("BIP324_SHARED_SECRET", 8, 128, 128, 64))
    check("garbage", responder.info().received_garbage_bytes, 5)
    failed = Transport(vw, V2_INITIATOR, Config(entropy=broken_entropy))
    check("entropy that fails", failed.fault(), RULE_ENTROPY_FAILED)


def test_keys(vw):
    pool = c_void_p()
    check("pool", vw.vw_key_pool_new(2, ENTROPY(), None, byref(pool)), OK)
    check("refill", vw.vw_key_pool_refill(pool, 9), 2)
    initiator = Transport(vw, V2_INITIATOR, Config(key_pool=pool))
    check("a key was taken", vw.vw_key_pool_size(pool), 1)
    check("connection", converse(initiator, Transport(vw, RESPONDER)), ([VERSION_V2], [VERSION_V2]))
    del initiator
    vw.vw_key_pool_free(pool)
    ellswift = ctypes.create_string_buffer(64)
    secret = b"\x01" * 32
    check("encoding", vw.vw_ellswift_create(secret, b"\x02" * 32, ellswift), OK)
    given = Transport(vw, V2_INITIATOR, Config(secret_key=secret, ellswift=ellswift.raw))
    check("given key", given.take_bytes()[:64], ellswift.raw)


def test_struct_sizes(vw):
    check("size not set", vw.vw_transport_new(RESPONDER, bytes(152), 0, byref(c_void_p())),
          BAD_STRUCT_SIZE)
    check("early end", Transport(vw, RESPONDER, Config(struct_size=8)).error, OK)
    check("later version", Transport(vw, RESPONDER, LaterConfig()).error, OK)
    check("later field", Transport(vw, RESPONDER, LaterConfig(added=1)).error, UNKNOWN_FIELD)
    check("unknown kind", Transport(vw, 99).error, BAD_ARGUMENT)


def main():
    vw = load(sys.argv[1])
    for test in (test_names, test_version_2, test_version_1, test_faults, test_callbacks, test_keys,
                 test_struct_sizes):
        test(vw)
    print(f"c_api_test.py: {failures} failures")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
