"""Runs whole commands and says how long they took and how much memory they had."""
import os
import statistics
import subprocess
import time


class CannotMeasure(Exception):
    """A line of the table has no figure; the text says why."""


class Run:
    """One finished command: wall seconds and the largest resident set in MB."""

    def __init__(self, seconds, rss_mb):
        self.seconds = seconds
        self.rss_mb = rss_mb


def cores(count):
    """The first `count` cores that we may use, to pin both sides of a line to."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < count:
        raise CannotMeasure(f"{count} cores are needed, there are {len(allowed)}")
    return set(allowed[:count])


def run(argv, env=None, good=(0,), pinned=None, out=subprocess.DEVNULL):
    """Runs `argv` to its end, on the cores `pinned` if that is not None.

    CannotMeasure if its exit status is not among `good`.
    """
    argv = [str(a) for a in argv]
    started = time.monotonic()
    process = subprocess.Popen(argv, stdout=out, stderr=subprocess.PIPE,
                               env={**os.environ, **(env or {})},
                               preexec_fn=pinned and (lambda: os.sched_setaffinity(0, pinned)))
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        text = errors.decode(errors="replace").strip()[-300:]
        raise CannotMeasure(f"{' '.join(argv[:3])} exited with {process.returncode}: {text}")
    return Run(seconds, usage.ru_maxrss / 1024)


def in_turn(ours, theirs, runs):
    """A warm-up of both, then ours and theirs in turn. Returns the two medians as Runs."""
    ours()
    theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return tuple(
        Run(statistics.median(r[side].seconds for r in pairs), max(r[side].rss_mb for r in pairs))
        for side in (0, 1))


def row(bench, ours, theirs, against, note=""):
    """A line of the table."""
    return {
        "seconds": ours.seconds,
        "mb_per_s": bench.file_bytes / 1e6 / ours.seconds,
        "rss_mb": ours.rss_mb,
        "against": against,
        "against_seconds": theirs.seconds,
        "against_rss_mb": theirs.rss_mb,
        "ratio": theirs.seconds / ours.seconds,
        "note": note,
    }
