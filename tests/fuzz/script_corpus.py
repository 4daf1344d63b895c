"""The seeds of fuzz_scripts: cases of the vectors in VEILWIRE_TEST_DATA, chosen for being small and of
different kinds. Without the vectors the seeds that are there stay."""

import json
import lzma
import os
import pathlib

DATA = pathlib.Path(os.environ.get("VEILWIRE_TEST_DATA",
                                   pathlib.Path(__file__).resolve().parents[3] / "shared"))
VECTORS = DATA / "vectors" / "core"

FLAG_BITS = {"P2SH": 0, "DERSIG": 2, "NULLDUMMY": 4, "CHECKLOCKTIMEVERIFY": 9,
             "CHECKSEQUENCEVERIFY": 10, "WITNESS": 11, "TAPROOT": 17}
MOST_BYTES = 1500


def read_xz(name):
    return json.loads(lzma.open(VECTORS / name).read())


def case(flags, index, coins, transaction):
    seed = flags.to_bytes(4, "little") + b"\xff\x0f\0\0" + bytes([index, len(coins)])
    for value, script in coins:
        seed += value + len(script).to_bytes(2, "little") + script
    return seed + transaction


def compact_size(data, at):
    """The number and where it ends."""
    if data[at] < 0xFD:
        return data[at], at + 1
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}[data[at]]
    return int.from_bytes(data[at + 1:at + 1 + width], "little"), at + 1 + width


def written_size(number):
    return bytes([number]) if number < 0xFD else b"\xfd" + number.to_bytes(2, "little")


def with_input(transaction, index, script, witness):
    """The transaction, which has no witness, with one input's script and witness."""
    count, at = compact_size(transaction, 4)
    body = transaction[4:at]
    for number in range(count):
        size, script_at = compact_size(transaction, at + 36)
        mine = script if number == index else transaction[script_at:script_at + size]
        body += transaction[at:at + 36] + written_size(len(mine)) + mine
        at = script_at + size + 4
        body += transaction[at - 4:at]
    body += transaction[at:-4]
    if not witness:
        return transaction[:4] + body + transaction[-4:]
    stacks = b"".join(
        written_size(len(witness)) + b"".join(written_size(len(i)) + i for i in witness)
        if number == index else b"\0" for number in range(count))
    return transaction[:4] + b"\0\1" + body + stacks + transaction[-4:]


def of_reference():
    """The smallest way to succeed and to fail of each kind of comment in taproot_ref.json."""
    kinds = {}
    for row in read_xz("taproot_ref.json.xz"):
        coins = [(bytes.fromhex(coin)[:8], bytes.fromhex(coin)[9:]) for coin in row["prevouts"]]
        if any(len(script) > 0xFC for _, script in coins):
            continue
        flags = sum(1 << FLAG_BITS[name] for name in row["flags"].split(","))
        for outcome in ("success", "failure"):
            if outcome not in row:
                continue
            way = row[outcome]
            seed = case(flags, row["index"], coins, with_input(
                bytes.fromhex(row["tx"]), row["index"], bytes.fromhex(way["scriptSig"]),
                [bytes.fromhex(item) for item in way["witness"]]))
            name = row["comment"].split("/")[0] + "_" + row["comment"].split("/")[-1].split("_")[0]
            name = "".join(c if c.isalnum() else "_" for c in name)[:40] + "_" + outcome
            if len(seed) <= MOST_BYTES and len(seed) < len(kinds.get(name, b"x" * 10000)):
                kinds[name] = seed
    return kinds


def of_afl():
    seeds = {}
    for number, row in enumerate(read_xz("verify_script_afl.json.xz")):
        if number % 40 == 0 and len(row["tx"]) <= 2 * MOST_BYTES:
            script = bytes.fromhex(row["script_pubkey"])
            seeds[f"afl_{number}"] = case(row["flags"], row["index"] % 256, [(bytes(8), script)],
                                          bytes.fromhex(row["tx"]))
    return seeds


def scripts():
    """None where there are no vectors."""
    if not VECTORS.is_dir():
        return None
    return of_reference() | of_afl()
