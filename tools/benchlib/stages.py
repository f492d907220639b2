"""The lines of the performance table: what is measured, against what, and why that is fair."""
import pathlib
import shutil
import subprocess
import tempfile
import time

from benchlib.agent import Agent, free_port, wait_for
from benchlib.garbage import garbage
from benchlib.many import many
from benchlib.measure import CannotMeasure, Run, cores, in_turn, row, run
from benchlib.replication import replicate

TLD = "bench"
DATE = "2026-11-22"


class Bench:
    """What all stages share: programs, one deposit, a place to work."""

    def __init__(self, here, work, domains, runs):
        self.here, self.work, self.domains, self.runs = here, work, domains, runs
        self.cli = here / "bazel-bin/cli"
        self.xerces = here / "bazel-bin/tests/bench/xerces_validate"
        self.schema = here.parent / "shared/spec/xsd/all-rde.xsd"
        subprocess.run(
            [here / "bazel-bin/tools/generator/gen_deposit", "--tld", TLD, "--domains",
             str(domains), "--date", DATE, "--out", work, "--quiet"], check=True)
        self.file = work / f"{TLD}_{DATE}_full_S1_R0.xml"
        self.zone = work / f"{TLD}.zone"
        self.file_bytes = self.file.stat().st_size

    def fresh(self, name):
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        return path


def check_on(bench, threads):
    """The whole judgement against a conformant validator that checks the schema alone.

    Both are pinned to the same cores, as many as ours has threads; the validator has one thread.
    """
    pinned = cores(threads)
    ours = lambda: run([bench.cli / "tidemark", "check", bench.file, "--quiet", "--threads",
                        threads], pinned=pinned)
    if bench.schema.exists():
        theirs = lambda: run([bench.xerces, bench.schema, bench.file], pinned=pinned)
        against = "Xerces-C++ SAX2 + schema"
    else:
        theirs = lambda: run(["xmllint", "--stream", "--noout", bench.file], pinned=pinned)
        against = "xmllint --stream (no schema)"
    return row(bench, *in_turn(ours, theirs, bench.runs), against)


def check(bench):
    """One thread on one core."""
    return check_on(bench, 1)


def check_2(bench):
    """Two threads on two cores."""
    return check_on(bench, 2)


def check_csv(bench):
    """The same registry as CSV files, whole judgement; against ours of the XML."""
    folder = bench.fresh("csv")
    subprocess.run(
        [bench.here / "bazel-bin/tools/generator/gen_deposit", "--tld", TLD, "--domains",
         str(bench.domains), "--date", DATE, "--model", "csv", "--out", folder, "--quiet"],
        check=True)
    on_one = lambda deposit: run([bench.cli / "tidemark", "check", deposit, "--quiet", "--threads",
                                  1], pinned=cores(1))
    result = row(bench, *in_turn(lambda: on_one(folder), lambda: on_one(bench.file), bench.runs),
                 "ours of the XML")
    megabytes = sum(file.stat().st_size for file in folder.glob("*.[cx][sm][vl]")) / 1e6
    result["note"] = (f"{megabytes:.0f} MB of CSV; the XML at "
                      f"{bench.file_bytes / 1e6 / result['against_seconds']:.0f} MB/s")
    result["mb_per_s"] = megabytes / result["seconds"]
    return result


def deposit(bench):
    """Read, split, compress, seal, mTLS, durable, receipt; against restic into a local repository."""
    agent = Agent(bench.cli, bench.work, TLD)
    secret = {"RESTIC_PASSWORD": "bench", "RESTIC_CACHE_DIR": str(bench.work / "restic-cache")}

    def ours():
        agent.start()
        try:
            return run([bench.cli / "tidemark", "deposit", bench.file, "--config", agent.depositor,
                        "--receipt", bench.work / "receipt", "--quiet"])
        finally:
            agent.stop()

    def theirs():
        repository = bench.fresh("restic")
        run(["restic", "init", "--repo", repository, "--quiet"], env=secret)
        return run(["restic", "backup", "--repo", repository, "--quiet", bench.file], env=secret)

    result = row(bench, *in_turn(ours, theirs, bench.runs), "restic backup, local repository")
    result["note"] = f"server RSS {agent.peak_rss_mb:.0f} MB"
    result["server_rss_mb"] = agent.peak_rss_mb
    return result


