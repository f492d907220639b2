"""Kinds of faults: which points there are of each, and how one is played.

A point is named KIND/SEED/WHERE and can be played alone. To add a kind: a class with `points` and
`play`, and a row in KINDS.
"""
import collections
import dataclasses
import json
import random
import signal
import subprocess

import ground
from ground import NAMES, SYNCS, WRITES

KILLED = -signal.SIGKILL
ABORTED = -signal.SIGABRT
STEPS = 12
# Scripts with two copies are longer: what is copied or damaged was deposited before.
STEPS_OF = {"copies": 20, "scrub": 24}
# Which copy a script's faults come into; the other scripts have one only.
FAULTY = {"copies": "copy", "scrub": "primary"}
FILES = ("any", "log", "sst", "manifest", "names")
AT_POINTS = ("begin-accepted", "frame-written", "frames-synced", "manifest-written",
             "before-commit-batch", "after-commit-batch", "before-receipt", "after-receipt")

RETENTION_POINTS = ("before-shred-batch", "after-shred-batch", "before-removal-batch",
                    "after-removal-batch", "frames-deleted", "before-compaction",
                    "after-compaction", "marks-cleared", "before-confirmation",
                    "after-confirmation")

COPY_POINTS = ("replica-leaf-begun", "replica-piece-written", "replica-pieces-synced",
               "replica-before-batch", "replica-after-batch")
TIMES_MAX = 4  # that a named point is met before the fault comes


def work(place, seed, script, *more, faulty=None):
    return place.command("work", seed, "--steps", STEPS_OF.get(script, STEPS), "--script", script,
                         *more, faulty=faulty or FAULTY.get(script))


@dataclasses.dataclass
class Outcome:
    """What came of one point."""
    point: str
    reached: bool = True
    tally: dict = dataclasses.field(default_factory=dict)
    refused: list = dataclasses.field(default_factory=list)  # openings, in the vault's words
    aborted: list = dataclasses.field(default_factory=list)  # the library ended the process: why
    breach: str = ""


class BrokenScript(Exception):
    """A script that nothing was done to did not go well."""


class Bench:
    """What all points share: the driver, the keys, and how often a script makes which calls and
    meets which named points."""

    def __init__(self, driver, keys):
        self.driver, self.keys = driver, keys
        self._calls = {}
        self._met = {}

    def _watch(self, seed, script):
        if (seed, script) in self._calls:
            return
        with ground.place(self.driver, self.keys) as place:
            done = place.run(place.watch() + work(place, seed, script))
            if done.returncode != 0:
                raise BrokenScript(f"{script} script {seed} ended with {done.returncode}: "
                                   f"{done.stdout}{done.stderr}")
            self._calls[seed, script] = place.counts()
            self._met[seed, script] = {name: int(times) for name, times in
                                       (line.split() for line in done.stdout.splitlines())}

    def calls(self, seed, script, calls, files):
        """The largest n for which some thread makes an n-th call: strace counts for every thread
        and every system call apart."""
        self._watch(seed, script)
        counts = collections.Counter()
        for (thread, call, of), times in self._calls[seed, script].items():
            if call in calls.split(",") and files in ("any", of):
                counts[thread, call] += times
        return max(counts.values(), default=0)

    def named(self, seed, script, names):
        """NAME:N for the first few times that the script meets each of these points."""
        self._watch(seed, script)
        met = self._met[seed, script]
        return [f"{name}:{n}" for name in names
                for n in range(1, min(met.get(name, 0), TIMES_MAX) + 1)]


def check(place, seed, outcome, faulty=None):
    """The vault must open, and hold all that it promised."""
    done = place.run(place.command("check", seed, faulty=faulty))
    if done.returncode == 3:
        outcome.breach += f"the vault does not open: {done.stdout.strip()}\n"
    elif done.returncode != 0:
        outcome.breach += done.stderr or f"the checker ended with {done.returncode}\n"
    if done.returncode in (0, 1) and done.stdout.strip():
        outcome.tally = json.loads(done.stdout)
    outcome.refused += place.refusals()


