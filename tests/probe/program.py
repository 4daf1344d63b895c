#!/usr/bin/env python3
"""Runs `veilwire probe` against a peer of our own and against what is no peer.

usage: program.py VEILWIRE RESPONDER
"""

import fcntl
import json
import os
import pty
import resource
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

import servers

PROGRAM = RESPONDER = ""
HOSTILE = b"\x1b[2J\x1b]0;owned\x07\r\n{\"error\":null}\xff\xfe\xe2\x80\xae\x9b\\\""


def probe(*arguments, stdin=""):
    return subprocess.run([PROGRAM, "probe", "--network", "regtest", *arguments], input=stdin,
                          capture_output=True, text=True, check=False, timeout=120)


def objects(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def peer(*arguments):
    return servers.responder(RESPONDER, *arguments)


class Answers(unittest.TestCase):
    def test_one_peer_gets_a_block(self):
        with peer("--height", "7") as port:
            done = probe(f"127.0.0.1:{port}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for text in (f"127.0.0.1:{port}\n", "session id", "/fake/", "advertised, and true"):
            self.assertIn(text, done.stdout)

    def test_json_has_the_facts(self):
        with peer("--height", "7", "--garbage", "4095", "--decoys", "5") as port:
            done = probe("--json", "--decoys", "3", "--garbage", "0", f"127.0.0.1:{port}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        report, = objects(done)
        self.assertEqual(report["transport"], "v2")
        self.assertRegex(report["session_id"], r"\A[0-9a-f]{64}\Z")
        self.assertEqual((report["garbage_bytes"], report["decoys"]), (4095, 5))
        self.assertEqual((report["height"], report["user_agent"]), (7, "/fake/"))
        self.assertGreater(report["handshake_ms"], 0)
        self.assertGreater(report["rtt_ms"], 0)
        self.assertIsNone(report["error"])

    def test_policies(self):
        with peer() as port:
            v1, = objects(probe("--json", "--policy", "v1-only", f"127.0.0.1:{port}"))
        self.assertEqual((v1["transport"], v1["why"]), ("v1", "v1: by policy"))
        self.assertIsNone(v1["session_id"])

    def test_falls_back_to_v1_where_v2_is_dropped(self):
        with servers.server(servers.hanging_up) as port:
            both, = objects(probe("--json", f"127.0.0.1:{port}"))
            only, = objects(probe("--json", "--policy", "v2-only", f"127.0.0.1:{port}"))
        self.assertEqual((both["attempts"], both["transport"]), (2, None))
        self.assertEqual((both["why"], both["error"]), ("v1: the peer dropped v2", "closed"))
        self.assertEqual((only["attempts"], only["transport"], only["error"]), (1, None, "closed"))

    def test_falls_back_to_v1_where_the_peer_speaks_it_first(self):
        with peer() as behind, servers.server(servers.SpeaksFirst(behind)) as port:
            both, = objects(probe("--json", f"127.0.0.1:{port}"))
            only, = objects(probe("--json", "--policy", "v2-only", f"127.0.0.1:{port}"))
        self.assertEqual((both["attempts"], both["transport"]), (2, "v1"))
        self.assertEqual((both["why"], both["error"]), ("v1: the peer answered in v1", None))
        self.assertEqual((only["attempts"], only["transport"]), (1, None))

    def test_v2_that_was_promised_and_dropped_is_tried_once_more(self):
        for first_only in (True, False):
            with peer() as port, servers.server(servers.Picky(port, first_only)) as picky:
                report, = objects(probe("--json", f"127.0.0.1:{picky}"))
            self.assertEqual((report["transport"], report["attempts"], report["error"]),
                             ("v1", 3, None))
            self.assertEqual((report["p2p_v2_advertised"], report["p2p_v2_true"]),
                             (True, first_only))

    def test_a_hold_that_is_cut_short_is_told(self):
        for behaviour, sentence in (("leaves", r"ended the connection after [0-9.]+ s of 30 s"),
                                    ("misbehaves", "after its verack")):
            with peer("--behave", behaviour) as port:
                done = probe("--json", "--hold", "30", f"127.0.0.1:{port}")
            self.assertEqual((done.returncode, len(objects(done))), (0, 1))
            self.assertRegex(done.stderr, r"\Aveilwire: [^\n]*" + sentence + r"[^\n]*\.\n\Z")
            self.assertIn(f"127.0.0.1:{port}", done.stderr)

    def test_hold_reports_first(self):
        with peer() as port:
            command = [PROGRAM, "probe", "--network", "regtest", "--json", "--hold", "60",
                       f"127.0.0.1:{port}"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True) as process:
                self.assertIsNone(json.loads(process.stdout.readline())["error"])
                self.assertIsNone(process.poll())
                begin = time.monotonic()
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(timeout=20), 130)
                self.assertLess(time.monotonic() - begin, 5)
                self.assertIn("interrupted", process.stderr.read())


class ManyTargets(unittest.TestCase):
    def test_file_and_standard_input(self):
        with peer() as port:
            lines = f"# peers\n\n127.0.0.1:{port}\n127.0.0.1:{port} # again\n"
            done = probe("--json", "--targets", "-", stdin=lines)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(objects(done)), 2)

    def test_a_mistake_in_a_file_stops_before_anything_is_dialled(self):
        done = probe("--json", "--targets", "-", stdin="127.0.0.1:1\nhost:99999\n")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\Aveilwire: standard input, line 2: [^\n]+\n\Z")

    def test_table_has_a_line_for_each(self):
        with peer() as port:
            done = probe(f"127.0.0.1:{port}", f"127.0.0.1:{servers.closed_port()}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("2 addresses: 1 answered (1 v2), 1 did not answer (1 refused)", done.stdout)
        self.assertEqual(done.stderr, "veilwire: 1 of 2 addresses did not answer.\n")

    def test_a_name_is_tried_address_by_address(self):
        with peer() as port:
            done = probe("--json", f"localhost:{port}")
        reports = objects(done)
        self.assertIn(f"127.0.0.1:{port}", [r["address"] for r in reports])
        self.assertEqual({r["target"] for r in reports}, {f"localhost:{port}"})

    def shown_on_a_terminal(self, stream, columns, *arguments):
        """What a table of three targets with a long user agent shows there."""
        with peer("--user-agent", (b"x" * 200).hex()) as port:
            leader, follower = pty.openpty()
            fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            command = [PROGRAM, "probe", "--network", "regtest"] + [f"127.0.0.1:{port}"] * 3
            streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: follower}
            with subprocess.Popen(command, **streams) as process:
                os.close(follower)
                self.assertEqual(process.wait(timeout=60), 0)
            shown = os.read(leader, 16384).decode()
            os.close(leader)
        return shown

    def test_a_terminal_gets_progress(self):
        shown = self.shown_on_a_terminal("stderr", 80)
        self.assertIn("[....................] 0/3 targets, 0 answered", shown)
        self.assertIn("[####################] 3/3 targets, 3 answered", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown))

    def test_a_narrow_terminal_gets_what_fits(self):
        drawn = self.shown_on_a_terminal("stderr", 30).replace("\r\x1b[K", "\n").split("\n")
        self.assertIn("3/3 targets, 3 answered", drawn)
        self.assertLess(max(len(line) for line in drawn), 30)

    def test_a_terminal_gets_lines_that_fit(self):
        for columns in (90, 120):
            rows = [line for line in self.shown_on_a_terminal("stdout", columns).splitlines()
                    if "xxx" in line]
            self.assertEqual([len(row) for row in rows], [columns] * 3)


