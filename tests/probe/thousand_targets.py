#!/usr/bin/env python3
"""1000 loopback addresses, 200 at once, in one process of under 100 MB.

usage: thousand_targets.py VEILWIRE RESPONDER
"""

import json
import os
import subprocess
import sys
import time

import servers

TARGETS = 1000
JOBS = 200
MOST_MEGABYTES = 100


def address(index):
    number = index + 1
    return f"127.{number >> 16}.{number >> 8 & 0xff}.{number & 0xff}"


def peak_megabytes(process):
    """Waits for the process; its largest resident size is told with its end."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss / 1024


def run(program, port):
    command = [program, "probe", "--network", "regtest", "--json", "--jobs", str(JOBS),
               "--targets", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        process.stdin.write("".join(f"{address(i)}:{port}\n" for i in range(TARGETS)))
        process.stdin.close()
        reports = [json.loads(line) for line in process.stdout]
        megabytes = peak_megabytes(process)
    return process.returncode, reports, megabytes


def main(program, responder):
    with servers.responder(responder, "--addresses", str(TARGETS)) as port:
        begin = time.monotonic()
        status, reports, megabytes = run(program, port)
        seconds = time.monotonic() - begin
    print(f"{len(reports)} reports, status {status}, {megabytes:.1f} MB, {seconds:.2f} s")
    errors = [report["error"] for report in reports if report["error"]]
    assert status == 0, errors[:5]
    assert len({report["address"] for report in reports}) == TARGETS
    assert all(report["transport"] == "v2" for report in reports)
    assert len({report["session_id"] for report in reports}) == TARGETS
    if "VEILWIRE_NO_MEMORY_BOUND" not in os.environ:
        assert megabytes < MOST_MEGABYTES, f"{megabytes:.1f} MB"


if __name__ == "__main__":
    main(*sys.argv[1:])
