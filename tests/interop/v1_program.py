"""A program that speaks version 1 through a SOCKS5 proxy, and says what no well-kept node would."""

import socket
import struct
import time

from node import PATIENCE_SECONDS
from transactions import sha256d

REGTEST_MAGIC = bytes.fromhex("fabfb5da")
PROTOCOL_VERSION = 70016
ADDRESS = bytes(26)
HEADER = 24
SUCCEEDED = 0


class V1Program:
    """Connected from construction until the end of a `with`. `target` is HOST:PORT."""

    def __init__(self, proxy_port, target, login=None):
        self._socket = socket.create_connection(("127.0.0.1", proxy_port), PATIENCE_SECONDS)
        self._file = self._socket.makefile("rb")
        self.reply = self._ask(target, login)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def send_bytes(self, data, seconds=PATIENCE_SECONDS):
        """Raises a TimeoutError where the proxy takes them no longer."""
        self._socket.settimeout(seconds)
        self._socket.sendall(data)
        self._socket.settimeout(PATIENCE_SECONDS)

    def send(self, name, payload=b""):
        self._socket.sendall(message(name, payload))

    def receive(self):
        """The next message: its name and payload. None where the connection has ended."""
        header = self._file.read(HEADER)
        if len(header) < HEADER:
            return None
        magic, name, size, checksum = struct.unpack("<4s12sI4s", header)
        payload = self._file.read(size)
        if magic != REGTEST_MAGIC or checksum != sha256d(payload)[:4]:
            raise AssertionError(f"a malformed message: {header.hex()}")
        return name.rstrip(b"\0").decode(), payload

    def expect(self, name):
        while (got := self.receive()) is not None:
            if got[0] == name:
                return got[1]
        raise AssertionError(f"the connection ended before '{name}' came")

    def shake_hands(self):
        """Returns the peer's `version` once both have said verack."""
        self.send("version", version_payload())
        theirs = self.expect("version")
        self.send("verack")
        self.expect("verack")
        return theirs

    def _ask(self, target, login):
        """Returns the reply: SUCCEEDED, or another one of RFC 1928."""
        self._socket.sendall(b"\x05\x02\x00\x02" if login else b"\x05\x01\x00")
        method = self._file.read(2)[1]
        if method == 2:
            user, password = (part.encode() for part in login)
            self._socket.sendall(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
            self._file.read(2)
        host, port = target.rsplit(":", 1)
        self._socket.sendall(b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() +
                             struct.pack(">H", int(port)))
        reply = self._file.read(10)
        return reply[1] if len(reply) > 1 else None


def message(name, payload=b""):
    return struct.pack("<4s12sI4s", REGTEST_MAGIC, name.encode(), len(payload),
                       sha256d(payload)[:4]) + payload


def version_payload():
    """It wants transactions: the last byte says so."""
    agent = b"/v1_program/"
    return (struct.pack("<iQq", PROTOCOL_VERSION, 1 | 8, int(time.time())) + ADDRESS + ADDRESS +
            struct.pack("<Q", 1) + bytes([len(agent)]) + agent + struct.pack("<i", 0) + b"\x01")
