"""A deposit that memory does not hold, made and judged in one pipe under a memory limit."""
import json
import os
import pathlib
import subprocess
import threading
import time

from benchlib.measure import CannotMeasure
from benchlib.memory_limit import memory_limit

LIMIT_BYTES = 1 << 30
DOMAINS = 10_000_000
NOW = "2026-11-22T06:00:00Z"
PLANTED = {"RDE_DOMAIN_HAS_NON_UNIQUE_NAME": 1, "RDE_DOMAIN_HAS_MISSING_NAMESERVER": 1}


class ScratchWatch(threading.Thread):
    """The most that a process's unnamed files ever held together."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak_bytes, self.done = pid, 0, threading.Event()

    def run(self):
        while not self.done.wait(0.2):
            held = 0
            try:
                for fd in pathlib.Path(f"/proc/{self.pid}/fd").iterdir():
                    if "(deleted)" in os.readlink(fd):
                        held += os.stat(fd).st_size
            except OSError:
                continue
            self.peak_bytes = max(self.peak_bytes, held)


class Piped:
    """What one run of the pipe took and said."""

    def __init__(self, here, domains, *, limit=None, planted=True, arguments=()):
        tidemark = here / "bazel-bin/cli/tidemark"
        generator = here / "bazel-bin/tools/generator/gen_deposit"
        flaws = ["--plant", "duplicate-domain,dangling-host"] if planted else []
        started = time.monotonic()
        make = subprocess.Popen([generator, "--domains", str(domains), "--shuffled", *flaws,
                                 "--out", "-", "--quiet"], stdout=subprocess.PIPE)
        check = [str(tidemark), "check", "-", "--format", "json", "--now", NOW, "--quiet",
                 *arguments]
        judge = subprocess.Popen(limit.wrap(check) if limit else check, stdin=make.stdout,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 preexec_fn=limit.enter if limit else None)
        make.stdout.close()
        watch = ScratchWatch(judge.pid)
        watch.start()
        text = judge.stdout.read()
        errors = judge.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(judge.pid, 0)
        watch.done.set()
        judge.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - started
        # A process that has ended and was not waited for still says what it wrote.
        os.waitid(os.P_PID, make.pid, os.WEXITED | os.WNOWAIT)
        io = pathlib.Path(f"/proc/{make.pid}/io").read_text().split()
        self.deposit_bytes = int(io[io.index("wchar:") + 1])
        if make.wait() != 0 or judge.returncode not in (0, 1):
            raise CannotMeasure(f"gen_deposit: {make.returncode}, check: {judge.returncode}: "
                                f"{errors.strip()[-300:]}")
        self.judge_cpu_seconds = usage.ru_utime + usage.ru_stime
        self.rss_mb = usage.ru_maxrss / 1024
        self.spill_bytes = watch.peak_bytes
        self.report = json.loads(text)

    def findings(self):
        return {finding["code"]: finding["count"] for finding in self.report["findings"]}

    def errors(self):
        return {finding["code"]: finding["count"] for finding in self.report["findings"]
                if finding["severity"] in ("ERROR", "CRITICAL")}


def ten_million(here, domains):
    """Prints the figures; True if the planted flaws, and no other errors, were found."""
    limit, kind = memory_limit(LIMIT_BYTES)
    try:
        run = Piped(here, domains, limit=limit)
        peak = limit.peak_bytes()
    finally:
        limit.close()
    print(f"{os.cpu_count()} cores; gen_deposit --domains {domains} --shuffled | tidemark check -\n"
          f"  limit      {LIMIT_BYTES >> 20} MiB ({kind})\n"
          f"  deposit    {run.deposit_bytes / 1e6:.0f} MB\n"
          f"  time       {run.seconds:.0f} s, of which check {run.judge_cpu_seconds:.0f} s of CPU\n"
          f"  scratch    {run.spill_bytes / 1e6:.0f} MB\n"
          f"  check RSS  {run.rss_mb:.0f} MB" +
          (f"; with its page cache {peak / 1e6:.0f} MB" if peak else ""))
    for uri, count in sorted(run.report["counts"].items()):
        print(f"  {count:>10} {uri}")
    print(f"  verdict {run.report['verdict']}: {run.findings()}")
    small = Piped(here, domains // 100, planted=False)
    large = Piped(here, domains // 10, planted=False)
    for name, piped in (("1/100", small), ("1/10", large)):
        print(f"  {name} of the domains, default memory: RSS {piped.rss_mb:.0f} MB, scratch "
              f"{piped.spill_bytes / 1e6:.0f} MB, {piped.seconds:.1f} s, "
              f"verdict {piped.report['verdict']}: {piped.findings()}")
    print(f"  RSS ratio {large.rss_mb / small.rss_mb:.2f}")
    return run.errors() == PLANTED and run.report["verdict"] == "fail"
