#!/usr/bin/env python3
"""Faults into a working vault, and afterwards every promise that it had made is checked.

  tools/campaign_crash --points 1000              all kinds, each with its share
  tools/campaign_crash --kinds kill-sync,power --points 50 --seed 7
  tools/campaign_crash --point kill-sync/7/fsync,fdatasync,sync_file_range:log:5
                                                  one point again, as a breach names it

Exit status: 0 every promise was kept, 1 one was not, 2 it could not be tried.
"""
import argparse
import concurrent.futures
import json
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import faults  # noqa: E402  (the path above comes first)
import ground  # noqa: E402
import table  # noqa: E402


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="tools/campaign_crash", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=100, help="about how many, of all kinds")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another campaign")
    parser.add_argument("--kinds", help="only these: " + ", ".join(faults.KINDS))
    parser.add_argument("--point", action="append", help="play this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, help="points played at once")
    parser.add_argument("--minutes", type=float,
                        help="begin no point later than that; which are left out is drawn")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures here, too")
    parser.add_argument("--doc", type=pathlib.Path, help="put the table into this page")
    parser.add_argument("--driver", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    options.kinds = options.kinds.split(",") if options.kinds else list(faults.KINDS)
    for kind in options.kinds:
        if kind not in faults.KINDS:
            parser.error(f"there is no kind {kind}; there are {', '.join(faults.KINDS)}")
    return options


def choose(bench, kind, wanted, seed):
    """`wanted` points of one kind: script after script, of each at most 40 in a drawn order."""
    chosen, script = [], seed
    while len(chosen) < wanted:
        places = faults.KINDS[kind][1].points(bench, script)
        random.Random(f"{seed}/{kind}/{script}").shuffle(places)
        chosen += [f"{kind}/{script}/{where}" for where in places[:min(40, wanted - len(chosen))]]
        script += 1
    return chosen


def play(bench, point):
    kind, seed, where = point.split("/", 2)
    outcome = faults.Outcome(point)
    faults.KINDS[kind][1].play(bench, int(seed), where, outcome)
    return outcome


class Campaign:
    """Collects outcomes from several threads."""

    def __init__(self, bench, total, minutes):
        self.bench, self.total = bench, total
        self.rows = {}
        self.skipped = {}
        self.breaches = []
        self.not_begun = 0
        self._end = time.monotonic() + 60 * minutes if minutes else None
        self._done = 0
        self._lock = threading.Lock()

    def play(self, point):
        kind = point.split("/")[0]
        if kind in self.skipped:
            return
        if self._end is not None and time.monotonic() > self._end:
            with self._lock:
                self.not_begun += 1
            return
        try:
            outcome = play(self.bench, point)
        except ground.CannotPlay as why:
            with self._lock:
                self.skipped[kind] = str(why)
            return
        with self._lock:
            self._done += 1
            self.rows.setdefault(kind, table.Row(kind, faults.KINDS[kind][0])).add(outcome)
            if outcome.breach:
                self.breaches.append(outcome)
                print(f"BREACH at {point}\n{outcome.breach}", flush=True)
            if self._done % 50 == 0:
                print(f"{self._done} of {self.total} points", file=sys.stderr, flush=True)


def main(argv):
    options = arguments(argv)
    try:
        ground.check_strace()
    except RuntimeError as error:
        print(f"campaign_crash: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="crash-keys.") as keys:
        bench = faults.Bench(options.driver.resolve(), keys)
        made = ground.Place(keys, bench.driver, keys).run([str(bench.driver), "keys",
                                                           "--keys", keys])
        if made.returncode != 0:
            print(f"campaign_crash: no keys: {made.stderr}", file=sys.stderr)
            return 2
        if options.point:
            points = options.point
        else:
            shares = sum(faults.KINDS[kind][2] for kind in options.kinds)
            try:
                points = [point for kind in options.kinds for point in choose(
                    bench, kind, max(1, options.points * faults.KINDS[kind][2] // shares),
                    options.seed)]
            except faults.BrokenScript as why:
                print(f"BREACH without any fault: {why}")
                return 1
        if options.minutes:
            random.Random(options.seed).shuffle(points)
        campaign = Campaign(bench, len(points), options.minutes)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done in [pool.submit(campaign.play, point) for point in points]:
                done.result()
    rows = [campaign.rows[kind] for kind in faults.KINDS if kind in campaign.rows]
    text = table.render(rows)
    print(text)
    if campaign.not_begun:
        print(f"{campaign.not_begun} points were not begun in time")
    for kind, why in campaign.skipped.items():
        print(f"SKIPPED {kind}: {why}")
    for outcome in campaign.breaches:
        print(f"play it again: tools/campaign_crash --point {outcome.point}")
    if options.json:
        options.json.write_text(json.dumps(
            {"rows": [row.figures() for row in rows], "skipped": campaign.skipped,
             "breaches": [outcome.point for outcome in campaign.breaches]}), encoding="utf-8")
    if options.doc:
        table.put_into(options.doc, text)
    return 1 if campaign.breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