class Output(unittest.TestCase):
    def test_a_full_disk_ends_the_run_early(self):
        with peer() as port, peer("--behave", "silent") as silent, open("/dev/full", "wb") as full:
            begin = time.monotonic()
            done = subprocess.run(
                [PROGRAM, "probe", "--network", "regtest", "--json", f"127.0.0.1:{silent}",
                 f"127.0.0.1:{port}"], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr,
                         r"\Aveilwire: cannot write to standard output: [^\n]+\.\n\Z")
        self.assertLess(time.monotonic() - begin, 10)


    def test_a_reader_that_leaves_ends_the_run_quietly(self):
        with peer() as port, peer("--behave", "silent") as silent:
            for arguments in (["--json", f"127.0.0.1:{port}", f"127.0.0.1:{port}",
                               f"127.0.0.1:{silent}"],
                              ["--conformance", "--quick", f"127.0.0.1:{port}"]):
                read, write = os.pipe()
                os.close(read)
                begin = time.monotonic()
                done = subprocess.run([PROGRAM, "probe", "--network", "regtest", *arguments],
                                      stdout=write, stderr=subprocess.PIPE, text=True, check=False,
                                      timeout=60)
                os.close(write)
                self.assertEqual((done.returncode, done.stderr), (1, ""))
                self.assertLess(time.monotonic() - begin, 10)


