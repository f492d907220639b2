"""A first deposit copied to an empty second copy, against depositing it in the same run."""
import pathlib
import shutil
import subprocess

from benchlib.agent import Agent, free_port, wait_for
from benchlib.measure import in_turn, row, run


class SecondCopy:
    """`tidemark replica init` and `enroll` once; start() gives a fresh, empty second copy."""

    def __init__(self, bench, agent):
        self.cli = bench.cli
        self.dir = bench.fresh("copy")
        self.replicator = bench.fresh("replicator")
        self.port = free_port()
        self.process = None
        self.peak_rss_mb = 0
        for argv in (["replica", "init", "--agent", agent.dir, "--listen",
                      f"127.0.0.1:{self.port}", "--out", self.dir],
                     ["enroll", "--agent", agent.dir, "--role", "replicator", "--tld", "*",
                      "--out", self.replicator]):
            subprocess.run([self.cli / "tidemark", *map(str, argv)], check=True,
                           stdout=subprocess.DEVNULL)

    def start(self):
        shutil.rmtree(self.dir / "data", ignore_errors=True)
        ready = self.dir / "ready"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [self.cli / "tidemarkd", "--config", self.dir / "tidemarkd.toml", "--ready-file",
             ready], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(ready, self.process)

    def stop(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_rss_mb = max(self.peak_rss_mb, int(line.split()[1]) / 1024)
        self.process.terminate()
        self.process.wait()

    def replicate(self):
        return run([self.cli / "tidemark", "replicate", "--from",
                    self.replicator / "replicator.toml", "--to", f"127.0.0.1:{self.port}",
                    "--quiet"])


def replicate(bench):
    """Three processes and two TLS connections on one machine, against the deposit's two and one.

    MB/s are of the deposit's file, as in the line `deposit`; sealed it is about a tenth of that.
    """
    agent = Agent(bench.cli, bench.work, "bench")
    copy = SecondCopy(bench, agent)
    sealed = []

    def deposited():
        agent.start()
        return run([bench.cli / "tidemark", "deposit", bench.file, "--config", agent.depositor,
                    "--receipt", bench.work / "receipt", "--quiet"])

    def theirs():
        try:
            return deposited()
        finally:
            agent.stop()

    def ours():
        try:
            deposited()
            copy.start()
            try:
                return copy.replicate()
            finally:
                copy.stop()
                data = copy.dir / "data"
                sealed.append(sum(f.stat().st_size for f in data.iterdir() if f.is_file()))
        finally:
            agent.stop()

    result = row(bench, *in_turn(ours, theirs, bench.runs), "the deposit itself")
    result["note"] = (f"second copy RSS {copy.peak_rss_mb:.0f} MB; its directory has "
                      f"{max(sealed) / 1e6:.0f} MB")
    return result
