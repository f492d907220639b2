#!/usr/bin/env python3
"""As whom tidemark serve runs when root starts it. Real users of this machine: nobody."""
import http.client
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

import serving as fixture
from serving import (FREE_PORTS, Serving, TIDEMARK, WORK, family_of, is_running, make_deposit, run,
                     wait_until)

USER = "nobody"
NET_BIND_SERVICE = 1 << 10


def status_of(pid, thread=None):
    """Of a process, or of one of its threads: the lines of /proc/PID/status."""
    path = f"/proc/{pid}/task/{thread or pid}/status"
    return dict(line.split(":\t", 1) for line in pathlib.Path(path).read_text().splitlines()
                if ":\t" in line)


def low_port(address, but=()):
    """One below 1024 that nobody has."""
    for port in range(700, 1024):
        try:
            with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
                tcp.bind((address, port))
                udp.bind((address, port))
        except OSError:
            continue
        if port not in but:
            return port
    raise AssertionError("no port below 1024 is free")


@unittest.skipIf(os.geteuid() != 0, "only root has rights to give up")
class User(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.entry = pwd.getpwnam(USER)
        cls.deposit = make_deposit(WORK / "deposit", 50)

    def setUp(self):
        self.rebuilt = pathlib.Path(tempfile.mkdtemp(dir=WORK)) / "rebuilt"
        self.rebuilt.parent.chmod(0o711)
        run(TIDEMARK, "rebuild", self.deposit, "--out", self.rebuilt)
        self.run_dir = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        self.give(self.run_dir)

    def give(self, path):
        os.chown(path, self.entry.pw_uid, self.entry.pw_gid)

    def serve(self, *arguments):
        return Serving(self.rebuilt, "--user", USER, *arguments, ready_dir=self.run_dir)

    def check_given_up(self, serving, capabilities):
        uids = "\t".join([str(self.entry.pw_uid)] * 4)
        gids = "\t".join([str(self.entry.pw_gid)] * 4)
        groups = set(os.getgrouplist(USER, self.entry.pw_gid))
        pids = family_of(serving.pids())
        self.assertGreaterEqual(len(pids), 3 + 1, "serve, knotd, nsd and its server")
        for pid in pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                status = status_of(pid, thread)
                self.assertEqual(status["Uid"], uids, status["Name"])
                self.assertEqual(status["Gid"], gids, status["Name"])
                self.assertLessEqual(set(map(int, status["Groups"].split())), groups)
                self.assertEqual(status["NoNewPrivs"], "1", status["Name"])
                for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                    self.assertEqual(int(status[kind], 16) & ~capabilities, 0,
                                     (status["Name"], kind))

    def test_nothing_keeps_roots_rights(self):
        with self.serve("--secondary-port", "0") as serving:
            self.check_given_up(serving, 0)
            self.assertTrue(serving.answers())
            for path in (self.rebuilt, *self.rebuilt.rglob("*")):
                self.assertEqual(path.lstat().st_uid, self.entry.pw_uid, path)
            self.assertEqual(serving.stop(), 0, serving.log.read_text())
        # What it left is what it starts with.
        with self.serve("--secondary-port", "0") as serving:
            self.assertTrue(serving.answers())

    def test_for_ports_below_1024_one_capability_is_kept(self):
        address = "127.0.0.77"
        ports = []
        for _ in range(4):
            ports.append(low_port(address, ports))
        options = [str(part) for pair in zip(
            ("--port", "--rdap-port", "--whois-port", "--secondary-port"), ports) for part in pair]
        with self.serve("--address", address, *options) as serving:
            self.check_given_up(serving, NET_BIND_SERVICE)
            self.assertEqual(serving.ready["port"], ports[0])
            for port in ports:
                with socket.create_connection((address, port), timeout=30):
                    pass
            self.assertEqual(serving.stop(), 0, serving.log.read_text())

    def test_killed_it_takes_its_name_servers_along_and_starts_again(self):
        for user in ((), ("--user", USER)):
            with Serving(self.rebuilt, *user, "--secondary-port", "0",
                         ready_dir=self.run_dir) as serving:
                pids = family_of(serving.pids())
                serving.process.kill()
                serving.wait()
                for pid in pids:
                    wait_until(lambda pid=pid: not is_running(pid), f"the end of {pid}")
            serving.ready_file.unlink()
        with self.serve() as serving:
            self.assertTrue(serving.answers())

    def test_a_certificate_is_read_again_as_that_user(self):
        given = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        given.chmod(0o711)

        def make():
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-keyout", given / "key.new", "-out",
                given / "certificate.new", "-days", "90", "-subj", "/CN=given", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:rdap.nic.example")
            (given / "key.new").chmod(0o600)

        def put():
            for name in ("key", "certificate"):
                os.replace(given / f"{name}.new", given / f"{name}.pem")

        tls = ("--tls-certificate", given / "certificate.pem", "--tls-key", given / "key.pem")
        make()
        put()
        # Root's key: what could not be read again later is not taken at the start.
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--user", USER, *tls, status=2)
        self.assertRegex(done.stderr, "key.pem: .*ermission denied")
        self.give(given / "key.pem")
        with self.serve(*tls) as serving:
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)
            make()
            self.give(given / "key.new")
            put()
            serving.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "reloaded=yes" in serving.log.read_text(), "a reload")
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)
            make()
            put()
            serving.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "ermission denied" in serving.log.read_text(), "a refusal")
            # The former one is still there, the new one's authority is itself.
            with self.assertRaises(ssl.SSLCertVerificationError):
                serving.connect().connect()
            self.assertTrue("RRSIG" in serving.kdig("example", "SOA", "+dnssec"))

    def test_a_rebuild_by_root_into_what_is_served_is_handed_over_again(self):
        with self.serve() as serving:
            self.assertEqual(serving.stop(), 0)
        run(TIDEMARK, "rebuild", self.deposit, "--out", self.rebuilt)
        self.assertEqual((self.rebuilt / "zone").stat().st_uid, 0)
        with self.serve() as serving:
            self.assertTrue(serving.answers())

    def test_what_is_not_the_rebuilds_is_not_given_away(self):
        secret = WORK / "secret"
        secret.write_text("root's")
        for place, trap in (("link", lambda at: at.symlink_to(secret)),
                            ("name", lambda at: os.link(secret, at)),
                            ("pipe", os.mkfifo)):
            at = self.rebuilt / "zone" / place
            trap(at)
            done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--user", USER, status=2)
            self.assertIn(f"zone/{place}", done.stderr)
            self.assertEqual(secret.stat().st_uid, 0)
            at.unlink()
        foreign = self.rebuilt / "zone" / "foreign"
        foreign.touch()
        os.chown(foreign, 12345, 12345)
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--user", USER, status=2)
        self.assertIn("another user's", done.stderr)
        foreign.unlink()
        other = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        (other / "file").touch()
        done = run(TIDEMARK, "serve", other, *FREE_PORTS, "--user", USER, status=2)
        self.assertIn("not made by tidemark rebuild", done.stderr)
        self.assertEqual((other / "file").stat().st_uid, 0)
        closed = WORK / "closed"
        closed.mkdir(mode=0o700)
        moved = closed / "rebuilt"
        shutil.move(self.rebuilt, moved)
        done = run(TIDEMARK, "serve", moved, *FREE_PORTS, "--user", USER, status=2)
        self.assertIn("cannot get there", done.stderr)

    def test_root_answers_strangers_only_when_somebody_says_so(self):
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--address", "0.0.0.0", status=2)
        self.assertIn("--user NAME", done.stderr)
        self.assertFalse((self.rebuilt / "dns").exists())
        for line in ((), ("--address", "0.0.0.0", "--user", "root")):
            with Serving(self.rebuilt, *line) as serving:
                self.assertIn("runs as root", serving.log.read_text())
                for pid in serving.pids():
                    self.assertEqual(status_of(pid)["NoNewPrivs"], "1")
                self.assertEqual(serving.stop(), 0)

    def test_a_user_that_cannot_be_is_named(self):
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--user", "no-such-user-here",
                   status=2)
        self.assertIn("no-such-user-here", done.stderr)
        done = subprocess.run([TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--ready-file",
                               WORK / "ready", "--user", USER], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, "its directory: .*ermission denied")

    def test_who_is_not_root_becomes_nobody_else(self):
        self.give(self.rebuilt.parent)
        for path in (self.rebuilt, *self.rebuilt.rglob("*")):
            self.give(path)
        program = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        program.chmod(0o711)
        for name in ("tidemark", "tidemark-verbs"):
            shutil.copy(pathlib.Path(TIDEMARK).with_name(name), program / name)
        done = subprocess.run([program / "tidemark", "serve", self.rebuilt, *FREE_PORTS, "--user",
                               "daemon"], capture_output=True, text=True, user=USER,
                              group=self.entry.pw_gid, extra_groups=[])
        self.assertEqual(done.returncode, 2)
        self.assertIn("only root can become daemon", done.stderr)
        for option in ("--port", "--rdap-port", "--whois-port"):
            ports = dict(zip(FREE_PORTS[::2], FREE_PORTS[1::2])) | {option: str(low_port("127.0.0.1"))}
            done = subprocess.run([program / "tidemark", "serve", self.rebuilt,
                                   *[part for pair in ports.items() for part in pair]],
                                  capture_output=True, text=True, user=USER,
                                  group=self.entry.pw_gid, extra_groups=[])
            self.assertEqual(done.returncode, 2, option)
            self.assertIn("needs CAP_NET_BIND_SERVICE", done.stderr)
            self.assertIn("net.ipv4.ip_unprivileged_port_start", done.stderr)


if __name__ == "__main__":
    fixture.main()
