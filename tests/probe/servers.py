"""What a probe may meet: the responder, and small servers that are no peers."""

import contextlib
import socket
import subprocess
import threading


@contextlib.contextmanager
def responder(program, *arguments):
    """Runs the responder and gives its port."""
    with subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@contextlib.contextmanager
def server(handle):
    """Listens on 127.0.0.1, calls `handle` with each connection, gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run(connection):
        with connection, contextlib.suppress(OSError):
            handle(connection)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=run, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        # A thread that waits in accept() would keep the port.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def web(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def silent(connection):
    while connection.recv(4096):
        pass


def flooding(connection):
    block = bytes(range(256)) * 256
    while True:
        connection.sendall(block)


def hanging_up(connection):
    connection.recv(1)


def other_network(connection):
    """A version 1 peer that speaks first, on the main network."""
    connection.recv(1)
    connection.sendall(bytes.fromhex("f9beb4d9") + b"version\0\0\0\0\0" + bytes(8))
    silent(connection)


class SpeaksFirst:
    """A version 1 peer that says a `version` as soon as it has accepted, and then relays to the
    responder at `port` whoever speaks version 1."""

    def __init__(self, port):
        self.port = port

    def __call__(self, connection):
        head = bytes.fromhex("fabfb5da") + b"version\0\0\0\0\0"
        with socket.create_connection(("127.0.0.1", self.port)) as onward:
            if connection.recv(4, socket.MSG_PEEK) != head[:4]:
                connection.sendall(head + bytes(8))
                silent(connection)
                return
            threading.Thread(target=Picky.copy, args=(onward, connection), daemon=True).start()
            Picky.copy(connection, onward)


class Picky:
    """Relays to the responder at `port`, but for connections that it drops: the first version 2 one
    alone, or each."""

    def __init__(self, port, first_only):
        self.port, self.first_only, self.dropped = port, first_only, 0

    def __call__(self, connection):
        is_v1 = connection.recv(4, socket.MSG_PEEK) == bytes.fromhex("fabfb5da")
        if not is_v1 and not (self.first_only and self.dropped):
            self.dropped += 1
            connection.recv(4096)
            return
        with socket.create_connection(("127.0.0.1", self.port)) as onward:
            threading.Thread(target=self.copy, args=(onward, connection), daemon=True).start()
            self.copy(connection, onward)

    @staticmethod
    def copy(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