def judge_work(done, outcome, may_be_killed, may_refuse):
    """Whether the worker ended as it may."""
    if done.returncode == ABORTED:
        outcome.aborted.append(next((line for line in done.stderr.splitlines()
                                     if "Assertion" in line or "terminate" in line), "no reason"))
    elif done.returncode == 0 or (may_be_killed and done.returncode == KILLED):
        pass
    elif not (may_refuse and done.returncode == 3):
        outcome.breach += (f"the worker ended with {done.returncode}: "
                           f"{done.stdout.strip()} {done.stderr.strip()}\n")


class Injected:
    """A fault in the n-th of some system calls, made by strace."""

    def __init__(self, calls, fault, files=FILES, script="ordinary", lasting=False):
        self.calls, self.fault, self.files, self.script = calls, fault, files, script
        self.lasting = lasting  # also in every later call
        self.kills = "KILL" in fault

    def sets(self):
        """What lasts is put into all of the calls, the rest into one of them."""
        return [self.calls] if self.lasting else self.calls.split(",")

    def points(self, bench, seed):
        return [f"{calls}:{files}:{n}" for calls in self.sets() for files in self.files
                for n in range(1, bench.calls(seed, self.script, calls, files) + 1)]

    def once(self, place, seed, calls, files, n):
        more = [] if self.kills else ["--faults", "expected"]
        when = f"{self.fault}:when={n}" + ("+" if self.lasting else "")
        return place.run(place.strace(calls, files, when) +
                         work(place, seed, self.script, *more))

    def came(self, place, done):
        return done.returncode == KILLED if self.kills else place.was_injected()

    def play(self, bench, seed, where, outcome):
        calls, files, n = where.split(":")
        with ground.place(bench.driver, bench.keys) as place:
            done = self.once(place, seed, calls, files, n)
            outcome.reached = self.came(place, done)
            judge_work(done, outcome, self.kills, not self.kills)
            check(place, seed, outcome, FAULTY.get(self.script))


class KilledTwice(Injected):
    """Killed, started again, and killed once more, mostly while it recovers."""

    def points(self, bench, seed):
        draw = random.Random(seed)
        return [f"{where}:{draw.randint(1, 25)}" for where in super().points(bench, seed)]

    def play(self, bench, seed, where, outcome):
        calls, files, first, second = where.split(":")
        with ground.place(bench.driver, bench.keys) as place:
            for n in (first, second):
                done = self.once(place, seed, calls, files, n)
                outcome.reached = outcome.reached and self.came(place, done)
                judge_work(done, outcome, True, False)
            check(place, seed, outcome)


class ThenPowerCut(Injected):
    """The worker gets an error, is started again and goes on; then the power is cut."""

    def play(self, bench, seed, where, outcome):
        calls, files, n = where.split(":")
        with ground.place_on_disk(bench.driver, bench.keys) as (place, disk):
            done = self.once(place, seed, calls, files, n)
            outcome.reached = self.came(place, done)
            disk.cut_power()
            judge_work(done, outcome, False, True)
            disk.restart()
            check(place, seed, outcome)


class AtPoint:
    """kill -9 at a named point of the code."""

    def __init__(self, names, script="ordinary"):
        self.names, self.script = names, script

    def points(self, bench, seed):
        return bench.named(seed, self.script, self.names)

    def play(self, bench, seed, where, outcome):
        point, n = where.split(":")
        with ground.place(bench.driver, bench.keys) as place:
            done = place.run(work(place, seed, self.script, "--at", point, "--count", n))
            outcome.reached = done.returncode == KILLED
            judge_work(done, outcome, True, False)
            check(place, seed, outcome, FAULTY.get(self.script))


