"""The seeds of fuzz_block_checks: small blocks of full_blocks_regtest.json, some of each verdict.
Without the vectors the seeds that are there stay."""

import json
import lzma
import os
import pathlib

DATA = pathlib.Path(os.environ.get("VEILWIRE_TEST_DATA",
                                   pathlib.Path(__file__).resolve().parents[3] / "shared"))
VECTORS = DATA / "vectors" / "core" / "full_blocks_regtest.json.xz"

MAINNET, TESTNET4, SIGNET, REGTEST = 0, 2, 3, 4
MEND_ALL = 7
MOST_BYTES = 1200
MOST_OF_ONE_VERDICT = 3


def block_checks():
    """None where there are no vectors."""
    if not VECTORS.is_file():
        return None
    seeds = {}
    for number, step in enumerate(json.loads(lzma.open(VECTORS).read())["steps"]):
        block = bytes.fromhex(step["block"])
        verdict = (step["node_says"] or "valid").split(" (")[0]
        name = "".join(c if c.isalnum() else "_" for c in verdict)
        alike = sum(other.startswith(name) for other in seeds)
        if len(block) > MOST_BYTES or (alike >= MOST_OF_ONE_VERDICT and len(block) < 400):
            continue
        # A coinbase names its height, and so the number of ancestors.
        is_plain = block[85:86] != b"\0"
        script = block[123:] if is_plain else block[125:]
        size = script[0] if script else 0
        height = int.from_bytes(script[1:1 + size], "little") if size in (1, 2) else 100
        seeds[f"{name}_{number}"] = bytes([REGTEST, min(199, max(0, height - 1)), MEND_ALL]) + block
    valid = next(seed for name, seed in seeds.items() if name.startswith("valid"))
    for network, name in ((MAINNET, "main"), (TESTNET4, "testnet4"), (SIGNET, "signet")):
        seeds[f"on_{name}"] = bytes([network]) + valid[1:]
    seeds["as_it_is"] = valid[:2] + b"\0" + valid[3:]
    return seeds
