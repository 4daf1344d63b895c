#!/usr/bin/env python3
"""Initial block download without a network: a generated chain, imported by a real node and by us.

  the chain, once        ibd_chain --out FOLDER --blocks 20000
  the real node alone    compare.py BITCOIND FOLDER
  both, taking turns     compare.py BITCOIND FOLDER \\
                           --ours 'COMMAND {blocks} {datadir} {assumevalid}'

The real node runs -reindex in a new data folder, whose block files are links to FOLDER's, and then
-reindex-chainstate in the same one. Our command gets FOLDER as {blocks}, an empty folder as
{datadir}, and as {assumevalid} the tip's hash, or 0 where every script is to be checked. It must
end with status 0 once everything is on the disk, having written its tip's hash to its standard
output; with --ours-says-muhash the coins' MuHash, too, as in FOLDER/expected.json. Every import is
a process of its own, with two threads for scripts, and with the block files in the page cache.

With --signature-time PROGRAM each round also takes the time of the chain's signatures alone, on two
threads.

With the tip assumed valid, both still check the scripts of the last 2016 blocks: two weeks' worth
of work. The clock has no say in it.

Measured are seconds on the clock, seconds of the processor, the peak of resident memory with and
without what is mapped from files, and what is written to the disk (a page that changes twice before
it gets there counts once). The table has the median of the rounds.

What the real node says of its coins is kept in FOLDER/expected.json.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "interop"))
import node  # noqa: E402

DATABASE_CACHE_MIB = 450
SCRIPT_THREADS = 2
SECONDS_BETWEEN_SAMPLES = 0.05
MOST_SECONDS_OF_AN_IMPORT = 3600
LAST_WORDS = 2000

OFFLINE = ["-listen=0", "-connect=0", "-softwareexpiry=0", f"-dbcache={DATABASE_CACHE_MIB}",
           f"-par={SCRIPT_THREADS}",
           # Only regtest has a node check itself so; the first goes through all headers for each
           # block.
           "-checkblockindex=0", "-checkmempool=0", "-checkaddrman=0"]


class ImportFailed(Exception):
    pass


@dataclasses.dataclass
class Costs:
    seconds: float
    cpu_seconds: float
    peak_bytes: int  # at least what this script has when it starts the process
    peak_anonymous_bytes: int
    written_bytes: int


# -- One process ----------------------------------------------------------------------------------

def run_measured(command, log):
    """Runs it to its end, with its output into a file, and returns its Costs."""
    begin = time.monotonic()
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT)
    with sampled_memory(process.pid) as samples:
        # Without taking its status: until then the system keeps its accounts.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    seconds = time.monotonic() - begin
    written = (figure_of(process.pid, "io", "write_bytes")
               - figure_of(process.pid, "io", "cancelled_write_bytes"))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ImportFailed(f"{shlex.join(map(str, command))} ended with {process.returncode}:\n"
                           + pathlib.Path(log).read_text(errors="replace")[-LAST_WORDS:])
    return Costs(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, max(samples),
                 written)


@contextlib.contextmanager
def sampled_memory(pid):
    """Collects the bytes of memory that no file stands behind, while the `with` lasts."""
    samples = [0]
    ended = threading.Event()

    def sample():
        while not ended.wait(SECONDS_BETWEEN_SAMPLES):
            samples.append(figure_of(pid, "status", "RssAnon") * 1024)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def figure_of(pid, file, name):
    """Zero where it is not said, as of the memory of a process that has ended."""
    for line in pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0])
    return 0


# -- The chain ------------------------------------------------------------------------------------

class Chain:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.said = json.loads((self.folder / "chain.json").read_text())
        self.tip = self.said["tip"]

    def files(self):
        return sorted(self.folder.glob("blk*.dat"))

    def link_into(self, folder):
        folder.mkdir(parents=True)
        for file in self.files():
            os.link(file, folder / file.name)

    def read_all(self):
        """So that they are in the page cache; fails where an import has changed them."""
        total = 0
        for file in self.files():
            with open(file, "rb") as opened:
                while piece := opened.read(1 << 20):
                    total += len(piece)
        if total != self.said["bytes"]:
            raise ImportFailed(f"the files in {self.folder} are no longer what was made")

    @contextlib.contextmanager
    def work_folder(self):
        """In the chain's folder, since links do not reach over to another disk."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="import-") as folder:
            yield pathlib.Path(folder)


def expected_of(chain, bitcoind):
    """What the real node says of the coins; it is asked once."""
    path = chain.folder / "expected.json"
    if path.exists():
        return json.loads(path.read_text())
    with chain.work_folder() as folder:
        chain.link_into(folder / "regtest" / "blocks")
        with node.Node(bitcoind, "-nobind", *OFFLINE, f"-blocksdir={folder}", "-debug=0",
                       "-reindex", f"-assumevalid={chain.tip}") as started:
            node.wait_until("the tip is reached",
                            lambda: started.rpc("getbestblockhash") == chain.tip,
                            MOST_SECONDS_OF_AN_IMPORT)
            serialized = started.rpc("gettxoutsetinfo", "hash_serialized_3")
            muhash = started.rpc("gettxoutsetinfo", "muhash")
    if muhash["txouts"] != chain.said["unspent"]:
        raise ImportFailed(f"it counts {muhash['txouts']} coins, not {chain.said['unspent']}")
    expected = serialized | muhash
    path.write_text(json.dumps(expected, indent=1) + "\n")
    return expected


# -- Imports --------------------------------------------------------------------------------------

