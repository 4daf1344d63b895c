"""A peer that is cut off, in any phase of the handshake, leaves nothing behind, here or there."""

import suite
from cutting_relay import CLOSE, RESET, SILENCE, CuttingRelay
from node import wait_until
from programs import wait_for_no_peers

# Our two ends send this, in this order, where they have the same garbage.
KEY = 64
GARBAGE = 10
TERMINATOR = 16
VERSION_PACKET = 20
GARBAGE_END = KEY + GARBAGE
TERMINATOR_END = GARBAGE_END + TERMINATOR
HANDSHAKE_END = TERMINATOR_END + VERSION_PACKET

# After so many bytes: nothing, the version 1 prefix, the key, garbage, terminator, version packet.
IN_THE_HANDSHAKE = [0, 1, 4, 15, 16, 17, 63, KEY, KEY + 1, GARBAGE_END, GARBAGE_END + 8,
                    TERMINATOR_END, TERMINATOR_END + 10, HANDSHAKE_END - 1]
AFTER_IT = [HANDSHAKE_END, HANDSHAKE_END + 10]
# Of a version 1 conversation: magic, name, header, half a `version`.
IN_VERSION_1 = [1, 4, 15, 16, 23, 24, 60]
# What a node sends, with garbage of its own choice behind its key.
OF_A_NODE = [0, 1, 63, KEY]


class CutOff(suite.InteropTest):
    def start_pair(self, *options):
        """Two peers of ours, one to dial and one to be dialled."""
        return [self.start_peer("--garbage", str(GARBAGE), *options) for _ in range(2)]

    def check_sockets(self, process, before):
        wait_until("all its sockets are closed", lambda: process.open_sockets() <= before)

    def cut(self, dialler, port, how, policy="v2-only", **limits):
        relay = CuttingRelay(port, how, **limits)
        dialler.command("dial", relay.address, policy)
        return relay

    def check_between_us(self, how, *reasons):
        dialler, listener = self.start_pair()
        before = dialler.open_sockets(), listener.open_sockets()
        for direction in ("forward", "back"):
            for count in IN_THE_HANDSHAKE + AFTER_IT:
                with self.subTest(direction=direction, count=count):
                    relay = self.cut(dialler, listener.port, how, **{direction: count})
                    end = listener.expect("end")
                    self.assertIn(end["reason"], reasons)
                    if direction == "forward":
                        self.assertLessEqual(end["bytes_received"], count)
                    dialler.expect("dial_failed", "end")
                    relay.join()
                    self.check_sockets(dialler, before[0])
                    self.check_sockets(listener, before[1])
        dialler.dial(listener.address, "v2-only")
        listener.expect_conversation()

    def test_our_ends_after_a_close(self):
        self.check_between_us(CLOSE, "peer_closed")

    def test_our_ends_after_a_reset(self):
        # Where a write meets the reset first, what can still be read may look like an end in order.
        self.check_between_us(RESET, "peer_reset", "peer_closed")

    def test_our_ends_after_silence(self):
        dialler, listener = self.start_pair("--handshake-timeout", "3")
        before = dialler.open_sockets(), listener.open_sockets()
        relays = [self.cut(dialler, listener.port, SILENCE, **{direction: count})
                  for direction in ("forward", "back") for count in IN_THE_HANDSHAKE]
        for _ in relays:
            for ended in dialler.expect("dial_failed", "end"), listener.expect("end"):
                self.assertEqual(ended["fault"], "handshake_timeout")
        for relay in relays:
            relay.join()
        self.check_sockets(dialler, before[0])
        self.check_sockets(listener, before[1])
        dialler.dial(listener.address, "v2-only")
        listener.expect_conversation()

    def check_at_the_node(self, how):
        node = self.start_node("-v2transport=1")
        dialler = self.start_peer("--garbage", str(GARBAGE))
        before = node.open_sockets(), dialler.open_sockets()
        cuts = [("v2-only", "forward", count) for count in IN_THE_HANDSHAKE + AFTER_IT]
        cuts += [("v2-only", "back", count) for count in OF_A_NODE]
        cuts += [("v1-only", "forward", count) for count in IN_VERSION_1]
        for policy, direction, count in cuts:
            with self.subTest(policy=policy, direction=direction, count=count):
                self.cut(dialler, node.port, how, policy, **{direction: count}).join()
                wait_for_no_peers(node)
        self.check_sockets(node, before[0])
        self.check_sockets(dialler, before[1])
        self.assertEqual(self.probe("--policy", "v2-only", node.address)[0], 0)

    def test_a_node_after_a_close(self):
        self.check_at_the_node(CLOSE)

    def test_a_node_after_a_reset(self):
        self.check_at_the_node(RESET)


if __name__ == "__main__":
    suite.main()
