"""A node that speaks version 1 only reaches version 2 through the proxy, its option unchanged."""

import socket
import time

import proxy_suite
from node import PATIENCE_SECONDS
from proxy_suite import V2
from transactions import Coins
from v1_program import V1Program, message, version_payload

REKEY_INTERVAL = 224  # packets, BIP 324
BLOCKS = 500


class ProxyOutbound(proxy_suite.ProxyTest):
    def check_session_id(self, proxy, b):
        """The far end speaks version 2, and of the same session as our log."""
        seen = self.only_peer(b)
        self.assertEqual(seen["transport_protocol_type"], "v2")
        self.assertEqual(seen["session_id"], proxy.session_id())

    def messages(self, proxy, sender):
        return proxy.figure("messages_total", direction="outbound", **{"from": sender})

    def test_blocks_transactions_and_rekeys_both_ways(self):
        b, b_address = self.start_b(V2)
        coins = self.mine(b, BLOCKS)
        proxy = self.start_proxy()
        a = self.start_a(proxy, b_address)
        self.wait_for_height(a, BLOCKS)
        self.check_session_id(proxy, b)
        self.assertEqual(self.only_peer(a)["transport_protocol_type"], "v1")

        self.wait_for_transaction(b, self.send_coin(a, coins[0]))
        self.wait_for_transaction(a, self.send_coin(b, coins[1]))

        self.mine(a, BLOCKS)
        self.wait_for_same_tip(a, b)
        self.exchange_pings(a)
        for sender in ("program", "peer"):
            self.assertGreater(self.messages(proxy, sender), 2 * REKEY_INTERVAL)
        # All of that was one connection.
        self.check_session_id(proxy, b)
        self.assertEqual(proxy.figure("connections_accepted_total"), 1)

    def test_the_largest_blocks_both_ways(self):
        b, b_address = self.start_b(V2)
        coins = Coins(b, 2)
        proxy = self.start_proxy()
        a = self.start_a(proxy, b_address)
        self.wait_for_same_tip(a, b)
        for node in (a, b):
            large = coins.filling_witness(3_990_000).hex()
            node.rpc("generateblock", proxy_suite.descriptor(node), [large])
            self.wait_for_same_tip(a, b)
        self.assertEqual(proxy.figure("connections_accepted_total"), 1)
        self.assertEqual(proxy.figure("messages_dropped_total"), 0)

    def test_a_program_that_says_its_first_message_in_single_bytes(self):
        b, b_address = self.start_b(V2)
        proxy = self.start_proxy()
        with V1Program(proxy.port, b_address) as program:
            for one in message("version", version_payload()):
                program.send_bytes(bytes([one]))
                time.sleep(0.002)
            program.expect("version")
            program.send("verack")
            program.expect("verack")
            self.check_session_id(proxy, b)

    def test_a_payload_over_the_limit_is_dropped_and_the_connection_stays(self):
        _, b_address = self.start_b(V2)
        proxy = self.start_proxy()
        with V1Program(proxy.port, b_address) as program:
            program.shake_hands()
            program.send("block", bytes(4_000_001))
            program.send("ping", b"12345678")
            self.assertEqual(program.expect("pong"), b"12345678")
        dropped = {"from": "program", "reason": "payload_too_long"}
        self.assertEqual(proxy.figure("messages_dropped_total", **dropped), 1)

    def test_nothing_is_dialled_for_a_program_that_has_left(self):
        proxy = self.start_proxy()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(PATIENCE_SECONDS)
            with V1Program(proxy.port, f"127.0.0.1:{listener.getsockname()[1]}") as program:
                program.send("version", version_payload())
                target, _ = listener.accept()
                target.recv(64, socket.MSG_WAITALL)
            proxy.expect_log(r"ended after [\d.]+ m?s: "
                             "the program went away while its target was dialled")
            target.close()
            listener.settimeout(1)
            with self.assertRaises(TimeoutError):
                listener.accept()

    def test_success_after_the_handshake_where_nothing_is_passed_through(self):
        b, b_address = self.start_b(V2)
        self.mine(b, 10)
        proxy = self.start_proxy("--no-passthrough", "--network", "regtest")
        a = self.start_a(proxy, b_address)
        self.wait_for_height(a, 10)
        self.check_session_id(proxy, b)

    def test_a_program_that_speaks_version_2_passes_end_to_end(self):
        b, b_address = self.start_b(V2)
        self.mine(b, 10)
        proxy = self.start_proxy()
        a = self.start_a(proxy, b_address, own=(V2,))
        self.wait_for_height(a, 10)
        ends = [self.only_peer(node) for node in (a, b)]
        self.assertEqual([one["transport_protocol_type"] for one in ends], ["v2", "v2"])
        self.assertEqual(ends[0]["session_id"], ends[1]["session_id"])
        proxy.expect_log("passed through untouched: the program does not speak v1")
        self.assertNotIn(ends[0]["session_id"], proxy.log())
        self.assertEqual(proxy.figure("connections_total", transport="passthrough"), 1)

    def test_another_network_is_not_served(self):
        _, b_address = self.start_b(V2)
        proxy = self.start_proxy("--network", "main")
        self.start_a(proxy, b_address)
        proxy.expect_log(r"refused \(other_network\)")

    def test_a_target_that_is_not_there(self):
        proxy = self.start_proxy()
        self.start_a(proxy, "127.0.0.1:1")
        proxy.expect_log(r"refused \(target_unreachable\)")

    def test_the_proxy_itself_is_no_target(self):
        proxy = self.start_proxy()
        self.start_a(proxy, proxy.address)
        proxy.expect_log(r"refused \(to_itself\)")


if __name__ == "__main__":
    proxy_suite.main()
