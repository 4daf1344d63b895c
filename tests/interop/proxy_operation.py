"""What its operator has of the proxy: figures, a key log, settings read again, an orderly end."""

import pathlib
import signal
import socket
import stat
import sys
import time

import proxy_suite
from node import wait_until
from proxy_process import DRAIN_SECONDS
from proxy_suite import V2
from socks_server import SocksServer
from v1_program import V1Program, message

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
BLOCKS = 110
WORD = b"recorded"


class ProxyOperation(proxy_suite.ProxyTest):
    def test_figures_count_and_name_nobody(self):
        b, b_address = self.start_b(V2)
        self.mine(b, BLOCKS)
        proxy = self.start_proxy()
        a = self.start_a(proxy, b_address)
        self.wait_for_height(a, BLOCKS)
        self.assertEqual(proxy.figure("connections_open", direction="outbound", transport="v2",
                                      reason="negotiated"), 1)
        self.assertEqual(proxy.figure("handshakes_total", outcome="v2"), 1)
        self.assertEqual(proxy.figure("handshake_duration_seconds_count", transport="v2"), 1)
        sent = {"from": "peer", "type": "block"}
        self.assertEqual(proxy.figure("messages_total", **sent), BLOCKS)
        page = proxy.metrics_page()
        for word in (proxy.session_id()[:8], "localhost", "127.0.0.1", b_address.split(":")[1]):
            self.assertNotIn(word, page)

    def test_a_key_log_opens_the_recording(self):
        sys.path.insert(0, str(SCRIPTS))
        import decrypt_example  # pylint: disable=import-outside-toplevel

        b, _ = self.start_b(V2)
        recorder = SocksServer(b.port)
        self.addCleanup(recorder.stop)
        proxy = self.start_proxy("--upstream", recorder.address)
        path = proxy.folder / "keys"
        proxy.end(signal.SIGTERM)
        proxy.start("--upstream", recorder.address, "--keylog", str(path))
        proxy.expect_log("warning: the keys of every connection are written")
        with V1Program(proxy.port, "peer.example:8333") as program:
            program.shake_hands()
            program.send("ping", WORD)
            self.assertEqual(program.expect("pong"), WORD)
        proxy.wait_for_figure(0, "connections_open")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        line, = [one for one in path.read_text().splitlines() if one.startswith("BIP324")]
        keys, packets = decrypt_example.decrypt_connection(line, *recorder.recording())
        self.assertEqual(keys["session_id"].hex(), proxy.session_id())
        for of_one_side in packets:
            self.assertTrue(any(contents.endswith(WORD) for _, contents in of_one_side))

    def test_its_files_are_its_owners_alone(self):
        _, b_address = self.start_b(V2)
        proxy = self.start_proxy()
        with V1Program(proxy.port, b_address) as program:
            program.shake_hands()
        proxy.end(signal.SIGTERM)
        memory = proxy.folder / "spoke-v2.sqlite"
        self.assertEqual(stat.S_IMODE(memory.stat().st_mode), 0o600)
        self.assertGreater(memory.stat().st_size, 0)

    def test_sighup_reads_the_file_anew(self):
        b, b_address = self.start_b(V2)
        proxy = self.start_proxy()
        proxy.end(signal.SIGTERM)
        settings = proxy.folder / "proxy.toml"
        settings.write_text('policy = "v1-only"\n')
        proxy.start("--config", str(settings))

        def transport():
            with V1Program(proxy.port, b_address) as program:
                program.shake_hands()
                return self.only_peer(b)["transport_protocol_type"]

        with V1Program(proxy.port, b_address) as kept:
            kept.shake_hands()
            settings.write_text('policy = "v2-only"\n')
            proxy.reload()
            kept.send("ping", WORD)
            self.assertEqual(kept.expect("pong"), WORD)
        wait_until("the node has no peer", lambda: not b.peers())
        self.assertEqual(transport(), "v2")
        seen = len(proxy.log())
        settings.write_text('policy = "v3"\n')
        proxy.reload()
        proxy.expect_log(r"error: .*proxy\.toml:1:\d+: policy: ", seen)
        wait_until("the node has no peer", lambda: not b.peers())
        self.assertEqual(transport(), "v2")

    def test_sighup_says_what_it_changes_not(self):
        proxy = self.start_proxy()
        proxy.reload()
        proxy.expect_log("warning: SIGHUP, but there is no file to read")
        proxy.end(signal.SIGTERM)
        settings = proxy.folder / "proxy.toml"
        settings.write_text('[log]\nlevel = "info"\n')
        proxy.start("--config", str(settings))
        seen = len(proxy.log())
        settings.write_text('on_downgrade = "refuse"\n[log]\nlevel = "error"\n')
        proxy.reload()
        proxy.expect_log(r"warning: log\.level has changed in the file, but the command line", seen)
        self.assertNotIn("on_downgrade has changed", proxy.log()[seen:])

    def restarted_without_a_downgrade_file(self, *options):
        """A proxy, and its settings: empty yet."""
        proxy = self.start_proxy()
        proxy.end(signal.SIGTERM)
        settings = proxy.folder / "proxy.toml"
        settings.write_text("")
        proxy.downgrade_options = ()
        proxy.environment = {}
        proxy.start("--config", str(settings), *options)
        return proxy, settings

    def test_sighup_to_refuse_downgrades_opens_the_file_where_there_was_none(self):
        proxy, settings = self.restarted_without_a_downgrade_file()
        memory = proxy.folder / "memory.sqlite"
        seen = len(proxy.log())
        settings.write_text(f'on_downgrade = "refuse"\ndowngrade_file = "{memory}"\n')
        proxy.reload()
        proxy.expect_log("the settings were reloaded", seen)
        self.assertTrue(memory.exists())
        self.assertNotIn("changes only with a restart", proxy.log()[seen:])

    def test_sighup_turns_the_downgrade_memory_on_and_not_off(self):
        proxy, settings = self.restarted_without_a_downgrade_file()
        proxy.end(signal.SIGTERM)
        memory = proxy.folder / "memory.sqlite"
        settings.write_text("downgrade_memory = false\n")
        proxy.start("--config", str(settings))
        seen = len(proxy.log())
        settings.write_text(f'on_downgrade = "refuse"\ndowngrade_file = "{memory}"\n')
        proxy.reload()
        proxy.expect_log("the settings were reloaded", seen)
        self.assertTrue(memory.exists())
        self.assertNotIn("changes only with a restart", proxy.log()[seen:])
        seen = len(proxy.log())
        settings.write_text("downgrade_memory = false\n")
        proxy.reload()
        proxy.expect_log("warning: downgrade_memory changes only with a restart", seen)
        self.assertNotIn("downgrade_file changes", proxy.log()[seen:])

    def test_the_command_line_has_the_last_word_on_the_downgrade_memory(self):
        proxy, settings = self.restarted_without_a_downgrade_file()
        proxy.end(signal.SIGTERM)
        memory = proxy.folder / "memory.sqlite"
        settings.write_text("downgrade_memory = false\n")
        proxy.start("--config", str(settings), "--downgrade-file", str(memory))
        proxy.end(signal.SIGTERM)
        self.assertTrue(memory.exists())
        settings.write_text(f'downgrade_file = "{memory}.not"\n')
        proxy.start("--config", str(settings), "--no-downgrade-file")
        proxy.end(signal.SIGTERM)
        self.assertFalse((proxy.folder / "memory.sqlite.not").exists())

    def test_it_says_that_nobody_needs_what_was_allowed(self):
        proxy = self.start_proxy("--allow-remote")
        proxy.expect_log("warning: allow-remote is for nothing")

    def test_sighup_to_refuse_downgrades_is_refused_without_a_file(self):
        proxy, settings = self.restarted_without_a_downgrade_file("--no-downgrade-file")
        seen = len(proxy.log())
        settings.write_text('on_downgrade = "refuse"\n')
        proxy.reload()
        proxy.expect_log("error: on-downgrade refuse needs to remember", seen)
        proxy.expect_log("the settings stay as they are", seen)

    def test_it_leaves_no_core(self):
        self.assertEqual(self.start_proxy().core_limits(), ("0", "0"))

    def check_end(self, proxy, least=0):
        begun = time.monotonic()
        self.assertEqual(proxy.end(signal.SIGTERM), 0)  # which does not wait for ever
        self.assertGreater(time.monotonic() - begun, least)

    def test_sigterm_ends_it_whatever_is_under_way(self):
        """In any phase: asked for nothing, connected, silent target, silent program."""
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        for first in (b"", b"\xfa", b"\xfa\xbf\xb5\xdaversion\0\0\0\0\0", b"GET / HTTP/1.0\r\n"):
            with self.subTest(first=first):
                proxy = self.start_proxy()
                with V1Program(proxy.port, target) as program, socket.create_connection(
                        ("127.0.0.1", proxy.port)):
                    program.send_bytes(first)
                    wait_until("both are there",
                               lambda: proxy.figure("connections_accepted_total") == 2)
                    self.check_end(proxy)

    def test_sigterm_does_not_wait_for_a_peer_that_takes_nothing(self):
        b, b_address = self.start_b(V2)
        proxy = self.start_proxy()
        with V1Program(proxy.port, b_address) as program:
            program.shake_hands()
            with b.suspended():
                with self.assertRaises(TimeoutError):
                    while True:
                        program.send_bytes(message("block", bytes(1_000_000)), 3)
                self.check_end(proxy, DRAIN_SECONDS)

    def test_no_connection_leaves_a_socket(self):
        b, b_address = self.start_b(V2)
        proxy = self.start_proxy()
        with V1Program(proxy.port, b_address) as program:
            program.shake_hands()
        proxy.wait_for_figure(0, "connections_open")
        before = proxy.open_sockets()
        for _ in range(20):
            with V1Program(proxy.port, b_address) as program:
                program.shake_hands()
            with V1Program(proxy.port, "127.0.0.1:1"):
                pass
        wait_until("all sockets are closed", lambda: proxy.open_sockets() <= before)
        wait_until("the node has no peer", lambda: not b.peers())


if __name__ == "__main__":
    proxy_suite.main()
