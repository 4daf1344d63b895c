"""A real node dials our responder."""

import suite
from programs import wait_for_no_peers


class NodeDials(suite.InteropTest):
    def meet(self, v2transport):
        """What our responder and the node say of their connection."""
        node = self.start_node("-v2transport=1")
        peer = self.start_peer()
        node.rpc("addnode", peer.address, "onetry", v2transport)
        established = peer.expect_conversation()
        seen = self.only_peer(node)
        peer.command("close")
        wait_for_no_peers(node)
        self.assertEqual(peer.expect("end")["reason"], "ours")
        return established, seen

    def test_version_2_is_answered_with_version_2(self):
        ours, theirs = self.meet(True)
        self.assertEqual((ours["version"], theirs["transport_protocol_type"]), ("v2", "v2"))
        self.assertEqual(ours["session_id"], theirs["session_id"])
        self.assertEqual(len(ours["session_id"]), 64)
        self.assertFalse(theirs["inbound"])

    def test_version_1_is_answered_with_version_1(self):
        ours, theirs = self.meet(False)
        self.assertEqual((ours["version"], theirs["transport_protocol_type"]), ("v1", "v1"))
        self.assertEqual((ours["session_id"], theirs["session_id"]), ("", ""))
        self.assertFalse(theirs["inbound"])


if __name__ == "__main__":
    suite.main()
