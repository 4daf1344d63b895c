"""Many messages, and the largest lists of entries, in both directions."""

import pathlib
import struct
import tempfile
import time

import suite
from node import wait_until
from transactions import (ANYONES_DESCRIPTOR, COINBASE_MATURITY, Coins, compact_size,
                          internal_order, output, sha256d, transaction)

PINGS = 3000
REKEY_INTERVAL = 224  # packets, BIP 324
MAX_INV = 50_000
MAX_HEADERS = 2000
MSG_BLOCK = 2
MSG_WTX = 5
PROTOCOL_VERSION = 70016
OP_TRUE = b"\x51"
COINS_IN_A_BLOCK = 22_000  # outputs of 43 bytes: 3.8 million units of weight


def locator_payload():
    """getblocks and getheaders from the genesis block on: the one hash is nobody's."""
    return struct.pack("<i", PROTOCOL_VERSION) + b"\x01" + bytes(32) + bytes(32)


def inv_of_unknown(kind):
    entries = (struct.pack("<I", kind) + sha256d(struct.pack("<I", i)) for i in range(MAX_INV))
    return compact_size(MAX_INV) + b"".join(entries)


def headers_payload(node, count):
    """The `headers` message with blocks 1 to `count` of the node."""
    hashes = node.rpc_batch([("getblockhash", height) for height in range(1, count + 1)])
    headers = node.rpc_batch([("getblockheader", one, False) for one in hashes])
    return compact_size(count) + b"".join(bytes.fromhex(header) + b"\x00" for header in headers)


def fill_mempool(node, count):
    """Puts `count` transactions into the node's mempool, through a file as nodes keep them."""
    coins = Coins(node, count // COINS_IN_A_BLOCK + 1)
    descriptor = node.rpc("getdescriptorinfo", ANYONES_DESCRIPTOR)["descriptor"]
    entries = []
    while len(entries) < count:
        part = min(COINS_IN_A_BLOCK, count - len(entries))
        parent = transaction(coins.take(), 0, [output(20_000, OP_TRUE)] * part)
        node.rpc("generateblock", descriptor, [parent.hex()])
        txid = sha256d(parent)
        entries += [transaction(txid, i, [output(19_000, bytes(25))]) +
                    struct.pack("<qq", int(time.time()), 0) for i in range(part)]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mempool.dat"
        # Version 1; after the entries, no changed priorities and nothing still to be announced.
        path.write_bytes(struct.pack("<QQ", 1, count) + b"".join(entries) + bytes(2))
        node.rpc("importmempool", str(path))


class ManyMessages(suite.InteropTest):
    def meet(self, *options):
        node = self.start_node("-v2transport=1", *options)
        peer = self.start_peer()
        peer.dial(node.address, "v2-only")
        self.only_peer(node)
        return node, peer

    def check_still_there(self, node, peer):
        """By a ping, which is answered after all that was sent before it."""
        peer.command("ping", 1)
        peer.expect("pongs", count=1)
        self.assertEqual(len(node.peers()), 1)

    def test_rekeys_both_ways_without_a_lost_message(self):
        node, peer = self.meet()
        for _ in range(2):
            peer.command("ping", PINGS)
            peer.expect("pongs", count=PINGS)
        info = peer.info()
        for direction in ("sent", "received"):
            self.assertGreater(info[direction]["messages"], 2 * PINGS)
            self.assertGreaterEqual(info[direction]["rekeys"], 2 * PINGS // REKEY_INTERVAL)
        seen = self.only_peer(node)
        self.assertEqual(seen["bytesrecv_per_msg"]["ping"], seen["bytessent_per_msg"]["pong"])

    def test_an_inv_of_50000_to_the_node(self):
        node, peer = self.meet()
        Coins(node, 1)  # a node that has fallen behind asks for no transaction
        for kind, answer in ((MSG_BLOCK, "getheaders"), (MSG_WTX, "getdata")):
            peer.send("inv", inv_of_unknown(kind))
            peer.expect("message", name=answer)
            self.check_still_there(node, peer)
        self.assertGreater(self.only_peer(node)["bytesrecv_per_msg"]["inv"], 2 * 36 * MAX_INV)

    def test_an_inv_of_50000_from_the_node(self):
        node, peer = self.meet("-acceptnonstdtxn=1", "-whitelist=mempool,noban@127.0.0.1")
        fill_mempool(node, MAX_INV)
        self.assertEqual(node.rpc("getmempoolinfo")["size"], MAX_INV)
        peer.send("mempool")
        size = len(compact_size(MAX_INV)) + 36 * MAX_INV
        peer.expect("message", name="inv", bytes=size)

    def test_an_inv_of_500_answers_getblocks(self):
        node, peer = self.meet()
        Coins(node, 600 - COINBASE_MATURITY)
        peer.send("getblocks", locator_payload())
        hashes = node.rpc_batch([("getblockhash", height) for height in range(1, 501)])
        payload = compact_size(500) + b"".join(
            struct.pack("<I", MSG_BLOCK) + internal_order(one) for one in hashes)
        peer.expect("message", name="inv", bytes=len(payload), sha256d=sha256d(payload).hex())

    def test_headers_2000_both_ways(self):
        node, peer = self.meet()
        Coins(node, MAX_HEADERS)
        payload = headers_payload(node, MAX_HEADERS)
        peer.send("getheaders", locator_payload())
        peer.expect("message", name="headers", bytes=len(payload), sha256d=sha256d(payload).hex())

        other = self.start_node("-v2transport=1")
        peer.dial(other.address, "v2-only")
        peer.send("headers", payload)
        wait_until("the other node has these headers",
                   lambda: other.rpc("getblockchaininfo")["headers"] == MAX_HEADERS)


if __name__ == "__main__":
    suite.main()
