#!/usr/bin/env python3
"""As whom tidemark serve runs when root starts it. Real users of this machine: nobody."""
import fcntl
import os
import pathlib
import pty
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import termios
import unittest

import serving as fixture
from serving import (FREE_PORTS, Serving, TIDEMARK, WORK, family_of, is_running, make_deposit, run,
                     wait_until)

USER = "nobody"
NET_BIND_SERVICE = 1 << 10
# Only root may write in the directories above a rebuild that is handed over: not below /tmp.
STATE = "/run"


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
        folder = tempfile.TemporaryDirectory(dir=STATE, prefix="tidemark-serve-test-")
        self.addCleanup(folder.cleanup)
        self.rebuilt = pathlib.Path(folder.name) / "rebuilt"
        self.rebuilt.parent.chmod(0o711)
        run(TIDEMARK, "rebuild", self.deposit, "--out", self.rebuilt)
        self.run_dir = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        self.give(self.run_dir)

    def give(self, path):
        os.chown(path, self.entry.pw_uid, self.entry.pw_gid)

    def serve(self, *arguments, **process):
        return Serving(self.rebuilt, "--user", USER, *arguments, ready_dir=self.run_dir, **process)

    def refused(self, rebuilt, words):
        """As root, to be handed over."""
        done = run(TIDEMARK, "serve", rebuilt, *FREE_PORTS, "--user", USER, status=2)
        self.assertIn(words, done.stderr)

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

    def test_root_does_not_work_in_a_directory_of_another_users(self):
        with self.serve() as serving:
            self.assertEqual(serving.stop(), 0)
        secret = self.rebuilt.parent / "secret"
        secret.write_text("root's")
        (self.rebuilt / "cutover.json").symlink_to(secret)
        for line in (("serve", self.rebuilt, *FREE_PORTS),
                     ("serve", self.rebuilt, *FREE_PORTS, "--user", "root"),
                     ("cutover", self.rebuilt, "--no-old-ds"),
                     ("export", self.rebuilt, "--to-postgres", "postgresql://127.0.0.1:1/none"),
                     ("rebuild", self.deposit, "--out", self.rebuilt)):
            done = run(TIDEMARK, *line, status=2)
            self.assertIn(f"is {USER}'s: run as {USER} (runuser -u {USER}", done.stderr, line)
        self.assertEqual(secret.read_text(), "root's")
        empty = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        self.give(empty)
        done = run(TIDEMARK, "rebuild", self.deposit, "--out", empty, status=2)
        self.assertIn(f"is {USER}'s", done.stderr)
        self.assertEqual(list(empty.iterdir()), [])

    def test_what_others_can_replace_is_not_given_away(self):
        def check_kept():
            self.assertEqual({path.lstat().st_uid for path in (self.rebuilt,
                                                               *self.rebuilt.rglob("*"))}, {0})

        above = self.rebuilt.parent
        link = above / "link"
        link.symlink_to("rebuilt")
        for way in (link, f"{link}/"):
            self.refused(way, "/link is a link, or no directory")
            check_kept()
        self.refused(above / "link/../link", "cannot get there")
        check_kept()
        link.unlink()
        theirs = above / "theirs"
        theirs.mkdir()
        self.give(theirs)
        (theirs / "restored").symlink_to(self.rebuilt)
        self.refused(theirs / "restored", "/theirs is not root's alone to write")
        check_kept()
        # 0775: the group is root's, and has other members; or it is what an access control list
        # lets somebody do.
        for mode in (0o777, 0o1777, 0o775):
            above.chmod(mode)
            self.refused(self.rebuilt, f"{above} is not root's alone to write")
            check_kept()
        above.chmod(0o700)
        self.refused(self.rebuilt, f"the user {USER} cannot get there")
        check_kept()
        above.chmod(0o711)
        (self.rebuilt / "zone").chmod(0o777)
        self.refused(self.rebuilt, "rebuilt/zone is not root's alone to write")
        for path in (self.rebuilt, self.rebuilt / "zone", *(self.rebuilt / "zone").iterdir()):
            self.assertEqual(path.stat().st_uid, 0, path)

    def test_of_what_is_the_users_already_nothing_of_roots_is_given(self):
        with self.serve() as serving:
            self.assertEqual(serving.stop(), 0)
        moved = self.rebuilt / "zone" / "moved"
        moved.write_text("root's")
        self.refused(self.rebuilt, "zone/moved is root's in a directory that is not")
        self.assertEqual(moved.stat().st_uid, 0)
        moved.unlink()
        # Who may write above it gains nothing.
        self.give(self.rebuilt.parent)
        with self.serve() as serving:
            self.assertTrue(serving.answers())

    def test_what_the_starter_had_reaches_nobody(self):
        secret = self.rebuilt.parent / "secret"
        secret.write_text("root's")
        secret.chmod(0o600)
        environment = os.environ | {"PGPASSWORD": "root's", "HOME": "/root", "LANG": "C"}
        with secret.open() as file, self.serve("--secondary-port", "0", env=environment,
                                               pass_fds=[file.fileno()]) as serving:
            for pid in family_of(serving.pids()):
                variables = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                names = {entry.split(b"=")[0] for entry in variables if entry}
                self.assertLessEqual(names, {b"PATH", b"TZ", b"LANG"}, pid)
                for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                    self.assertNotEqual(os.readlink(fd), str(secret), pid)

    def on_terminal(self, leads):
        """serve on a terminal of its own, the leader of its session or started by it."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)

        def take():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        # A SIGINT is for both, and ends the shell once what it waits for has ended.
        under = () if leads else ("sh", "-c", 'trap : INT; "$@"; exit $?', "sh")
        serving = self.serve("--secondary-port", "0", stdin=slave, stdout=slave, stderr=slave,
                             preexec_fn=take, under=under)
        os.close(slave)
        return master, serving

    def test_no_terminal_can_be_typed_into(self):
        for leads in (False, True):
            master, serving = self.on_terminal(leads)
            with serving:
                for pid in family_of(serving.pids()):
                    stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
                    self.assertEqual(stat.rsplit(")", 1)[1].split()[4], "0", f"{pid} has a terminal")
                    for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                        if "/pts/" not in os.readlink(fd):
                            continue
                        info = pathlib.Path(f"/proc/{pid}/fdinfo/{fd.name}").read_text()
                        flags = int(dict(line.split(":", 1) for line in info.splitlines())["flags"], 8)
                        self.assertEqual(flags & os.O_ACCMODE, os.O_WRONLY, fd)
                self.assertIn(b"serving example", os.read(master, 65536))
                if leads:
                    self.assertEqual(serving.stop(), 0)
                else:
                    os.write(master, b"\x03")
                    self.assertEqual(serving.wait(), 0)

    def test_what_is_not_the_rebuilds_is_not_given_away(self):
        secret = self.rebuilt.parent / "secret"
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
        closed = self.rebuilt.parent / "closed"
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
