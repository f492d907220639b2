"""Nights of one registry into one agent: what a second night costs, and a thirtieth.

The same nights go into restic and borg repositories on the same disk, files warm, in the same run, and
the first one through the bare pipeline (tests/bench/bare_pipeline.cc).
"""
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import time

from benchlib.agent import Agent
from benchlib.measure import CannotMeasure, run

TLD = "bench"
FIRST = datetime.date(2026, 11, 22)
CHANGED = "0.005"
LEVEL = "3"


class Nights:
    """Makes nights, and deposits and restores them with ours and with theirs."""

    def __init__(self, here, work, domains):
        self.here, self.work, self.domains = here, work, domains
        self.cli = here / "bazel-bin/cli"
        self.agent = Agent(self.cli, work, TLD)
        self.agent.enroll_operator(TLD)
        self.restic = {"RESTIC_PASSWORD": "bench", "RESTIC_REPOSITORY": str(work / "restic"),
                       "RESTIC_CACHE_DIR": str(work / "restic-cache")}
        self.borg = {"BORG_PASSPHRASE": "bench", "BORG_REPO": str(work / "borg"),
                     "BORG_BASE_DIR": str(work / "borg-base"),
                     "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}

    def make(self, night, shuffled=False):
        self.forget()
        folder = self.work / "night"
        argv = [self.here / "bazel-bin/tools/generator/gen_deposit", "--tld", TLD, "--domains",
                self.domains, "--date", FIRST, "--night", night, "--changed", CHANGED, "--out",
                folder, "--quiet"]
        subprocess.run([str(a) for a in argv + (["--shuffled"] if shuffled else [])], check=True)
        file = next(folder.glob("*.xml"))
        self.sha256 = sha256_of(file)  # reads it: it is warm
        return file

    def identity(self, night):
        return f"{TLD}/{(FIRST + datetime.timedelta(night)):%Y%m%d}001/0"

    def forget(self):
        """Removes the input that was made last: a large registry's nights are larger than a disk."""
        shutil.rmtree(self.work / "night", ignore_errors=True)

    def deposit(self, file):
        """Ours: the run, and what --stats says."""
        stats = self.work / "stats.json"
        with stats.open("w") as out:
            measured = run([self.cli / "tidemark", "deposit", file, "--config",
                            self.agent.depositor, "--stats", "json", "--quiet"], out=out)
        return measured, json.loads(stats.read_text())

    def stored(self):
        answer = subprocess.run([self.cli / "tidemark", "status", "--config",
                                 self.agent.operator, "--format", "json"],
                                check=True, capture_output=True, text=True).stdout
        status = json.loads(answer)
        self.disk_mb = status["disk_bytes"] / 1e6
        return status["stored_bytes"]

    def restore(self, night, sha256):
        """Ours, to a pipe, which is digested beside it."""
        return piped([self.cli / "tidemark", "restore", self.identity(night), "--out", "-",
                      "--config", self.agent.verifier, "--quiet"], None, sha256)

    def restic_backup(self, file):
        return run(["restic", "backup", "--quiet", file], env=self.restic)

    def borg_create(self, file, night):
        return run(["borg", "create", f"::{night}", file], env=self.borg)


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def piped(argv, env, sha256):
    """Seconds until the last byte of its output was read, which has to be the file's."""
    started = time.monotonic()
    with subprocess.Popen([str(a) for a in argv], stdout=subprocess.PIPE,
                          env={**os.environ, **(env or {})}) as process:
        digest = subprocess.run(["sha256sum"], stdin=process.stdout, capture_output=True, text=True,
                                check=True).stdout.split()[0]
    seconds = time.monotonic() - started
    if process.returncode != 0 or digest != sha256:
        raise CannotMeasure(f"{argv[0]} did not give the file back")
    return seconds


def size_of(folder):
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def bare_pipeline(nights, file):
    work = nights.work / "bare"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    work / "key.pem", "-out", work / "cert.pem"], check=True, capture_output=True)
    return run([nights.here / "bazel-bin/tests/bench/bare_pipeline", file, LEVEL, work])


