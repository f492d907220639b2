#!/usr/bin/env python3
"""Counts test cases in Bazel's test.xml files and prints the closing line "N passed, N failed".

usage: count_tests.py STATUS

Files of targets that do not exist any more are left out by asking Bazel which tests there are.
Exits 0 only if nothing failed, something passed, and STATUS (of the runner) is 0.
"""
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


def main() -> int:
    status = int(sys.argv[1])
    labels = subprocess.run(
        ["bazel", "query", "--noshow_progress", "tests(//...)"],
        check=True, capture_output=True, text=True).stdout.split()
    passed = failed = skipped = 0
    broken = []
    for label in labels:
        folder = pathlib.Path("bazel-testlogs", label.lstrip("/").replace(":", "/"))
        for report in [folder / "test.xml", *folder.glob("shard_*/test.xml")]:
            if not report.exists():
                continue
            cases = list(ElementTree.parse(report).getroot().iter("testcase"))
            for case in cases:
                if case.find("failure") is not None or case.find("error") is not None:
                    failed += 1
                    broken.append(f"{label} {case.get('classname')}.{case.get('name')}")
                elif case.get("result") in ("skipped", "suppressed") or case.find("skipped") is not None:
                    skipped += 1
                else:
                    passed += 1
    for name in broken:
        print("FAILED", name)
    if status and not failed:
        failed = 1  # a target that did not get as far as a report, or tidy
    tail = f", {skipped} skipped" if skipped else ""
    print(f"{passed} passed, {failed} failed{tail}")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
