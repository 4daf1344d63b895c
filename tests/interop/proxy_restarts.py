"""Either node or the proxy ends in the middle, in order or not: all recover by themselves."""

import signal

import proxy_suite
from proxy_suite import V1_ONLY, V2

BLOCKS = 500
BLOCK_BYTES = 20_000
IN_THE_MIDDLE = 20


class ProxyRestarts(proxy_suite.ProxyTest):
    def check_alone(self, proxy, *nodes):
        """One connection, over which a new block goes each way; earlier ones left nothing."""
        for node in nodes:
            self.mine(node, 1)
            self.wait_for_same_tip(*nodes)
            self.only_peer(node)
        proxy.wait_for_figure(1, "connections_open")
        proxy.wait_for_figure(0, "connections_pending")

    def start_outbound(self):
        """B with blocks, the proxy, and A that has got some of them."""
        b, b_address = self.start_b(V2)
        self.mine_large(b, BLOCKS)
        proxy = self.start_proxy()
        a = self.start_a(proxy, b_address)
        self.wait_for_height(a, IN_THE_MIDDLE)
        return a, b, b_address, proxy

    def mine_large(self, node, count):
        script = f"raw({('6a' + '00' * BLOCK_BYTES)})"  # OP_RETURN
        node.rpc("generatetodescriptor", count, node.rpc("getdescriptorinfo", script)["descriptor"])

    def check_middle(self, a):
        height = a.rpc("getblockcount")
        self.assertGreaterEqual(height, IN_THE_MIDDLE)
        self.assertLess(height, BLOCKS)

    def test_the_far_end(self):
        a, b, b_address, proxy = self.start_outbound()
        with a.suspended():  # it asks for no more blocks
            b.end()
        self.check_middle(a)
        b.start(f"-bind={b_address}", "-connect=0", V2)
        self.check_alone(proxy, a, b)

    def test_the_program(self):
        a, b, b_address, proxy = self.start_outbound()
        target = b_address.replace("127.0.0.1", "localhost")
        with b.suspended():
            a.restart(f"-proxy={proxy.address}", f"-connect={target}", V1_ONLY)
            self.check_middle(a)
        self.check_alone(proxy, a, b)

    def check_proxy(self, how):
        a, b, _, proxy = self.start_outbound()
        with a.suspended():
            self.end_proxy(proxy, how)
        self.check_middle(a)
        proxy.start()
        self.check_alone(proxy, a, b)

    def test_the_proxy_in_order(self):
        self.check_proxy(signal.SIGTERM)

    def test_the_proxy_killed(self):
        self.check_proxy(signal.SIGKILL)

    def test_the_proxy_and_all_in_it_inbound(self):
        a, proxy, public = self.start_behind_proxy()
        b = self.start_node(V2, f"-connect={public}")
        self.mine(b, BLOCKS)
        self.check_alone(proxy, a, b)
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how=how):
                self.end_proxy(proxy, how)
                proxy.start()
                self.check_alone(proxy, a, b)
        a.restart(f"-bind={a.address}", V1_ONLY, "-connect=0")
        self.check_alone(proxy, a, b)
        b.restart(V2, f"-connect={public}")
        self.check_alone(proxy, a, b)


if __name__ == "__main__":
    proxy_suite.main()
