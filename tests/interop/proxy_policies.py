"""A far end that speaks version 1 only, or no longer version 2: what each policy makes of it."""

import signal
import struct

import proxy_suite
from node import wait_until
from proxy_suite import V1_ONLY, V2
from transactions import sized
from v1_program import V1Program

BLOCKS = 110
RELAY_FLAG = -1  # the last byte of a `version`
MSG_TX = 1
# What a connection in clear text does not carry under v1-blocks-only.
OF_TRANSACTIONS = {"tx", "mempool", "filterload", "filteradd", "filterclear", "feefilter",
                   "sendtxrcncl", "inv", "getdata"}


class ProxyPolicies(proxy_suite.ProxyTest):
    def setUp(self):
        self.b, self.b_address = self.start_b(V1_ONLY)
        self.coins = self.mine(self.b, BLOCKS)

    def test_prefer_v2_falls_back_and_remembers(self):
        proxy = self.start_proxy()
        a = self.start_a(proxy, self.b_address)
        self.wait_for_height(a, BLOCKS)
        proxy.expect_log("v1: the peer dropped v2")
        self.wait_for_transaction(self.b, self.send_coin(a, self.coins[0]))
        self.wait_for_transaction(a, self.send_coin(self.b, self.coins[1]))
        self.assertTrue(self.only_peer(self.b)["relaytxes"])

        seen = len(proxy.log())
        a.restart(f"-proxy={proxy.address}", "-connect=" + self.by_name(), V1_ONLY)
        proxy.expect_log("v1: the peer recently answered only v1", seen)
        self.wait_for_same_tip(a, self.b)

    def by_name(self):
        return self.b_address.replace("127.0.0.1", "localhost")

    def test_v2_only_refuses_and_says_why(self):
        proxy = self.start_proxy("--policy", "v2-only")
        a = self.start_a(proxy, self.b_address)
        proxy.expect_log(r"refused \(version_1_refused\): [^\n]*does not speak version 2")
        wait_until("the program tries again", lambda: proxy.figure(
            "refusals_total", reason="version_1_refused") >= 2)
        self.assertEqual(a.rpc("getblockcount"), 0)
        self.assertEqual(proxy.figure("connections_total"), 0)

    def test_v2_only_for_this_host_before_the_answer(self):
        proxy = self.start_proxy("--policy", "127.0.0.0/8=v2-only", "--no-passthrough",
                                 "--network", "regtest")
        not_allowed = 2
        with V1Program(proxy.port, self.b_address) as program:
            self.assertEqual(program.reply, not_allowed)

    def test_v1_only_never_offers_version_2(self):
        self.b.restart(f"-bind={self.b_address}", "-connect=0", V2)
        proxy = self.start_proxy("--policy", "v1-only")
        a = self.start_a(proxy, self.b_address)
        self.wait_for_height(a, BLOCKS)
        self.assertEqual(self.only_peer(self.b)["transport_protocol_type"], "v1")
        proxy.expect_log("v1: by policy")

    def test_v1_blocks_only_carries_no_transaction(self):
        proxy = self.start_proxy("--policy", "v1-blocks-only")
        a = self.start_a(proxy, self.b_address)
        self.wait_for_height(a, BLOCKS)
        self.assertFalse(self.only_peer(self.b)["relaytxes"])
        self.assertFalse(self.only_peer(a)["relaytxes"])
        sent = self.send_coin(a, self.coins[0]), self.send_coin(self.b, self.coins[1])
        for node in (a, self.b):
            self.mine_empty(node)
            self.wait_for_same_tip(a, self.b)
            self.exchange_pings(node)
        self.assertEqual([node.rpc("getrawmempool") for node in (a, self.b)],
                         [[one] for one in sent])
        for node in (a, self.b):
            for way in ("bytessent_per_msg", "bytesrecv_per_msg"):
                self.assertNotIn("tx", self.only_peer(node)[way])

    def test_v1_blocks_only_against_one_that_sends_them_anyway(self):
        proxy = self.start_proxy("--policy", "v1-blocks-only")
        spend = self.spend(self.b, self.coins[0])
        with V1Program(proxy.port, self.b_address) as program:
            theirs = program.shake_hands()
            self.assertEqual(theirs[RELAY_FLAG], 0)
            self.assertFalse(self.only_peer(self.b)["relaytxes"])
            entry = b"\x01" + struct.pack("<I", MSG_TX) + bytes(32)
            for name, payload in (("tx", spend), ("inv", entry), ("getdata", entry),
                                  ("mempool", b""), ("feefilter", bytes(8)), ("filterclear", b""),
                                  ("filteradd", sized(b"x")), ("ping", b"12345678")):
                program.send(name, payload)
            self.assertEqual(program.expect("pong"), b"12345678")
            self.assertEqual(self.b.rpc("getrawmempool"), [])
            got = set(self.only_peer(self.b)["bytesrecv_per_msg"])
            self.assertEqual(got & OF_TRANSACTIONS, set())
        self.assertGreaterEqual(proxy.figure("messages_dropped_total", **{"from": "program"}), 5)

    def check_downgrade(self, action):
        self.b.restart(f"-bind={self.b_address}", "-connect=0", V2)
        proxy = self.start_proxy("--on-downgrade", action)
        a = self.start_a(proxy, self.b_address)
        self.wait_for_height(a, BLOCKS)
        proxy.session_id()
        self.b.restart(f"-bind={self.b_address}", "-connect=0", V1_ONLY)
        proxy.expect_log("warning: .*downgrade: the peer has spoken v2 before and now (does not )?answer")
        self.mine(self.b, 1)
        wait_until("it is counted", lambda: proxy.figure("downgrades_total", action=action) >= 1)
        return a, proxy

    def test_a_downgrade_is_told(self):
        a, _ = self.check_downgrade("warn")
        self.wait_for_same_tip(a, self.b)

    def test_a_downgrade_is_refused(self):
        a, proxy = self.check_downgrade("refuse")
        proxy.expect_log(r"refused \(downgraded\)")
        wait_until("the program tries again",
                   lambda: proxy.figure("refusals_total", reason="downgraded") >= 2)
        self.assertEqual(a.rpc("getblockcount"), BLOCKS)

        self.b.restart(f"-bind={self.b_address}", "-connect=0", V2)
        self.wait_for_same_tip(a, self.b)

    def test_who_spoke_version_2_is_known_after_a_restart(self):
        self.b.restart(f"-bind={self.b_address}", "-connect=0", V2)
        proxy = self.start_proxy("--on-downgrade", "refuse")
        a = self.start_a(proxy, self.b_address)
        self.wait_for_height(a, BLOCKS)
        self.b.restart(f"-bind={self.b_address}", "-connect=0", V1_ONLY)
        proxy.end(signal.SIGTERM)
        seen = len(proxy.log())
        proxy.start()
        proxy.expect_log(r"refused \(downgraded\)", seen)


if __name__ == "__main__":
    proxy_suite.main()
