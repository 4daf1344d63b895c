"""What needs the network of a machine to itself: redirected connections, and borrowed addresses.

It takes user and network namespaces, in which everyone is root, and is skipped where the system
grants nobody any.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import proxy_suite
import suite
import v1_program
from node import PATIENCE_SECONDS, wait_until
from programs import held_probe
from proxy_process import Proxy, lasting_ports
from proxy_suite import V1_ONLY, V2

INSIDE = "VEILWIRE_TEST_NAMESPACE"
BLOCKS = 20
PORT = 8333
# Of this machine, and of another one behind a cable.
HERE, THERE = "198.51.100.1", "198.51.100.9"
HERE6, THERE6 = "fd00:51::1", "fd00:51::9"
# Of the node that is to be reached. A node refuses the addresses of IPv6 that are for examples.
FAR, FAR6 = "203.0.113.7", "fd00:113::7"


# Makes a socket and becomes the proxy.
MANAGER = """
import os, socket, sys
listening = socket.create_server(("::", {port}), family=socket.AF_INET6, dualstack_ipv6=True)
first = 3
os.dup2(listening.fileno(), first)
os.set_inheritable(first, True)
os.environ |= dict(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="transparent")
os.execv({program!r}, [{program!r}, *sys.argv[1:]])
"""


def run(*words):
    subprocess.run(words, check=True, timeout=PATIENCE_SECONDS)


def ip(*words):
    run("ip", *" ".join(words).split())


def redirect(hook, port):
    """Leads connections for FAR and FAR6 to the proxy, as a firewall would."""
    rules = f"""
      table inet veilwire_test {{
        chain {hook} {{
          type nat hook {hook} priority -100;
          ip daddr {FAR} tcp dport {PORT} redirect to :{port}
          ip6 daddr {FAR6} tcp dport {PORT} redirect to :{port}
        }}
      }}
      """
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


class ProxyNamespace(proxy_suite.ProxyTest):
    """This machine has FAR, and a cable to another one, for which it is the way to everywhere."""

    @classmethod
    def setUpClass(cls):
        ip("link set lo up")
        other = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        cls.addClassCleanup(other.wait)
        cls.addClassCleanup(other.kill)
        here = os.readlink("/proc/self/ns/net")
        wait_until("the other machine is there",
                   lambda: os.readlink(f"/proc/{other.pid}/ns/net") != here)
        cls.there = ("nsenter", "-n", "-t", str(other.pid))
        cls.connect(str(other.pid))

    @classmethod
    def connect(cls, other):
        ip("link add here type veth peer name there")
        ip("link set there netns", other)
        for address in (f"{HERE}/24", f"{HERE6}/64 nodad"):
            ip("addr add", address, "dev here")
        for address in (f"{FAR}/32", f"{FAR6}/128 nodad"):
            ip("addr add", address, "dev lo")
        ip("link set here up")
        for words in (f"addr add {THERE}/24 dev there", f"addr add {THERE6}/64 dev there nodad",
                      "link set lo up", "link set there up", f"route add default via {HERE}",
                      f"route add default via {HERE6}"):
            run(*cls.there, "ip", *words.split())

    def redirect(self, hook, port):
        redirect(hook, port)
        self.addCleanup(run, "nft", "delete", "table", "inet", "veilwire_test")

    def start_far(self, *options):
        node = self.start_node(f"-bind={FAR}:{PORT}", f"-bind=[{FAR6}]:{PORT}", "-connect=0", V2,
                               *options)
        self.mine(node, BLOCKS)
        return node

    def start_transparent(self, *options):
        port, = lasting_ports(1)
        return port, self.start_proxy("--transparent", f"0.0.0.0:{port}",
                                      "--transparent", f"[::]:{port}", *options)

    def probe_there(self, *arguments):
        """As held_probe, from the other machine."""
        return held_probe(self.veilwire, *arguments, behind=self.there)

    def start_with_one_socket(self, port):
        """The service manager passes a socket for both families."""
        folder = tempfile.TemporaryDirectory(prefix="manager-")
        self.addCleanup(folder.cleanup)
        manager = pathlib.Path(folder.name, "manager")
        manager.write_text(f"#!{sys.executable}\n" + MANAGER.format(port=port,
                                                                    program=self.veilwire))
        manager.chmod(0o700)
        proxy = Proxy(str(manager))
        self.addCleanup(self._stop_proxy, proxy)
        return proxy

    def test_a_router_redirects(self):
        port, proxy = self.start_transparent()
        self.check_a_router_redirects(port, proxy)

    def test_a_router_redirects_to_one_socket_for_both_families(self):
        """There a connection over IPv4 is one over IPv6, but not to the firewall."""
        port, = lasting_ports(1)
        self.check_a_router_redirects(port, self.start_with_one_socket(port))

    def check_a_router_redirects(self, port, proxy):
        far = self.start_far()
        self.redirect("prerouting", port)
        for target in (f"{FAR}:{PORT}", f"[{FAR6}]:{PORT}"):
            with self.subTest(target=target):
                seen = len(proxy.log())
                with self.probe_there("--policy", "v1-only", target) as report:
                    self.assertEqual((report["transport"], report["height"]), ("v1", BLOCKS))
                    peer = self.only_peer(far)
                    self.assertEqual(peer["transport_protocol_type"], "v2")
                    self.assertEqual(peer["session_id"], proxy.session_id(seen))
                wait_until("the node has no peer", lambda: not far.peers())

    def test_the_machine_redirects_its_own_program(self):
        """FAR is redirected wholly, so the proxy goes to the same node by another address."""
        far = self.start_far(f"-bind={HERE}:{PORT}", f"-bind=[{HERE6}]:{PORT}")
        port, proxy = self.start_transparent(
            "--map", f"{FAR}:{PORT}={HERE}:{PORT}", "--map", f"[{FAR6}]:{PORT}=[{HERE6}]:{PORT}")
        self.redirect("output", port)
        for target in (f"{FAR}:{PORT}", f"[{FAR6}]:{PORT}"):
            with self.subTest(target=target):
                seen = len(proxy.log())
                program = self.start_node(V1_ONLY, f"-connect={target}")
                self.wait_for_height(program, BLOCKS)
                self.assertEqual(self.only_peer(program)["transport_protocol_type"], "v1")
                self.assertEqual(self.only_peer(far)["session_id"], proxy.session_id(seen))
                program.stop()
                wait_until("the node has no peer", lambda: not far.peers())

    def test_a_rule_that_catches_the_proxy_too_makes_no_loop(self):
        port, proxy = self.start_transparent()
        self.redirect("output", port)
        for target in (f"{FAR}:{PORT}", f"[{FAR6}]:{PORT}"):
            with self.subTest(target=target):
                seen = len(proxy.log())
                before = proxy.figure("connections_accepted_total")
                status, _ = self.probe("--policy", "v1-only", target)
                self.assertEqual(status, 1)
                proxy.expect_log(r"refused \(to_itself\)", seen)
                self.assertLessEqual(proxy.figure("connections_accepted_total") - before, 2)
                proxy.wait_for_figure(0, "connections_pending")
        self.assertEqual(proxy.end(signal.SIGTERM), 0)

    def test_a_program_that_speaks_at_once_makes_no_loop_either(self):
        """Its words are there when the dial is made, so a peer is looked for, in either version."""
        port, proxy = self.start_transparent()
        self.redirect("output", port)
        for target in (FAR, FAR6):
            with self.subTest(target=target):
                seen = len(proxy.log())
                before = proxy.figure("connections_accepted_total")
                with contextlib.ExitStack() as stack:
                    with proxy.suspended():
                        program = stack.enter_context(
                            socket.create_connection((target, PORT), PATIENCE_SECONDS))
                        program.sendall(v1_program.message("version", v1_program.version_payload()))
                    self.assertEqual(program.recv(1), b"")
                proxy.expect_log(r"refused \(to_itself\)", seen)
                self.assertEqual(proxy.figure("connections_accepted_total") - before, 2)
                proxy.wait_for_figure(0, "connections_pending")

    def test_a_connection_that_nobody_redirected(self):
        """An upstream would hide that it comes back."""
        port, proxy = self.start_transparent("--upstream", f"127.0.0.1:{lasting_ports(1)[0]}")
        self.redirect("output", port)
        for host in ("127.0.0.1", "[::1]", HERE, f"[{HERE6}]"):
            with self.subTest(host=host):
                seen = len(proxy.log())
                self.assertEqual(self.probe(f"{host}:{port}")[0], 1)
                proxy.expect_log(r"refused \(not_redirected\)", seen)
                proxy.wait_for_figure(0, "connections_pending")

    def test_the_program_sees_its_peers_own_address(self):
        """What the program answers to it is to come to the proxy: that takes a rule and a route."""
        ip("rule add from 127.0.0.1/8 iif lo lookup 123")
        self.addCleanup(ip, "rule del lookup 123")
        ip("route add local 0.0.0.0/0 dev lo table 123")
        self.addCleanup(ip, "route flush table 123")
        program = self.start_node(V1_ONLY, "-connect=0")
        public = f"{HERE}:{PORT}"
        proxy = self.start_proxy("--network", "regtest", "--preserve-source",
                                 "--inbound", f"{public}={program.address}")
        for policy, transport in (("v2-only", "v2"), ("v1-only", "v1")):
            with self.subTest(policy=policy):
                seen = len(proxy.log())
                with self.probe_there("--policy", policy, public) as report:
                    self.assertEqual(report["transport"], transport)
                    host, _ = self.only_peer(program)["addr"].rsplit(":", 1)
                    self.assertEqual(host, THERE)
                    if report["session_id"]:
                        self.assertEqual(report["session_id"], proxy.session_id(seen))
                wait_until("the program has no peer", lambda: not program.peers())


def missing():
    """Why this system cannot run the tests, or nothing."""
    for tool in ("unshare", "nsenter", "ip", "nft"):
        if shutil.which(tool) is None:
            return f"there is no {tool}"
    rules = "table inet t { chain c { type nat hook output priority 0; tcp dport 1 redirect; }; }"
    tried = subprocess.run(["unshare", "-Urn", "nft", rules], capture_output=True, text=True,
                           check=False)
    return (tried.stderr.strip() or "no namespaces") if tried.returncode else ""


def main():
    if INSIDE in os.environ:
        proxy_suite.main()
    elif why := missing():
        print(f"SKIPPED: {why}")
        sys.exit(suite.SKIPPED)
    else:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-Urn", sys.executable, "-B", *sys.argv])


if __name__ == "__main__":
    main()
