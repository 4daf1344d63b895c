"""`veilwire proxy` as a test uses it: on ports that stay, with a log and figures to look at."""

import pathlib
import random
import re
import signal
import socket
import subprocess
import tempfile
import unittest
import urllib.request

from node import PATIENCE_SECONDS, open_sockets, suspended, wait_until

DRAIN_SECONDS = 5
# Below those that the system gives to whoever asks for any.
LASTING_PORTS = range(10_000, 30_000)


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def lasting_ports(count):
    """Free ports that one who is restarted finds free again."""
    ports = random.sample(LASTING_PORTS, len(LASTING_PORTS))
    return [port for _, port in zip(range(count), filter(is_free, ports))]


class Proxy:
    """Runs from construction until stop(). Started anew it serves on the same ports."""

    def __init__(self, program, *options):
        self._program = program
        self._folder = tempfile.TemporaryDirectory(prefix="proxy-")
        self.folder = pathlib.Path(self._folder.name)
        self.port, self.metrics_port = lasting_ports(2)
        self._options = options
        self._log_path = self.folder / "log"
        self._process = None
        # Where it remembers who spoke version 2, and what it finds in its environment.
        self.downgrade_options = ("--downgrade-file", str(self.folder / "spoke-v2.sqlite"))
        self.environment = None
        self.start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self, *options):
        """With the options of the last start, or others. Returns when it serves."""
        self._options = options or self._options
        seen = len(self.log())
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "proxy", "--log-ips", "--log-session-ids", "--log-level", "debug",
                 "--drain-timeout", str(DRAIN_SECONDS),
                 *self.downgrade_options, "--listen", self.address,
                 "--metrics", f"127.0.0.1:{self.metrics_port}", *self._options],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        wait_until("the proxy serves or has ended",
                   lambda: "metrics on" in self.log()[seen:] or self._process.poll() is not None)
        if self._process.poll() is not None:
            raise AssertionError("the proxy does not start:\n" + self.log())

    def stop(self):
        if self._process.poll() is None:
            self.end(signal.SIGTERM)
        self._folder.cleanup()

    def end(self, how):
        """Sends a signal that ends it and returns its exit status."""
        self._process.send_signal(how)
        try:
            return self._process.wait(DRAIN_SECONDS + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return "no end"

    def suspended(self):
        return suspended(self._process)

    def reload(self):
        seen = len(self.log())
        self._process.send_signal(signal.SIGHUP)
        self.expect_log("the settings (were reloaded|stay as they are)", seen)

    def log(self):
        return self._log_path.read_text(errors="replace") if self._log_path.exists() else ""

    def expect_log(self, pattern, behind=0):
        """The first match in the log that begins behind that many characters of it."""
        return wait_until(f"the log says '{pattern}'",
                          lambda: re.compile(pattern).search(self.log(), behind))

    def session_id(self, behind=0):
        """Of the connection that was joined next."""
        return self.expect_log(r"v2, session ([0-9a-f]{64})\b", behind)[1]

    def metrics_page(self):
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as page:
            return page.read().decode()

    def figure(self, name, **labels):
        """The sum of all figures of that name, without its first part, that have these labels."""
        return sum(value for (one, found), value in self._figures()
                   if one == f"veilwire_proxy_{name}" and found.items() >= labels.items())

    def wait_for_figure(self, wanted, name, **labels):
        wait_until(f"{name} {labels} is {wanted}", lambda: self.figure(name, **labels) == wanted)

    def open_sockets(self):
        try:
            return open_sockets(self._process.pid)
        except PermissionError as error:
            raise unittest.SkipTest("only root sees the descriptors of one that leaves no core") \
                from error

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        return 1024 * int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1])

    def core_limits(self):
        """The soft and the hard one, in bytes."""
        limits = pathlib.Path(f"/proc/{self._process.pid}/limits").read_text()
        return re.search(r"^Max core file size +(\S+) +(\S+)", limits, re.MULTILINE).groups()

    def _figures(self):
        line = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
        for name, labels, value in line.findall(self.metrics_page()):
            yield (name, dict(re.findall(r'(\w+)="([^"]*)"', labels))), float(value)
