"""Blocks of 1 to 4 MB, in both directions and both versions of the transport."""

import struct

import suite
from node import wait_until
from transactions import ANYONES_DESCRIPTOR, Coins, internal_order, sha256d

MSG_WITNESS_BLOCK = 2 | 1 << 30


class LargeBlocks(suite.InteropTest):
    def setUp(self):
        self.node = self.start_node("-v2transport=1")
        self.peer = self.start_peer()
        self.coins = Coins(self.node, 3)
        self.descriptor = self.node.rpc("getdescriptorinfo", ANYONES_DESCRIPTOR)["descriptor"]

    def each_transaction(self):
        """Fills blocks of about 1, 2 and 4 MB; the first holds no witness."""
        yield self.coins.filling_base(990_000)
        yield self.coins.filling_witness(2_000_000)
        yield self.coins.filling_witness(3_990_000)

    def generate(self, transaction, submit):
        return self.node.rpc("generateblock", self.descriptor, [transaction.hex()], submit)

    def dial(self, policy):
        self.peer.dial(self.node.address, policy)
        self.only_peer(self.node)

    def check_from_the_node(self, policy):
        self.dial(policy)
        for transaction in self.each_transaction():
            block_hash = self.generate(transaction, True)["hash"]
            block = bytes.fromhex(self.node.rpc("getblock", block_hash, 0))
            self.assertGreater(len(block), len(transaction))
            self.peer.send("getdata", b"\x01" + struct.pack("<I", MSG_WITNESS_BLOCK) +
                           internal_order(block_hash))
            got = self.peer.expect("message", name="block")
            self.assertEqual((got["bytes"], got["sha256d"]), (len(block), sha256d(block).hex()))

    def check_to_the_node(self, policy):
        self.dial(policy)
        for transaction in self.each_transaction():
            made = self.generate(transaction, False)
            self.assertNotEqual(self.node.rpc("getbestblockhash"), made["hash"])
            self.peer.send("block", bytes.fromhex(made["hex"]))
            wait_until("our block is the node's best",
                       lambda made=made: self.node.rpc("getbestblockhash") == made["hash"])

    def test_from_the_node_over_version_2(self):
        self.check_from_the_node("v2-only")

    def test_from_the_node_over_version_1(self):
        self.check_from_the_node("v1-only")

    def test_to_the_node_over_version_2(self):
        self.check_to_the_node("v2-only")

    def test_to_the_node_over_version_1(self):
        self.check_to_the_node("v1-only")


if __name__ == "__main__":
    suite.main()
