"""The conformance suite passes against a real node and against our own responder."""

import json
import subprocess

import suite
from node import wait_until
from programs import wait_for_no_peers

PATIENCE_SECONDS = 200  # the time-out rules wait for a minute, all at once


class Conformance(suite.InteropTest):
    def check(self, address):
        """No rule is broken, policies of well-kept peers included."""
        run = subprocess.run([self.veilwire, "probe", "--network", "regtest", "--json", "--conformance",
                              address],
                             capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        *verdicts, summary = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual([one for one in verdicts if one["outcome"] == "fail"], [])
        self.assertEqual((run.returncode, summary["passed"]), (0, True), run.stdout + run.stderr)
        self.assertGreater(summary["pass"], 70)

    def test_a_real_node(self):
        node = self.start_node("-v2transport=1")
        self.check(node.address)
        wait_for_no_peers(node)

    def test_our_responder(self):
        responder = self.start_peer()
        before = responder.open_sockets()
        self.check(responder.address)
        wait_until("all its sockets are closed", lambda: responder.open_sockets() <= before)
        self.start_peer().dial(responder.address, "v2-only")


if __name__ == "__main__":
    suite.main()
