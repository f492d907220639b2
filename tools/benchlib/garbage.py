"""Retention of 300 nights: plan, shredding, collection, compaction, and what it frees a second."""
import json
import shutil
import statistics
import subprocess

from benchlib.measure import CannotMeasure, run

NIGHTS = 300
# A registry of 100 MB whose nights change by 1 %; pieces are limited to a sealed part's size.
FRAMES, CHANGES, FRAME_BYTES = 400, 4, 256 * 1024


def garbage(bench):
    """A line of the table: ours against rewriting the whole directory once."""
    program = bench.here / "bazel-bin/tests/bench/retention_speed"
    built = bench.fresh("garbage-built")
    run([program, "build", built, NIGHTS, FRAMES, CHANGES, FRAME_BYTES])
    figures, copies = [], []
    for _ in range(bench.runs):
        work = bench.fresh("garbage-run")
        shutil.rmtree(work, ignore_errors=True)
        copies.append(run(["sh", "-c", f"cp -r '{built}' '{work}' && sync -f '{work}'"]))
        done = subprocess.run([program, "run", work], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotMeasure(f"retention_speed: {done.stderr.strip()[-300:]}")
        figures.append(json.loads(done.stdout))
        shutil.rmtree(work, ignore_errors=True)
    ours = {key: statistics.median(each[key] for each in figures) for key in figures[0]}
    theirs = statistics.median(each.seconds for each in copies)
    freed = (ours["before_bytes"] - ours["after_bytes"]) / 1e6
    return {"seconds": ours["run_s"], "mb_per_s": freed / ours["run_s"], "rss_mb": ours["rss_mb"],
            "against": "cp -r of the vault, synced", "against_seconds": theirs,
            "against_rss_mb": max(each.rss_mb for each in copies),
            "ratio": theirs / ours["run_s"],
            "note": f"{NIGHTS} nights, {ours['before_bytes'] / 1e6:.0f} MB before, {freed:.0f} MB "
                    f"freed (MB/s is of these); plan {ours['plan_s'] * 1000:.0f} ms, shredding "
                    f"{ours['shred_s']:.2f} s, collecting {ours['collect_s']:.2f} s, compaction "
                    f"{ours['compaction_s']:.2f} s, confirming {ours['confirm_s']:.2f} s; "
                    f"processor {ours['processor_s']:.2f} s; {ours['frames']:.0f} frames"}
