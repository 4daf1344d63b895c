#!/usr/bin/env python3
"""A block of 5000 P2WPKH inputs: check_block's time, and a real node's for the same block.

The node gets it by submitblock and has never seen its transactions before, so that its caches are
empty. Its time is what -debug=bench says of connecting the block on two threads; writing it to the
disk is not in it. A new node each round; ours and theirs take turns.

usage: beside_node.py BITCOIND LARGE_BLOCK_LOAD [ROUNDS]
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "interop"))
import node  # noqa: E402

OPTIONS = ["-nobind", "-listen=0", "-connect=0", "-softwareexpiry=0", "-par=2", "-debug=0",
           "-debug=bench"]
# What it says of a block, and what we call it.
STEPS = {"scripts and coins": r"- Verify \d+ txins: ([0-9.]+)ms",
         "connecting in all": r"- Connect total: ([0-9.]+)ms"}


def time_of_node(bitcoind, blocks):
    with node.Node(bitcoind, *OPTIONS) as started:
        started.rpc_batch([("submitblock", block) for block in blocks[:-1]])
        refusal = started.rpc("submitblock", blocks[-1])
        if refusal is not None:
            sys.exit(f"the node refuses the block: {refusal}")
        log = started.log_tail()
    return {name: float(re.findall(pattern, log)[-1]) for name, pattern in STEPS.items()}


def main():
    bitcoind, load, *rest = sys.argv[1:]
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "blocks")
        subprocess.run([load, "--write", path], check=True)
        blocks = path.read_text().split()
        for _ in range(int(rest[0]) if rest else 3):
            ours.append(json.loads(subprocess.check_output([load, "1"])))
            theirs.append(time_of_node(bitcoind, blocks))
    print(json.dumps({"ours": least(ours), "bitcoind, ms": least(theirs)}, indent=2))


def least(rounds):
    return {name: min(one[name] for one in rounds) for name in rounds[0]}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main()
