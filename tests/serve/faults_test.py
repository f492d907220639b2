#!/usr/bin/env python3
"""What breaks beneath tidemark rebuild and tidemark serve: both killed, a full disk, a name server
that dies or hangs. What is told, the exit status, and that nothing stays half-served."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import serving as fixture
from serving import (FREE_PORTS, Serving, TIDEMARK, WORK, family_of, is_listening, is_running,
                     make_deposit, run, wait_until)

DISK_FULL = "(?i)no space|disk is full|not enough space|MDB_MAP_FULL|failed to write"


def ports_of(serving):
    return [serving.ready["port"], serving.rdap_port(), serving.ready["whois_port"]]


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.deposit = make_deposit(WORK / "deposit", 300)
        cls.large = make_deposit(WORK / "large", 30000)

    def rebuild(self, at=None):
        at = at or pathlib.Path(tempfile.mkdtemp(dir=WORK)) / "rebuilt"
        run(TIDEMARK, "rebuild", self.deposit, "--out", at)
        return at

    def disk(self, megabytes):
        """A small one."""
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small disk")
        at = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", at)
        self.addCleanup(run, "umount", "-l", at)
        return at

    def fill(self, disk):
        """A file that takes all the room."""
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass
        return ballast

    def test_a_directory_of_two_rebuilds_is_not_served(self):
        served, other = self.rebuild(), pathlib.Path(tempfile.mkdtemp(dir=WORK)) / "other"
        run(TIDEMARK, "rebuild", self.large, "--out", other)
        shutil.rmtree(served / "registry")
        shutil.copytree(other / "registry", served / "registry")
        done = run(TIDEMARK, "serve", served, *FREE_PORTS, status=2)
        self.assertIn("another rebuild's", done.stderr)

    def kill_rebuild(self, out):
        process = subprocess.Popen([TIDEMARK, "rebuild", self.large, "--out", out],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: any((out / ".partial").rglob("*.sst")) or process.poll() is not None,
                   "a part of a rebuild")
        self.assertIsNone(process.poll(), "it was done before it could be killed")
        process.kill()
        process.wait()

    def test_a_rebuild_that_is_killed_is_not_served_and_is_begun_anew(self):
        out = pathlib.Path(tempfile.mkdtemp(dir=WORK)) / "rebuilt"
        self.kill_rebuild(out)
        done = run(TIDEMARK, "serve", out, *FREE_PORTS, status=2)
        self.assertIn("never finished", done.stderr)
        self.assertFalse((out / "dns").exists())
        self.rebuild(out)
        self.assertFalse((out / ".partial").exists())
        with Serving(out) as serving:
            self.assertTrue(serving.answers())

    def test_a_rebuild_that_is_killed_leaves_the_former_one_to_be_served(self):
        out = self.rebuild()
        before = (out / "report.json").read_bytes()
        self.kill_rebuild(out)
        self.assertEqual((out / "report.json").read_bytes(), before)
        with Serving(out) as serving:
            self.assertTrue(serving.answers())

    def test_killed_nothing_of_it_runs_on_and_it_starts_again(self):
        out = self.rebuild()
        with Serving(out, "--secondary-port", "0") as serving:
            ds = (out / "dns" / "ds.txt").read_text()
            family = family_of(serving.pids())
            serving.process.kill()
            serving.wait()
            for pid in family:
                wait_until(lambda pid=pid: not is_running(pid), f"the end of {pid}")
            for port in (*ports_of(serving), serving.ready["secondary_port"]):
                wait_until(lambda port=port: not is_listening(port), f"silence on {port}")
        with Serving(out, "--secondary-port", "0") as serving:
            self.assertTrue(serving.answers())
            self.assertEqual((out / "dns" / "ds.txt").read_text(), ds)

    def test_killed_while_it_starts_it_starts_again(self):
        out = self.rebuild()
        process = subprocess.Popen([TIDEMARK, "serve", out, *FREE_PORTS],
                                   stderr=subprocess.DEVNULL)
        log = out / "dns" / "knotd.log"
        wait_until(lambda: log.exists() and log.stat().st_size > 0, "knotd")
        process.kill()
        process.wait()
        with Serving(out) as serving:
            self.assertTrue(serving.answers())
            self.assertEqual(serving.stop(), 0)

    def test_a_secondary_that_hangs_is_dead(self):
        with Serving(self.rebuild(), "--secondary-port", "0") as serving:
            for pid in family_of([serving.ready["secondary_pid"]]):
                os.kill(pid, signal.SIGSTOP)
            self.assertEqual(serving.wait(), 2)
            self.assertIn("does not answer any more", serving.log.read_text())
            for port in ports_of(serving):
                self.assertFalse(is_listening(port))

    def test_a_rebuild_without_room_says_so_and_leaves_nothing(self):
        disk = self.disk(2)
        out = disk / "rebuilt"
        done = run(TIDEMARK, "rebuild", self.large, "--out", out, status=2)
        self.assertRegex(done.stderr, DISK_FULL)
        self.assertFalse(out.exists())
        run("mount", "-o", "remount,size=400m", disk)
        run(TIDEMARK, "rebuild", self.large, "--out", out)

    def test_a_rebuild_without_room_leaves_the_former_one_to_be_served(self):
        disk = self.disk(400)
        out = self.rebuild(disk / "rebuilt")
        ballast = self.fill(disk)
        done = run(TIDEMARK, "rebuild", self.large, "--out", out, status=2)
        self.assertRegex(done.stderr, DISK_FULL)
        ballast.unlink()
        with Serving(out) as serving:
            self.assertTrue(serving.answers())

    def test_without_room_it_does_not_start_and_with_room_it_does(self):
        disk = self.disk(400)
        out = self.rebuild(disk / "rebuilt")
        ballast = self.fill(disk)
        done = run(TIDEMARK, "serve", out, *FREE_PORTS, status=2)
        self.assertRegex(done.stderr, DISK_FULL)
        ballast.unlink()
        with Serving(out) as serving:
            self.assertTrue(serving.answers())

    def test_a_disk_that_fills_up_silences_nothing(self):
        disk = self.disk(400)
        out = self.rebuild(disk / "rebuilt")
        with Serving(out, "--secondary-port", "0") as serving:
            ds = (out / "dns" / "ds.txt").read_text()
            ballast = self.fill(disk)
            # What is read again, and what would be written.
            for request in (signal.SIGHUP, signal.SIGUSR1):
                serving.process.send_signal(request)
            wait_until(lambda: "reloaded=" in serving.log.read_text(), "a reload")
            self.assertTrue(serving.answers())
            self.assertIn("RRSIG", serving.kdig("example", "SOA", "+dnssec",
                                                port="secondary_port"))
            self.assertEqual(serving.stop(), 0, serving.log.read_text())
        ballast.unlink()
        with Serving(out) as serving:
            self.assertTrue(serving.answers())
            self.assertEqual((out / "dns" / "ds.txt").read_text(), ds)


if __name__ == "__main__":
    fixture.main()
