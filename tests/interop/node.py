"""A bitcoind in regtest on free loopback ports, with a data folder of its own, for tests."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE_SECONDS = 60
LOG_LINES = 30

OPTIONS = ["-regtest", "-listen=1", "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", "-dnsseed=0",
           "-fixedseeds=0", "-discover=0", "-listenonion=0", "-natpmp=0", "-debug=net",
           "-printtoconsole=0"]


class RpcError(Exception):
    pass


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_until(what, condition, seconds=PATIENCE_SECONDS):
    """Returns what `condition` returns once that is true; fails, naming `what`, if it never is."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s still not so: {what}")
        time.sleep(0.02)
    return result


def open_sockets(pid):
    """How many a process has. Pipes do not count: a sanitizer opens some for an instant."""
    folder = f"/proc/{pid}/fd"
    count = 0
    for name in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            count += os.readlink(f"{folder}/{name}").startswith("socket:")
    return count


@contextlib.contextmanager
def suspended(process):
    """It does nothing for as long as the `with` lasts; the system keeps its connections."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


class Node:
    """Runs from construction until stop(), or until the end of a `with`."""

    def __init__(self, bitcoind, *options):
        self._bitcoind = bitcoind
        self._folder = tempfile.TemporaryDirectory(prefix="node-")
        self._process = None
        self._last_words = ""
        self.start(*options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, *options):
        """Later options win over the usual ones. Returns when the node answers."""
        for _ in range(3):  # a port that was free may have been taken meanwhile
            self.port, self._rpc_port = free_ports(2)
            self._process = subprocess.Popen(
                [self._bitcoind, *OPTIONS, f"-datadir={self._folder.name}",
                 f"-bind=127.0.0.1:{self.port}", f"-rpcport={self._rpc_port}", *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_until("the node answers or has ended", self._answers_or_ended)
            except TimeoutError:
                self._process.kill()
            if self._process.poll() is None:
                return
        raise RuntimeError("the node does not start:\n" + self.log_tail())

    def restart(self, *options):
        self.end()
        self.start(*options)

    def stop(self):
        self._last_words = self.log_tail()  # before it logs how it ends
        self.end()
        self._folder.cleanup()

    def suspended(self):
        return suspended(self._process)

    def rpc(self, method, *parameters):
        return self.rpc_batch([(method, *parameters)])[0]

    def rpc_batch(self, calls):
        """The results of many calls, (method, parameters...), made with one request."""
        body = [{"id": i, "method": method, "params": parameters}
                for i, (method, *parameters) in enumerate(calls)]
        results = []
        for answer in self._post(json.dumps(body)):
            if answer["error"]:
                raise RpcError(f"{calls[answer['id']][0]}: {answer['error']['message']}")
            results.append(answer["result"])
        return results

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def rpc_port(self):
        return self._rpc_port

    def credentials(self):
        """User and password of its RPC server, with a colon between them."""
        return self._path(".cookie").read_text()

    @property
    def blocks_folder(self):
        return self._path("blocks")

    def peers(self):
        return self.rpc("getpeerinfo")

    def open_sockets(self):
        return open_sockets(self._process.pid)

    def log_tail(self):
        """The last lines of its log; after stop() too."""
        try:
            log = self._path("debug.log").read_text(errors="replace")
        except FileNotFoundError:
            return self._last_words
        return "\n".join(log.splitlines()[-LOG_LINES:])

    def _path(self, name):
        return pathlib.Path(self._folder.name) / "regtest" / name

    def _post(self, body):
        cookie = base64.b64encode(self.credentials().encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self._rpc_port,
                                                timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", "/", body, {"Authorization": f"Basic {cookie}"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def _answers_or_ended(self):
        if self._process.poll() is not None:
            return True
        try:
            self.rpc("uptime")  # refused until the node has started wholly
            return True
        except (OSError, ValueError, RpcError, http.client.HTTPException):
            return False

    def end(self):
        """In order; start() begins again with what it has."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
