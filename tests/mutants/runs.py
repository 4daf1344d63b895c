"""Runs the test program: once to see which mutants each test reaches, then once or more for each mutant."""

import dataclasses
import math
import os
import re
import resource
import subprocess
import tempfile
import time

# A mutant's tests run in this order: those that take least first, in processes that may take this long
# together. So most mutants die within the first, and few meet the tests that take seconds.
BATCH_SECONDS = [0.4, 2, 8, math.inf]
# A mutant may use this much more processor time than the source did, and memory in all; the first
# ends loops without end, the second what they allocate.
TIME_FACTOR = 4
TIME_EXTRA_SECONDS = 3
MEMORY_BYTES = 3 << 30

FAILED = re.compile(r"^\[  FAILED  \] ([\w./]+)", re.MULTILINE)
STARTED = re.compile(r"^\[ RUN      \] ([\w./]+)", re.MULTILINE)


@dataclasses.dataclass
class Recording:
    seconds: dict  # of each test
    tests: dict  # of each mutant's number: the tests that reach it, the fastest first


def read_recording(lines):
    seconds, tests, everywhere = {}, {}, set()
    for line in lines:
        name, milliseconds, numbers = line.rstrip("\n").split("\t")
        reached = {int(number) for number in numbers.split(",") if number}
        if name == "*":
            everywhere |= reached
            continue
        seconds[name] = int(milliseconds) / 1000
        for number in reached:
            tests.setdefault(number, []).append(name)
    for number in everywhere:
        tests[number] = list(seconds)
    for names in tests.values():
        names.sort(key=lambda name: (seconds[name], name))
    return Recording(seconds, tests)


def record(program):
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
        environment = dict(os.environ, VEILWIRE_MUTANTS_REACHED=file.name)
        environment.pop("VEILWIRE_MUTANT", None)
        run = subprocess.run([program, "--gtest_brief=1"], env=environment, capture_output=True,
                             text=True, check=False)
        if run.returncode != 0:
            raise SystemExit(f"mutate: without a mutant the tests do not pass:\n{run.stdout[-3000:]}")
        return read_recording(file)


def batches(recording, number):
    """The tests that reach the mutant, cut by BATCH_SECONDS."""
    rest = list(recording.tests.get(number, []))
    for limit in BATCH_SECONDS:
        batch, total = [], 0.0
        while rest and (not batch or total + recording.seconds[rest[0]] <= limit):
            total += recording.seconds[rest[0]]
            batch.append(rest.pop(0))
        if batch:
            yield batch, total


def limited(cpu_seconds):
    def apply():
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return apply


def run_batch(program, number, tests, seconds):
    """What killed the mutant, or None."""
    cpu_seconds = math.ceil(TIME_FACTOR * seconds + TIME_EXTRA_SECONDS)
    command = [program, "--gtest_filter=" + ":".join(tests), "--gtest_fail_fast"]
    try:
        run = subprocess.run(command, env=dict(os.environ, VEILWIRE_MUTANT=str(number)),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace", check=False, preexec_fn=limited(cpu_seconds),
                             timeout=10 * cpu_seconds)
    except subprocess.TimeoutExpired:
        return "waits without end", tests[0]
    if run.returncode == 0:
        return None
    failed = FAILED.search(run.stdout)
    if failed:
        return "fails", failed.group(1)
    begun = STARTED.findall(run.stdout) or tests
    return ("takes too long" if run.returncode in (-24, -9) else "crashes"), begun[-1]


@dataclasses.dataclass
class Outcome:
    number: int
    state: str  # killed, survived, not reached
    how: str = ""  # fails, crashes, takes too long
    test: str = ""
    seconds: float = 0.0


def run_mutant(program, recording, number):
    if number not in recording.tests:
        return Outcome(number, "not reached")
    began = time.monotonic()
    for tests, seconds in batches(recording, number):
        killed = run_batch(program, number, tests, seconds)
        if killed:
            return Outcome(number, "killed", *killed, time.monotonic() - began)
    return Outcome(number, "survived", seconds=time.monotonic() - began)
