"""What the topics about the proxy share: two nodes, one of which speaks version 1 only."""

import hashlib
import signal

import suite
from node import wait_until
from proxy_process import Proxy, lasting_ports
from transactions import internal_order, output, transaction

# Transactions go out and are asked for at once.
EAGER = ("-whitelist=noban,in,out@127.0.0.0/8",)
V1_ONLY = "-v2transport=0"
V2 = "-v2transport=1"
FEE_SATOSHI = 100_000
COIN_SATOSHI = 50 * 100_000_000
# Anyone spends it by showing this script, and that is standard.
ANYONES_WITNESS_SCRIPT = b"\x51"  # OP_TRUE
ANYONES_SCRIPT = b"\x00\x20" + hashlib.sha256(ANYONES_WITNESS_SCRIPT).digest()


class ProxyTest(suite.InteropTest):
    """Node A is the program behind the proxy, node B the world."""

    def start_proxy(self, *options):
        """A proxy that ends with the test; its log is shown where the test fails."""
        proxy = Proxy(self.veilwire, *options)
        self.addCleanup(self._stop_proxy, proxy)
        return proxy

    def _stop_proxy(self, proxy):
        log = proxy.log()
        proxy.stop()
        result = self._outcome.result
        failed = (getattr(test, "test_case", test) for test, _ in result.failures + result.errors)
        if any(test is self for test in failed):
            print("-- the proxy:", log[-4000:], sep="\n")

    def start_a(self, proxy, b_address, *options, own=(V1_ONLY,)):
        """A program that goes to B, by name, through the proxy."""
        target = b_address.replace("127.0.0.1", "localhost")
        return self.start_node(f"-proxy={proxy.address}", f"-connect={target}", *own, *EAGER,
                               *options)

    def start_b(self, *options):
        """A node with an address of its own that it keeps when it is restarted."""
        address = f"127.0.0.1:{lasting_ports(1)[0]}"
        return self.start_node(f"-bind={address}", "-connect=0", *EAGER, *options), address

    def start_behind_proxy(self, *options, host="127.0.0.1"):
        """A, the proxy in front of it, and the proxy's address for peers."""
        a = self.start_node(V1_ONLY, "-connect=0", *EAGER)
        public = f"{host}:{lasting_ports(1)[0]}"
        proxy = self.start_proxy("--network", "regtest", "--inbound", f"{public}={a.address}",
                                 *options)
        return a, proxy, public

    def mine(self, node, count):
        """Blocks without transactions, whose coins anyone can spend."""
        return node.rpc("generatetodescriptor", count, descriptor(node))

    def mine_empty(self, node):
        return node.rpc("generateblock", descriptor(node), [])["hash"]

    def wait_for_height(self, node, height):
        wait_until(f"the node has {height} blocks", lambda: node.rpc("getblockcount") >= height)

    def wait_for_same_tip(self, *nodes):
        wait_until("the nodes have the same best block",
                   lambda: len({node.rpc("getbestblockhash") for node in nodes}) == 1)

    def send_coin(self, node, block_hash):
        """Spends a mature coin at this node, and returns the transaction's id."""
        return node.rpc("sendrawtransaction", self.spend(node, block_hash).hex())

    def spend(self, node, block_hash):
        coin = internal_order(node.rpc("getblock", block_hash)["tx"][0])
        outputs = [output(COIN_SATOSHI - FEE_SATOSHI, ANYONES_SCRIPT)]
        return transaction(coin, 0, outputs, ANYONES_WITNESS_SCRIPT)

    def wait_for_transaction(self, node, txid):
        wait_until("the transaction is in the mempool",
                   lambda: txid in node.rpc("getrawmempool"))

    def exchange_pings(self, node):
        """Returns when the node's peer has answered: all that it had sent before has come then."""
        before = self.only_peer(node)["bytesrecv_per_msg"].get("pong", 0)
        node.rpc("ping")
        wait_until("the peer answers a ping",
                   lambda: self.only_peer(node)["bytesrecv_per_msg"].get("pong", 0) > before)

    def end_proxy(self, proxy, how):
        """By a signal; in order that takes no longer than it may drain. start() begins again."""
        status = proxy.end(how)
        self.assertEqual(status, 0 if how == signal.SIGTERM else -how)


def descriptor(node):
    return node.rpc("getdescriptorinfo", f"raw({ANYONES_SCRIPT.hex()})")["descriptor"]


main = suite.main
