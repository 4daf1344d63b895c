"""A generated chain, with a real node's coins at its end as the measure: imported, reindexed, taken from
the real node's own block files after a reorganisation, and imported while the process is killed again
and again.

usage: python3 real_node.py BITCOIND IBD_CHAIN IBD_IMPORT [what unittest takes]
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
import node  # noqa: E402
import transactions  # noqa: E402

SKIPPED = 77
UNITS_A_COIN = 100_000_000
# 110 000 coins, most of them made by a hundred blocks. A sanitizer's build is slow, and shown its faults
# by fewer.
SPLIT_COINS = 500 if "VEILWIRE_SANITIZED" in os.environ else 1000
BLOCKS = int(os.environ.get("VEILWIRE_CHAIN_BLOCKS",
                            300 if "VEILWIRE_SANITIZED" in os.environ else 600))
MOST_SECONDS = 240
KILLS = 100
REORGANISED = 30


class RealNode(unittest.TestCase):
    bitcoind = ibd_chain = ibd_import = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="chainstate-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.chain = pathlib.Path(cls.folder.name) / "chain"
        subprocess.run([cls.ibd_chain, "--out", cls.chain, "--blocks", str(BLOCKS),
                        "--split-coins", str(SPLIT_COINS)], check=True,
                       stderr=subprocess.DEVNULL, timeout=MOST_SECONDS)
        files = [f"-loadblock={file}" for file in sorted(cls.chain.glob("blk*.dat"))]
        cls.node = node.Node(cls.bitcoind, *files)
        cls.addClassCleanup(cls.node.stop)
        node.wait_until("the node has the chain", lambda: cls.height() == BLOCKS, MOST_SECONDS)
        cls.first_tip, cls.first_coins = cls.state()
        cls.reorganise()
        cls.second_tip, cls.second_coins = cls.state()
        cls.node.end()

    @classmethod
    def height(cls):
        return cls.node.rpc("getblockcount")

    @classmethod
    def state(cls):
        said = cls.node.rpc("gettxoutsetinfo", "muhash")
        units = round(said["total_amount"] * UNITS_A_COIN)
        return (said["bestblock"],
                (said["muhash"], f"{said['txouts']} {units} {said['bogosize']}"))

    @classmethod
    def reorganise(cls):
        left = cls.node.rpc("getblockhash", BLOCKS - REORGANISED + 1)
        descriptor = cls.node.rpc("getdescriptorinfo", transactions.ANYONES_DESCRIPTOR)
        cls.node.rpc("invalidateblock", left)
        cls.node.rpc("generatetodescriptor", REORGANISED + 15, descriptor["descriptor"])

    def new_folder(self):
        folder = tempfile.TemporaryDirectory(dir=self.folder.name)
        self.addCleanup(folder.cleanup)
        return folder.name

    def run_import(self, blocks, folder, *options):
        """The tip, and the hash and the counts of the coins, as the import says them."""
        run = subprocess.run([self.ibd_import, blocks, folder, "0", "--muhash", "--counts",
                              *options],
                             capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        tip, *coins = run.stdout.splitlines()[-3:]
        return tip, tuple(coins)

    def test_reindexing_gives_its_coins(self):
        folder = self.new_folder()
        expected = (self.first_tip, self.first_coins)
        self.assertEqual(self.run_import(self.chain, folder), expected)
        self.assertEqual(self.run_import(self.chain, folder, "--again"), expected)

    def test_its_own_block_files_give_its_coins_after_a_reorganisation(self):
        blocks = self.node.blocks_folder
        self.assertTrue(any((blocks / "xor.dat").read_bytes()), "its files are not scrambled")
        self.assertEqual(self.run_import(blocks, self.new_folder(), "--copy"),
                         (self.second_tip, self.second_coins))

    def test_a_hundred_kills_never_set_the_tip_back(self):
        folder = self.new_folder()
        dice = random.Random(4)
        acknowledged = 0
        steps_each = BLOCKS // (KILLS + 10)
        for kill in range(KILLS):
            found, acknowledged = self.killed_import(folder, dice, acknowledged,
                                                     dice.randrange(1, 2 * steps_each))
            self.assertIsNotNone(found, f"it was at its end before kill {kill}")
        # Small memory for coins: there were checkpoints among what was cut short.
        self.assertEqual(self.run_import(self.chain, folder, "--copy"),
                         (self.first_tip, self.first_coins))

    def killed_import(self, folder, dice, acknowledged, steps):
        """Kills it some time after so many steps: the tip that it found, and the last acknowledged."""
        with subprocess.Popen([self.ibd_import, self.chain, folder, "0", "--copy", "--steps",
                               "--dbcache", "2"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline()
            self.assertTrue(line, process.stderr.read() if not line else "")
            found = int(line)
            self.assertGreaterEqual(found, acknowledged)
            said = [process.stdout.readline() for _ in range(steps)]
            time.sleep(dice.random() * 0.01)
            was_running = process.poll() is None
            process.kill()
            said += process.communicate()[0].splitlines(keepends=True)
        # What it wrote before it was killed was acknowledged; the last line may be torn, and at its
        # end it says more.
        heights = [int(line) for line in said if line.endswith("\n") and len(line) < 10]
        return found if was_running else None, max([found, *heights])


def main():
    RealNode.bitcoind, RealNode.ibd_chain, RealNode.ibd_import = sys.argv[1:4]
    if not os.access(RealNode.bitcoind, os.X_OK):
        print("SKIPPED: no real node here; scripts/fetch_bitcoind gets one")
        sys.exit(SKIPPED)
    run = unittest.main(argv=[sys.argv[0], *sys.argv[4:]], exit=False, verbosity=2)
    sys.exit(0 if run.result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