def verify(bench):
    """Fetch, open, digest, judge, sign, append; against schema validation of the plain file."""
    agent = Agent(bench.cli, bench.work, TLD)
    agent.start()
    try:
        run([bench.cli / "tidemark", "deposit", bench.file, "--config", agent.depositor,
             "--receipt", bench.work / "receipt", "--quiet"])
        identity = f"{TLD}/{DATE.replace('-', '')}001/0"
        ours = lambda: run([bench.cli / "tidemark", "verify", identity, "--config",
                            agent.verifier, "--quiet"])
        if not bench.schema.exists():
            raise CannotMeasure("no schemas in ../shared/spec/xsd")
        theirs = lambda: run([bench.xerces, bench.schema, bench.file])
        return row(bench, *in_turn(ours, theirs, bench.runs), "Xerces-C++ SAX2 + schema",
                   "ours decrypts and decompresses first; theirs reads the plain file")
    finally:
        agent.stop()


def rebuild(bench):
    """Deposit to registry store and zone; against parsing the same file and nothing more."""
    ours = lambda: run([bench.cli / "tidemark", "rebuild", bench.file, "--out",
                        bench.fresh("rebuilt"), "--quiet"])
    theirs = lambda: run(["xmllint", "--stream", "--noout", bench.file])
    return row(bench, *in_turn(ours, theirs, bench.runs), "xmllint --stream (parse only)")


SCRUB_MEGABYTES = 480


def scrub(bench):
    """Every stored frame and part read, digested and compared; against sha256sum of the same files.

    Both on one core, files warm. The scrub's own pauses, which spread a cycle over weeks, are out.
    """
    program = bench.here / "bazel-bin/tests/bench/scrub_speed"
    store = bench.fresh("scrub")
    run([program, "make", store, SCRUB_MEGABYTES])
    tables = lambda: sorted(store.glob("*.sst"))
    result = row(bench, *in_turn(lambda: run([program, "scrub", store], pinned=cores(1)),
                                 lambda: run(["sha256sum", *tables()], pinned=cores(1)),
                                 bench.runs), "sha256sum of the table files")
    megabytes = sum(file.stat().st_size for file in tables()) / 1e6
    result["mb_per_s"] = megabytes / result["seconds"]
    result["note"] = (f"{megabytes:.0f} MB of table files; sha256sum at "
                      f"{megabytes / result['against_seconds']:.0f} MB/s")
    return result


KNOT_CONF = """\
server:
    rundir: "{dir}"
    user: root:root
    listen: 127.0.0.1@{port}
database:
    storage: "{dir}"
policy:
  - id: p
    algorithm: ecdsap256sha256
    nsec3: on
    nsec3-iterations: 0
    nsec3-salt-length: 0
    nsec3-opt-out: on
    cds-cdnskey-publish: none
    signing-threads: 2
zone:
  - domain: {tld}
    storage: "{dir}"
    file: "{zone}"
    zonefile-load: difference
    zonefile-sync: -1
    journal-content: all
    journal-max-usage: 8G
    dnssec-signing: on
    dnssec-policy: p
"""


def first_signed_answer(port, process, seconds=600):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotMeasure(f"{process.args[0]} ended early")
        answer = subprocess.run(
            ["kdig", "@127.0.0.1", "-p", str(port), "+dnssec", "+short", "+timeout=1", "+retry=0",
             TLD, "SOA"], capture_output=True, text=True).stdout
        if "SOA" in answer:
            return
        time.sleep(0.02)
    raise CannotMeasure("no signed answer")


def timed_server(argv, port):
    started = time.monotonic()
    process = subprocess.Popen([str(a) for a in argv], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        first_signed_answer(port, process)
        seconds = time.monotonic() - started
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak = next(int(l.split()[1]) / 1024 for l in status.splitlines()
                    if l.startswith("VmHWM:"))
        return Run(seconds, peak)
    finally:
        process.terminate()
        process.wait()


def serve(bench):
    """Rebuilt zone to first signed answer; against knotd run by hand on the same zone."""
    rebuilt = bench.fresh("rebuilt")
    run([bench.cli / "tidemark", "rebuild", bench.file, "--out", rebuilt, "--quiet"])
    zone = rebuilt / "zone" / f"{TLD}.zone"

    def ours():
        shutil.rmtree(rebuilt / "dns", ignore_errors=True)
        port = free_port()
        return timed_server([bench.cli / "tidemark", "serve", rebuilt, "--port", port,
                             "--rdap-port", "0", "--whois-port", "0"], port)

    def theirs():
        folder = pathlib.Path(tempfile.mkdtemp(dir=bench.work))
        port = free_port()
        conf = folder / "knot.conf"
        conf.write_text(KNOT_CONF.format(dir=folder, port=port, tld=TLD, zone=zone))
        return timed_server(["knotd", "-c", conf], port)

    return row(bench, *in_turn(ours, theirs, bench.runs), "knotd by hand, same policy",
               "RSS is the command's own process; knotd is its child in ours")


STAGES = {"check": check, "check-2": check_2, "check-csv": check_csv, "deposit": deposit,
          "replicate": replicate, "many": many, "verify": verify, "rebuild": rebuild,
          "serve": serve, "garbage": garbage, "scrub": scrub}
