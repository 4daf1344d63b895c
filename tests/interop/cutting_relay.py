"""A relay that cuts a connection after an exact number of bytes.

What passes through it is a real handshake, so that it can be cut in every phase by one who knows no
keys.
"""

import socket
import struct
import threading

from node import PATIENCE_SECONDS

CLOSE, RESET, SILENCE = "close", "reset", "silence"


class CuttingRelay:
    """Joins one connection to `port`, and cuts both ends once one direction has passed its limit.

    `forward` bytes are passed on to `port`, `back` bytes from it; None is no limit. A cut is a close
    in order (CLOSE), a reset (RESET), or nothing: both ends stay open until they end it (SILENCE).
    """

    def __init__(self, port, how, forward=None, back=None):
        self._target = ("127.0.0.1", port)
        self._how = how
        self._left = {"forward": forward, "back": back}
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(PATIENCE_SECONDS)
        self._cut = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def join(self):
        """Waits until both ends are gone."""
        self._thread.join()

    def _serve(self):
        with self._server, self._server.accept()[0] as dialler, socket.create_connection(
                self._target) as target:
            for one in (dialler, target):
                one.settimeout(PATIENCE_SECONDS)
            if 0 in self._left.values():
                self._cut_off(dialler, target)
            back = threading.Thread(target=self._pass_on, args=("back", target, dialler))
            back.start()
            self._pass_on("forward", dialler, target)
            back.join()

    def _pass_on(self, direction, source, sink):
        """Until the end of `source`. What comes after the cut is dropped."""
        try:
            while data := source.recv(4096):
                if not self._cut.is_set():
                    self._pass_on_within_limit(direction, data, source, sink)
            self._shut(sink)
        except OSError:
            pass  # it was reset, by us or by its owner

    def _pass_on_within_limit(self, direction, data, source, sink):
        left = self._left[direction]
        sink.sendall(data[:left])
        if left is not None:
            self._left[direction] = max(0, left - len(data))
            if self._left[direction] == 0:
                self._cut_off(source, sink)

    def _cut_off(self, *ends):
        self._cut.set()
        for one in ends:
            if self._how == RESET:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
            self._shut(one)

    def _shut(self, sink):
        """Passes an end on, or makes one; after a reset or in silence there is none in order."""
        if not self._cut.is_set() or self._how == CLOSE:
            sink.shutdown(socket.SHUT_WR)