class PowerCut:
    """The disk loses what was not synced; with `goes_on` the process outlives its disk. Of two
    copies only the `faulty` one lies on it."""

    def __init__(self, goes_on=False, names=AT_POINTS, script="ordinary", faulty=None,
                 at_syncs=True):
        self.goes_on, self.names, self.script = goes_on, names, script
        self.faulty = faulty or FAULTY.get(script)
        self.at_syncs = at_syncs and not goes_on

    def points(self, bench, seed):
        named = bench.named(seed, self.script, self.names)
        if not self.at_syncs:
            return named
        return named + [f"{call}:{n}" for call in SYNCS.split(",")
                        for n in range(1, bench.calls(seed, self.script, call, "any") + 1)]

    def play(self, bench, seed, where, outcome):
        point, n = where.split(":")
        with ground.place_on_disk(bench.driver, bench.keys) as (place, disk):
            # What was there before is not in question: the directory is on the disk.
            if point in SYNCS.split(","):
                done = place.run(place.strace(point, "any", f"signal=KILL:when={n}") +
                                 work(place, seed, self.script, faulty=self.faulty))
                disk.cut_power()
            else:
                more = ["--then", "go-on", "--faults", "expected"] if self.goes_on else []
                done = place.run(work(
                    place, seed, self.script, "--at", point, "--count", n,
                    "--cut", str(disk.mount), *more, faulty=self.faulty))
                came = done.returncode != 0 or bool(place.refusals())
                if not came:
                    disk.cut_power()
                # At the end of the script it is a power cut all the same.
                outcome.reached = came or not self.goes_on
            judge_work(done, outcome, True, self.goes_on)
            disk.restart()
            check(place, seed, outcome, self.faulty)


class Full:
    """A file system that is really full, by size; with the vault's reserve no write may fail."""

    def __init__(self, reserve_bytes):
        self.reserve_bytes = reserve_bytes

    def points(self, bench, seed):
        draw = random.Random(seed)
        return [str(draw.randrange(200, 2500) * 1024 + 2 * self.reserve_bytes) for _ in range(12)]

    def play(self, bench, seed, where, outcome):
        with ground.place_of_size(bench.driver, bench.keys, int(where)) as (place, grow):
            done = place.run(place.command("work", seed, "--steps", 3 * STEPS, "--faults",
                                           "expected", "--free-bytes-min", self.reserve_bytes))
            judge_work(done, outcome, False, True)
            text = place.journal.read_text(encoding="utf-8") if place.journal.exists() else ""
            failed = [line for line in text.splitlines() if line.startswith("error ")]
            outcome.reached = bool(failed) or done.returncode == 3
            if self.reserve_bytes:
                outcome.breach += "".join(
                    line + "\n" for line in failed if "but for its reserve" not in line)
            grow(64 << 20)
            check(place, seed, outcome)


