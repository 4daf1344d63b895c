"""Peers come in version 2 or 1 to the proxy; the program behind it speaks version 1 only."""

import proxy_suite
from node import wait_until
from proxy_process import lasting_ports
from proxy_suite import V1_ONLY, V2

BLOCKS = 110
P2P_V2 = "P2P_V2"


class ProxyInbound(proxy_suite.ProxyTest):
    def check_relay(self, a, b, coins):
        """Blocks and a transaction from B to A, and back."""
        self.wait_for_same_tip(a, b)
        self.wait_for_transaction(b, self.send_coin(a, coins[0]))
        self.wait_for_transaction(a, self.send_coin(b, coins[1]))
        self.mine(a, 1)
        self.wait_for_same_tip(a, b)

    def check_source(self, a):
        """Not the address that everybody has, so that the program can tell peers apart."""
        source = self.only_peer(a)["addr"].rsplit(":", 1)[0]
        self.assertRegex(source, r"^127\.")
        self.assertNotEqual(source, "127.0.0.1")

    def test_a_peer_that_dials_in_version_2(self):
        a, proxy, public = self.start_behind_proxy()
        b, _ = self.start_b(V2)
        coins = self.mine(b, BLOCKS)
        b.rpc("addnode", public, "onetry", True)
        self.check_relay(a, b, coins)
        self.assertEqual(self.only_peer(a)["transport_protocol_type"], "v1")
        seen = self.only_peer(b)
        self.assertEqual(seen["transport_protocol_type"], "v2")
        self.assertEqual(seen["session_id"], proxy.session_id())
        self.assertNotIn(P2P_V2, seen["servicesnames"])  # no --external, so nothing is promised
        self.check_source(a)
        self.assertEqual(proxy.figure("connections_open", direction="inbound", transport="v2"), 1)

    def test_a_peer_that_dials_in_version_1(self):
        a, proxy, public = self.start_behind_proxy()
        b, _ = self.start_b(V1_ONLY)
        coins = self.mine(b, BLOCKS)
        b.rpc("addnode", public, "onetry", False)
        self.check_relay(a, b, coins)
        for node in (a, b):
            self.assertEqual(self.only_peer(node)["transport_protocol_type"], "v1")
        proxy.expect_log("inbound: v1: the peer's choice")
        self.check_source(a)

    def test_a_peer_that_dials_over_ipv6(self):
        a, proxy, public = self.start_behind_proxy(host="[::1]")
        b, _ = self.start_b(V2)
        b.rpc("addnode", public, "onetry", True)
        self.assertEqual(self.only_peer(b)["session_id"], proxy.session_id())
        self.check_source(a)

    def test_an_external_address_is_announced_to_those_that_are_dialled_too(self):
        unused = lasting_ports(1)[0]
        b, b_address = self.start_b(V2)
        proxy = self.start_proxy("--network", "regtest", "--external", "203.0.113.5:8333",
                                 "--inbound", f"127.0.0.1:{unused}=127.0.0.1:1")
        self.start_a(proxy, b_address)
        self.assertIn(P2P_V2, self.only_peer(b)["servicesnames"])

    def test_an_external_address_announces_version_2(self):
        a, _, public = self.start_behind_proxy("--external", "203.0.113.5:8333")
        b, _ = self.start_b(V2)
        b.rpc("addnode", public, "onetry", True)
        self.assertIn(P2P_V2, self.only_peer(b)["servicesnames"])
        self.assertNotIn(P2P_V2, a.rpc("getnetworkinfo")["localservicesnames"])

    def test_a_program_that_is_not_there(self):
        public, nobody = (f"127.0.0.1:{port}" for port in lasting_ports(2))
        proxy = self.start_proxy("--network", "regtest", "--inbound", f"{public}={nobody}")
        b, _ = self.start_b(V2)
        b.rpc("addnode", public, "onetry", True)
        proxy.expect_log(r"refused \(program_unreachable\)")
        wait_until("nothing is left of it", lambda: not b.peers())


if __name__ == "__main__":
    proxy_suite.main()
