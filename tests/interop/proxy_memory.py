"""What peers can make the proxy hold, with its own limits: memory, sockets, and others' time."""

import os
import re
import socket
import struct
import threading
import time
import unittest

import proxy_suite
from node import PATIENCE_SECONDS, wait_until
from proxy_process import lasting_ports
from v1_program import REGTEST_MAGIC, V1Program, message, version_payload

BLOCK_BYTES = 4_000_000
BLOCK = message("block", bytes(BLOCK_BYTES))
# One more and the rate over all of loopback would turn it away.
BETWEEN_PEERS_SECONDS = 0.11
# The proxy's budget of buffers is 32 of the largest messages for each kind of sender; the allocator
# keeps more, as of what is held for peers that do not read.
BUDGET_BYTES = 128_000_000
MOST_OVER_BUFFERS = 1.5
SILENT_READERS = 32
# A message that waits, and what it was made from, which the allocator keeps where many come at once.
BYTES_OF_A_SILENT_READER = 9_000_000


class Listener:
    """Takes connections until stop(), and hands each to `serve` in a thread of its own."""

    def __init__(self, serve):
        self._serve = serve
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._sockets = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self):
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def stop(self):
        self._server.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for one in self._sockets:
            close(one)
        for thread in self._threads:
            thread.join()
        self._server.close()

    def _accept(self):
        try:
            while True:
                self._sockets.append(self._server.accept()[0])
                self._threads.append(threading.Thread(target=self._run, args=self._sockets[-1:]))
                self._threads[-1].start()
        except OSError:
            pass  # stopped

    def _run(self, connection):
        try:
            self._serve(connection)
        except OSError:
            pass  # it went away


def close(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended already
    connection.close()


def read_all(connection):
    while connection.recv(1 << 16):
        pass


def send_blocks(connection):
    while True:
        connection.sendall(BLOCK)


def echo_pings(connection):
    """A peer in version 1 that answers each ping, whatever its name says of what is in it."""
    with connection.makefile("rb") as file:
        while len(header := file.read(24)) == 24:
            _, name, size, _ = struct.unpack("<4s12sI4s", header)
            file.read(size)
            if name.startswith(b"version"):
                connection.sendall(message("version", version_payload()) + message("verack"))
            else:
                connection.sendall(message("pong", bytes(8)))


class ProxyMemory(proxy_suite.ProxyTest):
    def start_listener(self, serve):
        started = Listener(serve)
        self.addCleanup(started.stop)
        return started

    def start_inbound(self, serve):
        """A proxy in front of a program that does this with each connection, and where peers go."""
        public = lasting_ports(1)[0]
        proxy = self.start_proxy("--network", "regtest", "--inbound",
                                 f"127.0.0.1:{public}={self.start_listener(serve).address}")
        return proxy, public

    def connect_peers(self, public, count, first):
        """So many, one after the other, that say `first` as far as it is taken."""
        peers = []
        for _ in range(count):
            begun = time.monotonic()
            peer = socket.create_connection(("127.0.0.1", public), PATIENCE_SECONDS)
            self.addCleanup(close, peer)
            peer.setblocking(False)
            peers.append((peer, bytearray(first)))
            self.push(peers)
            time.sleep(max(0, begun + BETWEEN_PEERS_SECONDS - time.monotonic()))
        return peers

    def push(self, peers):
        """What their sockets take of what they have to say."""
        for peer, rest in peers:
            try:
                while rest:
                    del rest[:peer.send(rest[:1 << 18])]
            except BlockingIOError:
                pass
            except OSError:
                rest.clear()  # the proxy has closed it

    def memory(self, proxy):
        return proxy.resident_bytes()

    @unittest.skipIf("VEILWIRE_SANITIZED" in os.environ, "a sanitizer's memory is its own")
    def test_peers_that_do_not_read_cost_what_the_guide_says(self):
        proxy, public = self.start_inbound(send_blocks)
        before = self.memory(proxy)
        self.connect_peers(public, SILENT_READERS, message("version", version_payload()))
        proxy.wait_for_figure(SILENT_READERS, "connections_open", direction="inbound")
        grown = self.settled_memory(proxy) - before
        print(f"{SILENT_READERS} peers that do not read: {grown / 1e6:.0f} MB", flush=True)
        self.assertLess(grown, SILENT_READERS * BYTES_OF_A_SILENT_READER)

    def settled_memory(self, proxy):
        """Once it has not grown for a second."""
        most, since = 0, time.monotonic()
        while time.monotonic() < since + 1:
            if (now := self.memory(proxy)) > most + 500_000:
                most, since = now, time.monotonic()
            time.sleep(0.1)
        return most

    def seconds_of_pings(self, program, count=20):
        begun = time.monotonic()
        for _ in range(count):
            program.send("block", bytes(1_000_000))
            program.expect("pong")
        return time.monotonic() - begun

    def test_peers_that_hold_half_a_message_leave_others_their_speed(self):
        """66 of them: twice what the memory for unfinished messages has room for."""
        proxy, public = self.start_inbound(read_all)
        target = self.start_listener(echo_pings)
        with V1Program(proxy.port, target.address.replace("127.0.0.1", "localhost")) as program:
            program.shake_hands()
            alone = min(self.seconds_of_pings(program) for _ in range(3))
            before = self.memory(proxy)
            first = message("version", version_payload()) + BLOCK[:3_900_000]
            peers = self.connect_peers(public, 66, first)
            proxy.wait_for_figure(66, "connections_accepted_total", direction="inbound")
            self.push(peers)
            beside = min(self.seconds_of_pings(program) for _ in range(3))
            grown = self.memory(proxy) - before
            print(f"20 MB alone {alone:.2f} s, beside them {beside:.2f} s; "
                  f"grown by {grown / 1e6:.0f} MB", flush=True)
        self.assertLess(beside, 3 * alone + 0.5)
        self.assertGreater(proxy.figure("reading_decisions_total", step="stop_reading"), 0)
        if "VEILWIRE_SANITIZED" not in os.environ:
            self.assertLess(grown, MOST_OVER_BUFFERS * BUDGET_BYTES)

    def test_peers_that_leave_in_the_middle_of_a_message_leave_nothing(self):
        proxy, public = self.start_inbound(read_all)
        first = message("version", version_payload()) + BLOCK[:3_000_000]
        before = proxy.open_sockets()
        for _ in range(100):
            (peer, rest), = peers = self.connect_peers(public, 1, first)
            deadline = time.monotonic() + 5
            while rest and time.monotonic() < deadline:
                self.push(peers)
                time.sleep(0.01)
            close(peer)
        wait_until("all have been there",
                   lambda: proxy.figure("connections_accepted_total", direction="inbound") == 100)
        wait_until("all sockets are closed", lambda: proxy.open_sockets() <= before)
        self.assertEqual(proxy.figure("refusals_total", reason="admission"), 0)


if __name__ == "__main__":
    proxy_suite.main()
