"""Many registries at one server, some of them bad: is each honest one served within its fair share?"""
import concurrent.futures
import shutil
import socket
import subprocess

from benchlib.agent import Agent
from benchlib.measure import CannotMeasure, Run, row, run

REGISTRIES = 20
# What they do: tests/bench/hostile_registry.cc. The thief begins for an honest one's TLD.
HOSTILE = ["loris", "endless", "tiny", "thief"]
CUTS = 10
# Connections that never finish their handshake.
SILENT = 8
# A bound that the endless stream, and one that the tiny frames reach while it is measured.
LIMITS = """
[limits]
open_bytes_per_certificate_max = 67108864
frames_per_deposit_max = 20000
"""


class Registry:
    def __init__(self, bench, agent, number):
        self.tld = f"many{number}"
        self.dir = bench.fresh(f"registry-{self.tld}")
        agent.enroll(self.tld, self.dir)
        folder = bench.fresh(f"deposit-{self.tld}")
        subprocess.run(
            [bench.here / "bazel-bin/tools/generator/gen_deposit", "--tld", self.tld, "--domains",
             str(max(bench.domains // REGISTRIES, 1000)), "--date", "2026-11-22", "--out", folder,
             "--quiet"], check=True)
        self.file = next(folder.glob("*.xml"))

    @property
    def config(self):
        return self.dir / "depositor.toml"

    def deposit(self, bench, config=None):
        shutil.rmtree(self.dir / "state", ignore_errors=True)
        return run([bench.cli / "tidemark", "deposit", self.file, "--config",
                    config or self.config, "--receipt", self.dir / "receipt", "--quiet"])


class Neighbour:
    """A bad one, at work until stop(), which says how often it was refused, or cut others off."""

    def __init__(self, bench, *argv):
        self.process = subprocess.Popen(
            [str(a) for a in (bench.here / "bazel-bin/tests/bench/hostile_registry", *argv)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self):
        self.process.stdin.close()
        count = self.process.stdout.read()
        if self.process.wait() != 0:
            raise CannotMeasure(f"{self.process.args[1]} ended with {self.process.returncode}")
        return int(count)


class Neighbourhood:
    """All the bad ones at once, and a proxy that cuts what goes through it."""

    def __init__(self, bench, agent, registries, cut):
        self.silent = [socket.create_connection(("127.0.0.1", agent.port)) for _ in range(SILENT)]
        self.bad = {kind: Neighbour(bench, kind, registry.config,
                                    registries[0].tld if kind == "thief" else registry.tld)
                    for kind, registry in zip(HOSTILE, registries[-len(HOSTILE):])}
        # A first night is sealed to about a twelfth of the file.
        every = cut.file.stat().st_size // 12 // (CUTS + 2)
        self.bad["cut"] = Neighbour(bench, "cut", f"127.0.0.1:{agent.port}", max(every, 16384))
        address = self.bad["cut"].process.stdout.readline().strip()
        self.cut_config = cut.dir / "cut.toml"
        self.cut_config.write_text(
            cut.config.read_text().replace(f"127.0.0.1:{agent.port}", address))

    def stop(self):
        for connection in self.silent:
            connection.close()
        return {kind: neighbour.stop() for kind, neighbour in self.bad.items()}


def many(bench):
    """The slowest honest one of twenty at once, against twenty times the time of one alone.

    Fifteen are honest, one is honest behind a line that is cut ten times (it has to get its receipt;
    how long its pauses last is not the server's doing), four are hostile. Clients and server share
    the machine's cores, so twenty times the time alone is what each may take if all get the same.
    Above 0.5: every honest one is done within twice its fair share.
    """
    agent = Agent(bench.cli, bench.work, "many")
    agent.configure(LIMITS)
    registries = [Registry(bench, agent, number) for number in range(REGISTRIES)]
    cut = registries[-len(HOSTILE) - 1]
    honest = registries[:-len(HOSTILE) - 1]
    counts = {}

    def with_server(work):
        agent.start()
        try:
            return work()
        finally:
            agent.stop()

    def together():
        around = Neighbourhood(bench, agent, registries, cut)
        try:
            with concurrent.futures.ThreadPoolExecutor(REGISTRIES) as pool:
                cut_off = pool.submit(cut.deposit, bench, around.cut_config)
                runs = list(pool.map(lambda registry: registry.deposit(bench), honest))
                cut_off.result()
        finally:
            for kind, count in around.stop().items():
                counts.setdefault(kind, []).append(count)
        return Run(max(r.seconds for r in runs), max(r.rss_mb for r in runs))

    with_server(lambda: registries[0].deposit(bench))
    pairs = [(with_server(together), with_server(lambda: registries[0].deposit(bench)))
             for _ in range(bench.runs)]
    if min(counts["cut"]) < CUTS or min(counts["endless"] + counts["thief"]) < 1:
        raise CannotMeasure(f"the bad neighbours did not do what they are for: {counts}")
    pairs.sort(key=lambda pair: pair[0].seconds / pair[1].seconds)
    ours, alone = pairs[len(pairs) // 2]
    fair = Run(alone.seconds * REGISTRIES, alone.rss_mb)
    result = row(bench, ours, fair, f"{REGISTRIES} times one alone")
    megabytes = sum(registry.file.stat().st_size for registry in honest) / 1e6
    result["mb_per_s"] = megabytes / ours.seconds
    refused = ", ".join(f"{kind} {min(counts[kind])}" for kind in HOSTILE)
    result["note"] = (f"{len(honest)} honest ones, {megabytes:.0f} MB together; refused at least: "
                      f"{refused}; cut {min(counts['cut'])} times, with its receipt; server RSS "
                      f"{agent.peak_rss_mb:.0f} MB")
    return result
