"""Tor as the proxy's upstream, as far as it goes without a network."""

import shutil
import subprocess
import sys
import tempfile

import proxy_suite
import suite
from node import PATIENCE_SECONDS, free_ports, wait_until
from socks_server import SUCCEEDED
from v1_program import V1Program

TOR = shutil.which("tor") or shutil.which("tor", path="/usr/sbin")
# An authority that is nobody: this Tor knows no network, and asks no server for one.
NO_AUTHORITY = ("nobody orport=1 no-v2 v3ident=0000000000000000000000000000000000000001 "
                "127.0.0.1:1 0000000000000000000000000000000000000002")
ONION = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"


class ProxyTor(proxy_suite.ProxyTest):
    def start_tor(self):
        """Returns where it listens. It gives up on a request after 2 seconds."""
        folder = tempfile.TemporaryDirectory(prefix="tor-")
        self.addCleanup(folder.cleanup)
        address = f"127.0.0.1:{free_ports(1)[0]}"
        process = subprocess.Popen(
            [TOR, "-f", "/dev/null", "--ignore-missing-torrc", "--DataDirectory", folder.name,
             "--SocksPort", address, "--SocksTimeout", "2", "--ClientOnly", "1",
             "--TestingTorNetwork", "1", "--DirAuthority", NO_AUTHORITY],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, PATIENCE_SECONDS)
        self.addCleanup(process.kill)
        if not any("Opened Socks listener" in line for line in process.stdout):
            self.fail("tor does not listen")
        return address

    def test_its_refusals_come_through(self):
        proxy = self.start_proxy("--upstream", f"socks5://{self.start_tor()}")
        targets = ("192.0.2.7:8333", "peer.example:8333", f"{ONION}:8333")
        for target in targets:
            seen = len(proxy.log())
            with V1Program(proxy.port, target, ("user", "isolates")) as program:
                self.assertNotIn(program.reply, (None, SUCCEEDED))
            proxy.expect_log(r"refused \(target_unreachable\): the proxy says that ", seen)
        wait_until("each was counted", lambda: proxy.figure(
            "refusals_total", reason="target_unreachable") == len(targets))


if __name__ == "__main__":
    if TOR is None:
        print("SKIPPED: no tor here")
        sys.exit(suite.SKIPPED)
    proxy_suite.main()
