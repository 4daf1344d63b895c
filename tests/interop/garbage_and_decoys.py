"""Garbage of any length and decoys anywhere do not disturb a real node, whoever dials."""

import suite

GARBAGE = ("0", "1", "4095")


class GarbageAndDecoys(suite.InteropTest):
    def test_the_probe_with_any_garbage_and_decoys(self):
        node = self.start_node("-v2transport=1")
        for garbage in GARBAGE:
            for decoys in ("0", "20"):
                with self.subTest(garbage=garbage, decoys=decoys):
                    status, report = self.probe("--policy", "v2-only", "--garbage", garbage,
                                                "--decoys", decoys, node.address)
                    self.assertEqual((status, report["transport"]), (0, "v2"))
                    self.assertEqual(report["user_agent"],
                                     node.rpc("getnetworkinfo")["subversion"])

    def check_conversation(self, node, peer, established, garbage):
        """Both agree, and messages pass between and behind decoys of every size."""
        self.assertEqual(established["session_id"], self.only_peer(node)["session_id"])
        for count, size in ((500, 0), (500, 100), (3, 100_000), (1, 4_000_000)):
            peer.command("ping", 10)
            peer.command("decoys", count, size)
            peer.expect("pongs", count=10)
            peer.command("ping", 10)
            peer.expect("pongs", count=10)
        sent = peer.info()["sent"]
        self.assertEqual((sent["garbage_bytes"], sent["decoys"]), (int(garbage), 10 + 1004))
        self.assertEqual(len(node.peers()), 1)

    def test_a_long_conversation_when_we_dial(self):
        for garbage in GARBAGE:
            with self.subTest(garbage=garbage):
                node = self.start_node("-v2transport=1")
                peer = self.start_peer("--garbage", garbage, "--early-decoys", "10")
                self.check_conversation(node, peer, peer.dial(node.address, "v2-only"), garbage)

    def test_a_long_conversation_when_the_node_dials(self):
        for garbage in GARBAGE:
            with self.subTest(garbage=garbage):
                node = self.start_node("-v2transport=1")
                peer = self.start_peer("--garbage", garbage, "--early-decoys", "10")
                node.rpc("addnode", peer.address, "onetry", True)
                self.check_conversation(node, peer, peer.expect_conversation(), garbage)


if __name__ == "__main__":
    suite.main()
