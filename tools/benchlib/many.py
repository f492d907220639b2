"""Many registries at one server: is each served within its fair share?"""
import concurrent.futures
import shutil
import socket
import subprocess

from benchlib.agent import Agent
from benchlib.measure import Run, row, run

REGISTRIES = 20
# Connections that never finish their handshake.
SILENT = 8


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

    def deposit(self, bench):
        shutil.rmtree(self.dir / "state", ignore_errors=True)
        return run([bench.cli / "tidemark", "deposit", self.file, "--config",
                    self.dir / "depositor.toml", "--receipt", self.dir / "receipt", "--quiet"])


def many(bench):
    """The slowest of twenty deposits at once, against twenty times the time of one alone.

    Clients and server share the machine's cores, so twenty times the time alone is what each may
    take if all get the same. Above 0.5: everybody is done within twice the fair share.
    """
    agent = Agent(bench.cli, bench.work, "many")
    registries = [Registry(bench, agent, number) for number in range(REGISTRIES)]

    def with_server(work):
        agent.start()
        try:
            return work()
        finally:
            agent.stop()

    def together():
        silent = [socket.create_connection(("127.0.0.1", agent.port)) for _ in range(SILENT)]
        try:
            with concurrent.futures.ThreadPoolExecutor(REGISTRIES) as pool:
                runs = list(pool.map(lambda registry: registry.deposit(bench), registries))
        finally:
            for connection in silent:
                connection.close()
        return Run(max(r.seconds for r in runs), max(r.rss_mb for r in runs))

    with_server(lambda: registries[0].deposit(bench))
    pairs = [(with_server(together), with_server(lambda: registries[0].deposit(bench)))
             for _ in range(bench.runs)]
    pairs.sort(key=lambda pair: pair[0].seconds / pair[1].seconds)
    ours, alone = pairs[len(pairs) // 2]
    fair = Run(alone.seconds * REGISTRIES, alone.rss_mb)
    result = row(bench, ours, fair, f"{REGISTRIES} times one alone")
    megabytes = sum(registry.file.stat().st_size for registry in registries) / 1e6
    result["mb_per_s"] = megabytes / ours.seconds
    result["note"] = f"{megabytes:.0f} MB together; server RSS {agent.peak_rss_mb:.0f} MB"
    return result
