"""`veilwire probe` dials a real node, which is asked what it saw."""

import suite
from programs import wait_for_no_peers


class ProbeDials(suite.InteropTest):
    def test_both_ends_have_the_same_session_id(self):
        node = self.start_node("-v2transport=1")
        with self.held_probe(node.address) as report:
            seen = self.only_peer(node)
        self.assertEqual(report["transport"], "v2")
        self.assertEqual(seen["transport_protocol_type"], "v2")
        self.assertEqual(report["session_id"], seen["session_id"])
        self.assertEqual(len(report["session_id"]), 64)
        self.assertIsNone(report["error"])
        wait_for_no_peers(node)

    def test_it_says_what_the_node_is(self):
        # A loopback peer is promised Bloom filters anyway; so everybody is.
        node = self.start_node("-v2transport=1", "-peerbloomfilters=1")
        network = node.rpc("getnetworkinfo")
        status, report = self.probe(node.address)
        self.assertEqual(status, 0)
        self.assertEqual(report["address"], node.address)
        self.assertEqual(report["user_agent"], network["subversion"])
        self.assertEqual(report["protocol_version"], network["protocolversion"])
        self.assertEqual(report["services"], int(network["localservices"], 16))
        named = [one for one in report["services_names"] if not one.startswith("UNKNOWN")]
        self.assertIn("P2P_V2", named)
        self.assertLessEqual(set(named), set(network["localservicesnames"]))
        self.assertEqual(report["height"], 0)
        self.assertTrue(report["p2p_v2_advertised"] and report["p2p_v2_true"])
        self.assertGreater(report["rtt_ms"], 0)
        self.assertGreater(report["handshake_ms"], 0)

    def test_it_gets_addresses_that_the_node_knows(self):
        node = self.start_node("-v2transport=1")
        known = [(f"{20 + i}.{i}.1.1", 18_444) for i in range(200)]
        node.rpc_batch([("addpeeraddress", *one) for one in known])
        status, report = self.probe("--getaddr", node.address)
        self.assertEqual(status, 0)
        self.assertGreater(report["addresses_count"], 0)
        self.assertLessEqual({one["address"] for one in report["addresses"]},
                             {f"{host}:{port}" for host, port in known})

    def test_its_headers_are_the_nodes(self):
        node = self.start_node("-v2transport=1")
        node.rpc("generatetodescriptor", 2100, "raw(51)#8lvh9jxk")
        _, report = self.probe("--headers", "2100", node.address)
        self.assertEqual(report["headers_count"], 2100)
        self.assertEqual(report["last_header"], node.rpc("getbestblockhash"))
        self.assertEqual(report["height"], 2100)

    def test_a_node_without_version_2_is_met_with_version_1(self):
        node = self.start_node("-v2transport=0")
        with self.held_probe(node.address) as report:
            seen = self.only_peer(node)
        self.assertEqual(seen["transport_protocol_type"], "v1")
        self.assertEqual(report["transport"], "v1")
        self.assertEqual(report["why"], "v1: the peer dropped v2")
        self.assertEqual(report["attempts"], 2)
        self.assertIsNone(report["session_id"])
        self.assertIsNone(report["error"])

    def test_v2_only_refuses_a_node_without_version_2(self):
        node = self.start_node("-v2transport=0")
        status, report = self.probe("--policy", "v2-only", node.address)
        self.assertEqual(status, 1)
        self.assertIsNone(report["transport"])
        self.assertEqual((report["error"], report["error_phase"]), ("closed", "handshake"))
        self.assertIn("does not speak version 2", report["error_text"])
        self.assertEqual(report["attempts"], 1)

    def test_v1_only_does_not_try_version_2(self):
        node = self.start_node("-v2transport=1")
        with self.held_probe("--policy", "v1-only", node.address) as report:
            seen = self.only_peer(node)
        self.assertEqual((report["transport"], seen["transport_protocol_type"]), ("v1", "v1"))
        self.assertEqual(report["why"], "v1: by policy")
        self.assertEqual(report["attempts"], 1)


if __name__ == "__main__":
    suite.main()