def two_nights(nights):
    """The first night, the second, and the second in another order, each against the others."""
    run(["restic", "init", "--quiet"], env=nights.restic)
    run(["borg", "init", "--encryption=repokey-blake2"], env=nights.borg)
    first = nights.make(0)
    file_bytes = first.stat().st_size
    zstd = int(subprocess.run(f"zstd -{LEVEL} -c {first} | wc -c", shell=True, check=True,
                              capture_output=True, text=True).stdout)
    run(["cat", first])
    bare = bare_pipeline(nights, first)
    ours, stats = nights.deposit(first)
    stored = [nights.stored()]
    restic = nights.restic_backup(first)
    restic_bytes = size_of(nights.work / "restic")
    borg = nights.borg_create(first, 0)
    borg_bytes = size_of(nights.work / "borg")
    print(f"night 1, {file_bytes / 1e6:.0f} MB: ours {ours.seconds:.2f} s, restic "
          f"{restic.seconds:.2f} s (ours/restic {ours.seconds / restic.seconds:.2f}), borg "
          f"{borg.seconds:.2f} s, bare pipeline {bare.seconds:.2f} s (bare/ours "
          f"{bare.seconds / ours.seconds:.2f})")
    print(f"  sent {stats['bytes_sent'] / 1e6:.2f} MB, zstd -{LEVEL} {zstd / 1e6:.2f} MB (ours/zstd "
          f"{stats['bytes_sent'] / zstd:.3f}); client RSS {ours.rss_mb:.0f} MB")
    restored = nights.restore(0, nights.sha256)
    dumped = piped(["restic", "dump", "latest", first], nights.restic, nights.sha256)
    print(f"  restored to a pipe in {restored:.2f} s, restic dump {dumped:.2f} s (restic/ours "
          f"{dumped / restored:.2f})")
    sent = stats["bytes_sent"]
    for name, night, shuffled in (("night 2", 1, False), ("night 3, in another order", 2, True)):
        file = nights.make(night, shuffled)
        ours, stats = nights.deposit(file)
        stored.append(nights.stored())
        restic = nights.restic_backup(file)
        restic_grown = size_of(nights.work / "restic") - restic_bytes
        borg = nights.borg_create(file, night)
        borg_grown = size_of(nights.work / "borg") - borg_bytes
        restic_bytes += restic_grown
        borg_bytes += borg_grown
        print(f"{name}: ours {ours.seconds:.2f} s, restic {restic.seconds:.2f} s (ours/restic "
              f"{ours.seconds / restic.seconds:.2f}), borg {borg.seconds:.2f} s")
        print(f"  {stats['new_objects']} of {stats['objects']} objects new; sent "
              f"{stats['bytes_sent'] / 1e6:.3f} MB, {stats['bytes_sent'] / sent:.2%} of night 1; "
              f"stored {(stored[-1] - stored[-2]) / 1e6:.3f} MB, "
              f"{(stored[-1] - stored[-2]) / stored[0]:.2%}; restic grew "
              f"{restic_grown / 1e6:.1f} MB, borg {borg_grown / 1e6:.1f} MB; client RSS "
              f"{ours.rss_mb:.0f} MB")
        print(f"  restored in {nights.restore(night, nights.sha256):.2f} s")


def many_nights(nights, count):
    """Each night changes a little; every one of them has to come back."""
    digests = []
    stored = []
    for night in range(count):
        file = nights.make(night)
        digests.append(nights.sha256)
        nights.deposit(file)
        nights.forget()
        stored.append(nights.stored())
    print(f"{count} nights: stored {stored[-1] / 1e6:.1f} MB, {stored[-1] / stored[0]:.2f} of the "
          f"first ({stored[0] / 1e6:.1f} MB); {nights.disk_mb:.1f} MB on the disk")
    seconds = [nights.restore(night, digest) for night, digest in enumerate(digests)]
    print(f"  every one came back; the first in {seconds[0]:.2f} s, the last in {seconds[-1]:.2f} s "
          f"(first/last {seconds[0] / seconds[-1]:.2f})")


def run_nights(here, work, domains, count):
    nights = Nights(here, work, domains)
    nights.agent.start()
    try:
        two_nights(nights)
        nights.forget()
        for name in ("restic", "restic-cache", "borg", "borg-base", "bare"):
            shutil.rmtree(work / name, ignore_errors=True)
        if count > 0:
            # A vault of its own, so that what is stored is that of these nights.
            nights.agent.stop()
            nights.agent.start()
            many_nights(nights, count)
    finally:
        nights.agent.stop()
    print(f"server RSS at most {nights.agent.peak_rss_mb:.0f} MB")