class TwoProcesses:
    """A second process tries to open the directory while one works there and is then killed."""

    def points(self, bench, seed):
        return [str(n) for n in range(1, 13)]

    def play(self, bench, seed, where, outcome):
        with ground.place(bench.driver, bench.keys) as place:
            worker = subprocess.Popen(
                place.command("work", seed * 100 + int(where), "--steps", 1000, "--faults",
                              "expected"),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            other = place.command("open", seed, journal=place.root / "other")
            try:
                place.wait_for_work()
                for _ in range(int(where)):
                    tried = place.run(other)
                    if tried.returncode == 3:
                        outcome.refused.append(tried.stdout.strip())
                        if "another process has this directory open" not in tried.stdout:
                            outcome.breach += f"the second one is told: {tried.stdout}"
                    elif tried.returncode != 0:
                        outcome.breach += f"the second one ended with {tried.returncode}\n"
            finally:
                worker.kill()
                out, err = worker.communicate()
            outcome.reached = bool(outcome.refused)
            done = subprocess.CompletedProcess([], worker.returncode, out, err)
            judge_work(done, outcome, True, True)
            check(place, seed * 100 + int(where), outcome)


# name, what is done, how, and its share of all points
KINDS = {
    "kill-sync": ("kill -9 at the n-th sync", Injected(SYNCS, "signal=KILL"), 22),
    "kill-write": ("kill -9 at the n-th write", Injected(WRITES, "signal=KILL"), 10),
    "kill-twice": ("kill -9, and again while it recovers",
                   KilledTwice(SYNCS, "signal=KILL", files=("any",)), 9),
    "kill-large": ("kill -9 while tables are written beside a large upload",
                   Injected(SYNCS, "signal=KILL", ("sst", "manifest"), "large"), 1),
    "kill-clock": ("clock jumps by ten years and back; kill -9 at the n-th sync",
                   Injected(SYNCS, "signal=KILL", ("any",), "clock-jumps"), 6),
    "eio": ("EIO from the n-th sync", Injected("fsync,fdatasync", "error=EIO"), 12),
    "eio-for-ever": ("EIO from every sync from the n-th on",
                     Injected("fsync,fdatasync", "error=EIO", lasting=True), 6),
    "enospc": ("ENOSPC from every write from the n-th on",
               Injected(WRITES, "error=ENOSPC", lasting=True), 10),
    "names": ("EIO from the n-th rename, unlink, openat or ftruncate",
              Injected(NAMES, "error=EIO"), 8),
    "point": ("kill -9 at a named point of the write path", AtPoint(AT_POINTS), 6),
    "retain-kill": ("kill -9 at the n-th sync of a vault with retention runs",
                    Injected(SYNCS, "signal=KILL", ("any", "log", "sst", "manifest"),
                             "retention"), 9),
    "retain-point": ("kill -9 at a named point of a retention run",
                     AtPoint(RETENTION_POINTS, "retention"), 4),
    "retain-eio": ("EIO from the n-th sync of a vault with retention runs",
                   Injected("fsync,fdatasync", "error=EIO", ("any", "sst"), "retention"), 3),
    "copy-kill": ("kill -9 of a second copy at its n-th sync or write",
                  Injected(f"{SYNCS},write,pwrite64", "signal=KILL", script="copies"), 12),
    "copy-point": ("kill -9 of a second copy at a named point of its write path",
                   AtPoint(COPY_POINTS, "copies"), 4),
    "copy-eio": ("EIO from the n-th sync of a second copy",
                 Injected("fsync,fdatasync", "error=EIO", ("any", "sst"), "copies"), 5),
    "copy-enospc": ("ENOSPC from every write of a second copy from the n-th on",
                    Injected(WRITES, "error=ENOSPC", ("any", "log"), "copies", lasting=True), 4),
    "copy-power": ("the power of a second copy's disk is cut, at a sync or a named point",
                   PowerCut(names=COPY_POINTS, script="copies"), 6),
    "source-power": ("the power of the primary's disk is cut while it is copied",
                     PowerCut(names=COPY_POINTS, script="copies", faulty="primary",
                              at_syncs=False), 4),
    "scrub-kill": ("kill -9 at the n-th sync or write of a vault with damaged pieces, which is "
                   "scrubbed and mended",
                   Injected(f"{SYNCS},write,pwrite64", "signal=KILL", script="scrub"), 10),
    "scrub-eio": ("EIO from the n-th sync of such a vault",
                  Injected("fsync,fdatasync", "error=EIO", ("any", "sst"), "scrub"), 4),
    "scrub-enospc": ("ENOSPC from every write of such a vault from the n-th on",
                     Injected(WRITES, "error=ENOSPC", ("any", "log"), "scrub", lasting=True), 3),
    "scrub-power": ("the power of such a vault's disk is cut at a sync",
                    PowerCut(names=(), script="scrub"), 5),
    "power": ("the disk's power is cut, at a sync or a named point", PowerCut(), 8),
    "eio-power": ("EIO from the n-th sync, started again, power cut later",
                  ThenPowerCut("fsync,fdatasync", "error=EIO", ("any",)), 3),
    "disk-gone": ("the disk goes and the process stays", PowerCut(goes_on=True), 3),
    "full": ("a file system that is really full, no reserve", Full(0), 3),
    "full-reserve": ("the same, with the vault's reserve", Full(4 << 20), 2),
    "two": ("two processes on one directory, one is killed", TwoProcesses(), 2),
}