def import_by_real_node(chain, bitcoind, assumed):
    """The costs of -reindex, and of -reindex-chainstate after it."""
    costs = {}
    with chain.work_folder() as folder:
        chain.link_into(folder / "regtest" / "blocks")
        log = folder / "regtest" / "debug.log"
        for what in ("reindex", "reindex-chainstate"):
            os.sync()
            costs[f"bitcoind -{what}"] = run_measured(
                [bitcoind, "-regtest", f"-datadir={folder}", *OFFLINE, "-server=0",
                 "-printtoconsole=0", "-stopafterblockimport", f"-assumevalid={assumed}",
                 f"-{what}"], folder / "output")
            if best_of_log(log) != chain.tip:
                raise ImportFailed(f"bitcoind -{what} has not reached the tip")
            log.unlink()
    return costs


def best_of_log(log):
    lines = [line for line in log.read_text().splitlines() if "UpdateTip: new best=" in line]
    return lines[-1].split("new best=")[1].split()[0] if lines else None


def import_by_us(chain, command, assumed, must_say):
    with chain.work_folder() as folder:
        datadir = folder / "datadir"
        datadir.mkdir()
        words = [word.format(blocks=chain.folder, datadir=datadir, assumevalid=assumed)
                 for word in shlex.split(command)]
        os.sync()
        costs = run_measured(words, folder / "output")
        output = (folder / "output").read_text(errors="replace")
    for fact in must_say:
        if fact not in output:
            raise ImportFailed(f"our import does not say {fact}:\n{output[-LAST_WORDS:]}")
    return {"ours": costs}


def signatures_alone(chain, program):
    """Seconds."""
    inputs = chain.said["inputs_by_kind"]
    counts = [inputs["p2wpkh"] + inputs["p2pkh"], inputs["p2tr"]]
    return json.loads(subprocess.check_output([program, *map(str, counts)]))["seconds"]


def measure(chain, options, must_say):
    """Costs by import and scripts, one for each round; and the seconds of the signatures alone."""
    rounds = {}
    signatures = []
    for _ in range(options.rounds):
        if options.signature_time:
            signatures.append(signatures_alone(chain, options.signature_time))
        for scripts in options.scripts:
            assumed = {"assumed": chain.tip, "all": "0"}[scripts]
            chain.read_all()
            costs = import_by_real_node(chain, options.bitcoind, assumed)
            if options.ours:
                costs |= import_by_us(chain, options.ours, assumed, must_say)
            for name, each in costs.items():
                rounds.setdefault((name, scripts), []).append(each)
                print(f"{name}, scripts {scripts}: {each.seconds:.1f} s, {each.cpu_seconds:.1f} of "
                      f"the processor, {each.peak_bytes / 1e6:.0f} MB", file=sys.stderr)
    chain.read_all()
    return rounds, signatures


# -- What is said of it ---------------------------------------------------------------------------

def summary_of(chain, name, scripts, rounds):
    """The median of each figure, what follows from it, and the rounds."""
    medians = {field.name: statistics.median(getattr(each, field.name) for each in rounds)
               for field in dataclasses.fields(Costs)}
    transactions = chain.said["transactions"]
    return {"import": name, "scripts": scripts, **medians,
            "transactions_per_second": transactions / medians["seconds"],
            "cpu_microseconds_per_transaction": medians["cpu_seconds"] / transactions * 1e6,
            "rounds": [dataclasses.asdict(each) for each in rounds]}


def print_table(report):
    said = report["chain"]
    print(f"{said['blocks']} blocks, {said['transactions']} transactions, {said['inputs']} inputs, "
          f"{said['unspent']} coins at the end, {said['bytes'] / 1e6:.0f} MB\n")
    print("| import | scripts | s | transactions/s | CPU s | CPU us each | peak MB | without files "
          "| written MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for each in report["imports"]:
        print(f"| {each['import']} | {each['scripts']} | {each['seconds']:.1f} "
              f"| {each['transactions_per_second']:.0f} | {each['cpu_seconds']:.1f} "
              f"| {each['cpu_microseconds_per_transaction']:.1f} | {each['peak_bytes'] / 1e6:.0f} "
              f"| {each['peak_anonymous_bytes'] / 1e6:.0f} | {each['written_bytes'] / 1e6:.0f} |")
    if "signatures_alone_seconds" in report:
        print(f"\nThe signatures alone, on two threads: {report['signatures_alone_seconds']:.1f} s")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bitcoind")
    parser.add_argument("folder", help="where ibd_chain has written")
    parser.add_argument("--ours", metavar="COMMAND", help="our import, see above")
    parser.add_argument("--ours-says-muhash", action="store_true")
    parser.add_argument("--signature-time", metavar="PROGRAM")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scripts", nargs="+", choices=["assumed", "all"],
                        default=["assumed", "all"])
    parser.add_argument("--json", action="store_true", help="instead of the table")
    return parser.parse_args()


def report_of(chain, options):
    expected = expected_of(chain, options.bitcoind)
    must_say = [chain.tip] + ([expected["muhash"]] if options.ours_says_muhash else [])
    rounds, signatures = measure(chain, options, must_say)
    report = {"chain": chain.said, "expected": expected,
              "imports": [summary_of(chain, *which, each) for which, each in rounds.items()]}
    if signatures:
        report["signatures_alone_seconds"] = statistics.median(signatures)
    return report


def main():
    options = read_options()
    try:
        report = report_of(Chain(options.folder), options)
    except ImportFailed as failure:
        sys.exit(f"compare.py: {failure}")
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        print_table(report)


if __name__ == "__main__":
    main()
