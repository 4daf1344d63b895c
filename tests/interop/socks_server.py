"""A SOCKS5 server (RFC 1928, RFC 1929) that tells what it was asked."""

import queue
import socket
import struct
import threading
from typing import NamedTuple

from node import PATIENCE_SECONDS

NO_LOGIN, LOGIN = 0, 2
IPV4, NAME, IPV6 = 1, 3, 4
SUCCEEDED, NOT_ALLOWED, HOST_UNREACHABLE, REFUSED = 0, 2, 4, 5


class Asked(NamedTuple):
    """One request. `login` is None where none was offered; `kind` is IPV4, NAME or IPV6."""
    login: tuple
    kind: int
    host: str
    port: int


class SocksServer:
    """Leads every request to `port` on this machine, or answers with `reply`; until stop()."""

    def __init__(self, port, reply=SUCCEEDED):
        self._target = ("127.0.0.1", port)
        self._reply = reply
        self._asked = queue.Queue()
        self._passed = bytearray(), bytearray()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self):
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def asked(self):
        """The next request; fails where none comes."""
        return self._asked.get(timeout=PATIENCE_SECONDS)

    def recording(self):
        """What has passed, the client's bytes and the target's; of more connections, all mixed."""
        return tuple(bytes(one) for one in self._passed)

    def stop(self):
        self._server.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._server.close()

    def _accept(self):
        try:
            while True:
                client, _ = self._server.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(client,)))
                self._threads[-1].start()
        except OSError:
            pass  # stopped

    def _serve(self, client):
        with client, client.makefile("rb") as file:
            try:
                self._asked.put(self._read_request(client, file))
                client.sendall(bytes([5, self._reply, 0, IPV4]) + bytes(6))
                if self._reply == SUCCEEDED:
                    self._join(client)
            except (OSError, IndexError, struct.error):
                pass  # it went away

    def _read_request(self, client, file):
        _, count = file.read(2)
        login = None
        if LOGIN in file.read(count):
            client.sendall(bytes([5, LOGIN]))
            file.read(1)
            login = self._read_text(file), self._read_text(file)
            client.sendall(bytes([1, 0]))
        else:
            client.sendall(bytes([5, NO_LOGIN]))
        kind = file.read(4)[3]
        if kind == NAME:
            host = self._read_text(file)
        else:
            family, size = (socket.AF_INET, 4) if kind == IPV4 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, file.read(size))
        return Asked(login, kind, host, struct.unpack(">H", file.read(2))[0])

    def _read_text(self, file):
        return file.read(file.read(1)[0]).decode()

    def _join(self, client):
        with socket.create_connection(self._target) as target:
            back = threading.Thread(target=pass_on, args=(target, client, self._passed[1]))
            back.start()
            pass_on(client, target, self._passed[0])
            back.join()


def pass_on(source, sink, record):
    """All bytes until the end, and the end."""
    try:
        while data := source.recv(1 << 16):
            record += data
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()
