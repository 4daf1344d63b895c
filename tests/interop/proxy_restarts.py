"""Either node or the proxy ends in the middle, in order or not: all recover by themselves."""

import signal

import proxy_suite
from proxy_process import lasting_ports
from proxy_suite import V1_ONLY, V2

BLOCKS = 500
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
        self.mine(b, BLOCKS)
        proxy = self.start_proxy()
        a = self.start_a(proxy, b_address)
        self.wait_for_height(a, IN_THE_MIDDLE)
        return a, b, b_address, proxy

    def test_the_far_end(self):
        a, b, b_address, proxy = self.start_outbound()
        b.restart(f"-bind={b_address}", "-connect=0", V2)
        self.check_alone(proxy, a, b)

    def test_the_program(self):
        a, b, b_address, proxy = self.start_outbound()
        target = b_address.replace("127.0.0.1", "localhost")
        a.restart(f"-proxy={proxy.address}", f"-connect={target}", V1_ONLY)
        self.check_alone(proxy, a, b)

    def test_the_proxy(self):
        a, b, _, proxy = self.start_outbound()
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how=how):
                self.restart_proxy(proxy, how)
                self.check_alone(proxy, a, b)

    def test_the_proxy_and_all_in_it_inbound(self):
        a = self.start_node(V1_ONLY, "-connect=0")
        public = f"127.0.0.1:{lasting_ports(1)[0]}"
        proxy = self.start_proxy("--network", "regtest", "--inbound", f"{public}={a.address}")
        b = self.start_node(V2, f"-connect={public}")
        self.mine(b, BLOCKS)
        self.check_alone(proxy, a, b)
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how=how):
                self.restart_proxy(proxy, how)
                self.check_alone(proxy, a, b)
        a.restart(f"-bind={a.address}", V1_ONLY, "-connect=0")
        self.check_alone(proxy, a, b)
        b.restart(V2, f"-connect={public}")
        self.check_alone(proxy, a, b)


if __name__ == "__main__":
    proxy_suite.main()
