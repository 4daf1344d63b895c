#!/usr/bin/env python3
"""key_log_test.py LIBRARY: what the library encrypts, a second implementation decrypts from the key
log line (scripts/decrypt_example.py), across rekeys and decoys; and the worked example of
docs/keylog.md holds. Exits with 1 where not."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(ROOT / "scripts")]

import c_api_test as c  # noqa: E402
import decrypt_example  # noqa: E402


class Recorded:
    """A conversation, everything that either side sent, and its key log line."""

    def __init__(self, vw, of_initiator=(), of_responder=()):
        lines = []
        key_log = c.KEY_LOG(lambda _, entry: lines.append(entry.contents.line.decode()))
        config = c.Config(key_log=key_log, **dict(of_initiator))
        self.initiator = c.Transport(vw, c.V2_INITIATOR, config)
        self.responder = c.Transport(vw, c.RESPONDER, c.Config(**dict(of_responder)))
        self.from_initiator = self.from_responder = b""
        self.carry()
        self.line = lines[0]

    def carry(self):
        while True:
            to_responder, to_initiator = self.initiator.take_bytes(), self.responder.take_bytes()
            if not to_responder and not to_initiator:
                return
            self.from_initiator += to_responder
            self.from_responder += to_initiator
            self.responder.feed(to_responder)
            self.initiator.feed(to_initiator)


def test_conversation(vw):
    recorded = Recorded(vw)
    wanted = [(False, b"")]  # the version packet
    for n in range(460):  # two rekeys
        if n % 10 == 3:
            recorded.initiator.push_decoy(b"\0" * n)
            wanted.append((True, b"\0" * n))
        recorded.initiator.push(b"ping", bytes([n % 256]) * 8)
        wanted.append((False, b"\x12" + bytes([n % 256]) * 8))
        recorded.carry()
    recorded.initiator.push(b"sendheaders")
    wanted.append((False, b"\0sendheaders\0"))
    recorded.carry()
    keys, (of_initiator, of_responder) = decrypt_example.decrypt_connection(
        recorded.line, recorded.from_initiator, recorded.from_responder)
    c.check("packets of the initiator", of_initiator, wanted)
    c.check("packets of the responder", of_responder, [(False, b"")])
    c.check("session id", bytes(recorded.initiator.info().session_id), keys["session_id"])


def test_document(vw):
    text = (ROOT / "docs" / "keylog.md").read_text(encoding="utf-8")
    c.check("figures of docs/keylog.md that differ", list(decrypt_example.check_example(text)), [])
    example = decrypt_example.read_example(text)
    encodings = [bytes.fromhex(word) for word in example["line"].split(" ")[2:4]]
    recorded = Recorded(
        vw,
        {"secret_key": bytes(range(1, 33)), "ellswift": encodings[0],
         "garbage": b"garbage!", "garbage_size": 8},
        {"secret_key": bytes(range(33, 65)), "ellswift": encodings[1], "garbage": b""})
    recorded.initiator.push(b"ping", b"12345678")
    recorded.carry()
    recorded.responder.push_decoy(bytes(2))
    recorded.responder.push(b"pong", b"12345678")
    recorded.carry()
    c.check("line of the worked example", recorded.line, example["line"])
    for name in ("from_initiator", "from_responder"):
        c.check(name, getattr(recorded, name), bytes.fromhex(example[name]))


def main():
    vw = c.load(sys.argv[1])
    test_conversation(vw)
    test_document(vw)
    print(f"key_log_test.py: {c.failures} failures")
    return c.failures != 0


if __name__ == "__main__":
    sys.exit(main())
