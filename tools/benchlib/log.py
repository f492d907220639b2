"""The audit log: what a leaf and a proof cost when there are ten million."""
import json
import shutil
import subprocess

from benchlib.measure import CannotMeasure

LEAVES = 10_000_000
# Leaf rows, nodes, and what compaction needs besides.
BYTES_A_LEAF = 1500


def run_log(here, work, leaves):
    """Writes a log of so many leaves through the library, and prints its figures."""
    if shutil.disk_usage(work).free < leaves * BYTES_A_LEAF:
        raise CannotMeasure(f"a log of {leaves} leaves needs {leaves * BYTES_A_LEAF / 1e9:.0f} GB free")
    directory = work / "log"
    done = subprocess.run([here / "bazel-bin/tests/bench/log_speed", directory, str(leaves)],
                          stdout=subprocess.PIPE, text=True, check=False)
    shutil.rmtree(directory, ignore_errors=True)
    if done.returncode != 0:
        raise CannotMeasure(f"log_speed ended with status {done.returncode}")
    figures = json.loads(done.stdout)
    for name, value in figures.items():
        print(f"{name:<28} {value:>14,}")
    return figures