class Conformance(unittest.TestCase):
    def test_ctrl_c_ends_it_with_a_sum(self):
        with peer() as port:
            command = [PROGRAM, "probe", "--network", "regtest", "--conformance", "--json",
                       f"127.0.0.1:{port}"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True) as process:
                process.stdout.readline()
                process.send_signal(signal.SIGINT)
                *_, last = process.stdout
                self.assertEqual(process.wait(timeout=20), 130)
                self.assertRegex(process.stderr.read(), r"\Aveilwire: interrupted: [^\n]+\.\n\Z")
        summary = json.loads(last)
        self.assertTrue(summary["summary"])
        self.assertEqual((summary["passed"], summary["stopped"]), (False, "it was interrupted."))

    def test_a_web_server_is_named(self):
        with servers.server(servers.web) as port:
            done = probe("--conformance", "--quick", f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("a web server answered", done.stdout)


class Mistakes(unittest.TestCase):
    def check(self, sentence, *arguments):
        done = probe(*arguments, "127.0.0.1:1")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(sentence, done.stderr)

    def test_conformance_takes_no_option_that_it_would_ignore(self):
        for option in ("--policy v2-only", "--timeout 3", "--hold 1", "--getaddr", "--headers 5",
                       "--jobs 2", "--garbage 0", "--decoys 1", "--proxy 127.0.0.1:9050"):
            self.check("--conformance cannot be combined with " + option.split()[0], "--conformance",
                       *option.split())

    def test_version_1_has_no_garbage_and_no_decoys(self):
        self.check("--policy v1-only cannot be combined with --garbage", "--policy", "v1-only",
                   "--garbage", "5")
        self.check("--policy v1-only cannot be combined with --decoys", "--policy", "v1-only", "--decoys", "5")

    def test_a_time_is_a_number(self):
        for text in ("nan", "inf"):
            self.check("--timeout", "--timeout", text)
            self.check("--hold", "--hold", text)

    def test_port_0(self):
        self.check("port 0", "127.0.0.1:0")

    def test_a_directory_is_no_file_of_targets(self):
        self.check("'/' cannot be read: Is a directory", "--targets", "/")


class Hostile(unittest.TestCase):
    def test_a_user_agent_cannot_leave_its_place(self):
        with peer("--user-agent", HOSTILE.hex()) as port:
            address = f"127.0.0.1:{port}"
            block = probe(address)
            table = probe(address, address)
            lines = probe("--json", address)
        for done in (block, table, lines):
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stdout, r"\A[ -~\n]*\Z")
            self.assertIn(r"x1b[2J", done.stdout)
        report, = objects(lines)
        escaped = report["user_agent"].encode().decode("unicode_escape").encode("latin-1")
        self.assertEqual(escaped, HOSTILE)

    def check(self, handle, errors, *arguments):
        """One sentence, status 1, and the rest of the run goes on."""
        with servers.server(handle) as port, peer() as good:
            done = probe("--json", "--timeout", "2", *arguments, f"127.0.0.1:{port}",
                         f"127.0.0.1:{good}")
        self.assertEqual(done.returncode, 1)
        by_address = {report["address"]: report for report in objects(done)}
        self.assertIsNone(by_address[f"127.0.0.1:{good}"]["error"])
        bad = by_address[f"127.0.0.1:{port}"]
        self.assertIn(bad["error"], errors, bad)
        self.assertRegex(bad["error_text"], r"\A[^.\n]{10,}\Z")

    def test_a_web_server(self):
        for policy in ("prefer-v2", "v2-only", "v1-only"):
            self.check(servers.web, {"web_server"}, "--policy", policy)

    def test_a_server_that_sends_nothing(self):
        for policy in ("prefer-v2", "v1-only"):
            self.check(servers.silent, {"silent"}, "--policy", policy)

    def test_a_server_that_never_stops(self):
        self.check(servers.flooding, {"garbage_too_long"}, "--policy", "v2-only")
        self.check(servers.flooding, {"v1_bad_magic"}, "--policy", "v1-only")

    def test_another_network(self):
        self.check(servers.other_network, {"wrong_network"}, "--policy", "v1-only")
        self.check(servers.other_network, {"wrong_network"}, "--policy", "v2-only")

    def test_a_server_that_hangs_up(self):
        self.check(servers.hanging_up, {"closed"})

    def test_peers_that_misbehave_after_the_handshake(self):
        for behaviour, error in (("silent", "version_timed_out"), ("floods", "never_stops"),
                                 ("hangs-up", "closed")):
            with peer("--behave", behaviour) as port:
                done = probe("--json", "--timeout", "5", f"127.0.0.1:{port}")
            self.assertEqual(objects(done)[0]["error"], error)
            self.assertEqual(done.returncode, 1)

    def test_conformance_where_nobody_listens(self):
        target = f"127.0.0.1:{servers.closed_port()}"
        done = probe("--conformance", "--quick", target)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, f"veilwire: {target} could not be reached.\n")

    def test_a_dead_proxy_is_not_the_targets_refusal(self):
        proxy = f"127.0.0.1:{servers.closed_port()}"
        with peer() as port:
            report, = objects(probe("--json", "--proxy", f"socks5://user:secret@{proxy}",
                                    f"127.0.0.1:{port}"))
        self.assertEqual((report["error"], report["error_phase"]), ("proxy_failed", "proxy"))
        self.assertIn(proxy, report["error_text"])
        self.assertNotIn("secret", report["error_text"])

    @unittest.skipIf("VEILWIRE_SANITIZED" in os.environ, "sanitizers need descriptors of their own")
    def test_no_descriptor_left_is_our_failure(self):
        def few_descriptors():
            resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))

        with peer() as port:
            command = [PROGRAM, "probe", "--network", "regtest", "--json", "--jobs", "30"]
            done = subprocess.run(command + [f"127.0.0.1:{port}"] * 30, preexec_fn=few_descriptors,
                                  capture_output=True, text=True, check=False, timeout=60)
        errors = {report["error"]: report["error_text"] for report in objects(done)
                  if report["error"]}
        self.assertEqual(list(errors), ["system"])
        self.assertIn("our own side", errors["system"])

    def test_nobody_there(self):
        done = probe("--json", f"127.0.0.1:{servers.closed_port()}", "nowhere.invalid", "x.onion")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(sorted(report["error"] for report in objects(done)),
                         ["refused", "unknown_host", "unknown_host"])


if __name__ == "__main__":
    RESPONDER = sys.argv.pop(2)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
