#!/usr/bin/env python3
"""Starts the real nodes that the oracle asks, and runs it against them.

usage: with_nodes.py BITCOIND ORACLE [what ORACLE takes]
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "interop"))
import node  # noqa: E402

SKIPPED = 77
# One thread for scripts: their blocks are small, and the cores are ours too. No peers.
OPTIONS = ["-nobind", "-listen=0", "-connect=0", "-softwareexpiry=0", "-par=1", "-debug=0",
           "-rpcservertimeout=600"]


def wanted_instances(oracle, arguments):
    """Name and options of each node that a run with these arguments asks."""
    listed = subprocess.run([oracle, *arguments, "--list-instances"], stdout=subprocess.PIPE,
                            text=True, check=False)
    if listed.returncode != 0:
        sys.exit(listed.returncode)
    try:
        return json.loads(listed.stdout)
    except ValueError:  # it was asked for help
        print(listed.stdout, end="")
        sys.exit(0)


def main():
    bitcoind, oracle, *arguments = sys.argv[1:]
    if not os.access(bitcoind, os.X_OK):
        print("SKIPPED: no real node here; scripts/fetch_bitcoind gets one")
        sys.exit(SKIPPED)
    with contextlib.ExitStack() as running:
        where = []
        for name, options in wanted_instances(oracle, arguments).items():
            started = running.enter_context(node.Node(bitcoind, *OPTIONS, *options))
            where += ["--node", f"{name}={started.rpc_port}:{started.credentials()}"]
        sys.exit(subprocess.run([oracle, *arguments, *where], check=False).returncode)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main()
