"""The programs under test, as a test uses them: `veilwire probe` and the test peer."""

import contextlib
import json
import queue
import subprocess
import threading

from node import PATIENCE_SECONDS, open_sockets, wait_until

INTERRUPTED = 130  # exit status


def probe(program, *arguments):
    """Runs `veilwire probe --json` on one target and returns its exit status and its report."""
    run = subprocess.run([program, "probe", "--network", "regtest", "--json", *arguments],
                         capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    if run.returncode not in (0, 1) or run.stdout.count("\n") != 1:
        raise AssertionError(f"probe {arguments} said:\n{run.stdout}{run.stderr}")
    return run.returncode, json.loads(run.stdout)


@contextlib.contextmanager
def held_probe(program, *arguments, behind=()):
    """The report of a probe that keeps its connection for as long as the `with` lasts.

    `behind` is the start of the command line that runs it.
    """
    process = subprocess.Popen([*behind, program, "probe", "--network", "regtest", "--json", "--hold",
                                str(PATIENCE_SECONDS), *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        status = process.wait(PATIENCE_SECONDS)
        process.stdout.close()
    if status != INTERRUPTED:
        raise AssertionError(f"a probe that was interrupted ended with {status}")


class TestPeer:
    """Runs test_peer until stop(), or until the end of a `with`."""

    __test__ = False

    def __init__(self, program, *options):
        self._process = subprocess.Popen([program, *options], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self._events = queue.Queue()
        self._reader = threading.Thread(target=self._read_events)
        self._reader.start()
        self.address = self.expect("listening")["address"]
        self.port = int(self.address.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it as its user would; what a sanitizer has to say is an error."""
        self._process.stdin.close()
        try:
            status = self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = "no end"
        self._reader.join()
        self._process.stdout.close()
        if status != 0:
            raise AssertionError(f"test_peer ended with {status}")

    def command(self, *words):
        self._process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self._process.stdin.flush()

    def send(self, name, payload=b""):
        self.command("send", name, payload.hex())

    def dial(self, address, policy="prefer-v2"):
        """Returns its `established` event, once both sides have said verack."""
        self.command("dial", address, policy)
        return self.expect_conversation()

    def expect_conversation(self):
        established = self.expect("established")
        self.expect("ready", connection=established["connection"])
        return established

    def expect(self, *events, **fields):
        """The next event of one of these kinds, with these fields; those before it are forgotten."""
        passed = []
        while True:
            try:
                got = self._events.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                got = {"event": "silence"}
            if got["event"] in events and got.items() >= fields.items():
                return got
            passed.append(got)
            if got["event"] in ("silence", "dial_failed", "refused", "exit"):
                raise AssertionError(f"expected {events} {fields}, got {passed[-20:]}")

    def info(self):
        self.command("info")
        return self.expect("info")

    def open_sockets(self):
        return open_sockets(self._process.pid)

    def _read_events(self):
        for line in self._process.stdout:
            self._events.put(json.loads(line))
        self._events.put({"event": "exit"})


def wait_for_no_peers(node):
    wait_until("the node has no peer", lambda: not node.peers())
