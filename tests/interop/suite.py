"""What every topic here starts with: its command line, and the node's last words where one fails.

usage: python3 TOPIC.py BITCOIND VEILWIRE TEST_PEER [what unittest takes]
"""

import os
import sys
import unittest

import node
import programs

SKIPPED = 77


class InteropTest(unittest.TestCase):
    bitcoind = veilwire = test_peer = ""
    nodes = []

    def start_node(self, *options):
        """A node that ends with the test."""
        started = node.Node(self.bitcoind, *options)
        self.nodes.append(started)
        self.addCleanup(started.stop)
        return started

    def start_peer(self, *options):
        """A test peer that ends with the test."""
        started = programs.TestPeer(self.test_peer, *options)
        self.addCleanup(started.stop)
        return started

    def probe(self, *arguments):
        return programs.probe(self.veilwire, *arguments)

    def held_probe(self, *arguments):
        return programs.held_probe(self.veilwire, *arguments)

    def only_peer(self, of_node):
        """What the node says of its one peer, once both have said verack."""
        def ready():
            peers = of_node.peers()
            return len(peers) == 1 and peers[0]["version"] != 0 and peers
        return node.wait_until("the node has one peer", ready)[0]


def main():
    InteropTest.bitcoind, InteropTest.veilwire, InteropTest.test_peer = sys.argv[1:4]
    if not os.access(InteropTest.bitcoind, os.X_OK):
        print("SKIPPED: no real node here; scripts/fetch_bitcoind gets one")
        sys.exit(SKIPPED)
    run = unittest.main(argv=[sys.argv[0], *sys.argv[4:]], exit=False, verbosity=2)
    if not run.result.wasSuccessful():
        for one in InteropTest.nodes:
            print("-- the last words of a node:", one.log_tail(), sep="\n")
        sys.exit(1)
