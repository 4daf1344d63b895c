"""What the proxy asks its own upstream SOCKS5 proxy, and what it makes of its answers."""

import proxy_suite
import socks_server
from proxy_suite import V1_ONLY, V2
from socks_server import SocksServer
from v1_program import V1Program

BLOCKS = 110
ONION = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"


class ProxyUpstream(proxy_suite.ProxyTest):
    def start_upstream(self, port, reply=socks_server.SUCCEEDED):
        upstream = SocksServer(port, reply)
        self.addCleanup(upstream.stop)
        return upstream

    def test_a_node_reaches_a_hidden_service(self):
        """Its name arrives as a name, its login as the program chose it."""
        b = self.start_node(V2, "-connect=0")
        self.mine(b, BLOCKS)
        upstream = self.start_upstream(b.port)
        proxy = self.start_proxy("--upstream", f"socks5://{upstream.address}")
        a = self.start_node(f"-proxy={proxy.address}", "-proxyrandomize=1",
                            f"-connect={ONION}:8333", V1_ONLY)
        self.wait_for_height(a, BLOCKS)
        self.assertEqual(self.only_peer(b)["session_id"], proxy.session_id())
        asked = upstream.asked()
        self.assertEqual(asked[1:], (socks_server.NAME, ONION, 8333))
        self.assertTrue(all(asked.login))

    def test_every_login_is_passed_on(self):
        b = self.start_node(V2, "-connect=0")
        upstream = self.start_upstream(b.port)
        proxy = self.start_proxy("--upstream", upstream.address)
        for login in (("one", "1"), ("other", "2"), None):
            with V1Program(proxy.port, f"peer.example:{b.port}", login) as program:
                program.shake_hands()
            self.assertEqual(upstream.asked(),
                             (login, socks_server.NAME, "peer.example", b.port))

    def test_the_operators_own_login_wins(self):
        b = self.start_node(V2, "-connect=0")
        upstream = self.start_upstream(b.port)
        proxy = self.start_proxy("--upstream", f"socks5://operator:word@{upstream.address}")
        for login in (("one", "1"), None):
            with V1Program(proxy.port, f"peer.example:{b.port}", login) as program:
                program.shake_hands()
            self.assertEqual(upstream.asked(),
                             (("operator", "word"), socks_server.NAME, "peer.example", b.port))

    def test_a_second_dial_for_version_1_asks_again_for_the_same(self):
        b = self.start_node(V1_ONLY, "-connect=0")
        upstream = self.start_upstream(b.port)
        proxy = self.start_proxy("--upstream", upstream.address)
        with V1Program(proxy.port, "peer.example:8333", ("user", "word")) as program:
            program.shake_hands()
        self.assertEqual(upstream.asked(), upstream.asked())
        proxy.expect_log("v1: the peer dropped v2")

    def test_addresses_are_asked_for_as_addresses(self):
        b = self.start_node(V2, "-connect=0")
        upstream = self.start_upstream(b.port)
        proxy = self.start_proxy("--upstream", upstream.address)
        for host, kind in (("192.0.2.7", socks_server.IPV4), ("2001:db8::7", socks_server.IPV6)):
            with V1Program(proxy.port, f"{host}:8333") as program:
                program.shake_hands()
            self.assertEqual(upstream.asked(), (None, kind, host, 8333))

    def test_a_refusal_comes_through(self):
        for reply in (socks_server.NOT_ALLOWED, socks_server.HOST_UNREACHABLE,
                      socks_server.REFUSED):
            with self.subTest(reply=reply):
                upstream = self.start_upstream(1, reply)
                proxy = self.start_proxy("--upstream", upstream.address)
                with V1Program(proxy.port, "peer.example:8333") as program:
                    self.assertNotIn(program.reply, (None, socks_server.SUCCEEDED))
                proxy.expect_log(r"refused \(target_unreachable\)")

    def test_a_hidden_service_needs_an_upstream(self):
        proxy = self.start_proxy()
        with V1Program(proxy.port, f"{ONION}:8333") as program:
            self.assertEqual(program.reply, socks_server.HOST_UNREACHABLE)
        proxy.expect_log(r"refused \(needs_upstream\)")


if __name__ == "__main__":
    proxy_suite.main()
