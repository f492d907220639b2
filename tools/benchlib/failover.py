"""From a deposit on the disk to the first signed answer, and into PostgreSQL; how both grow."""
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request

from benchlib.agent import free_port
from benchlib.measure import CannotMeasure, run
from benchlib.stages import KNOT_CONF, TLD, Bench

SIZES = (10_000, 100_000, 1_000_000)
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
# What a deposit, its rebuild, knotd's databases and PostgreSQL's tables take.
BYTES_A_DOMAIN = 12_000


def peak_mb(pid):
    """The largest resident set of a process that runs."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise CannotMeasure(f"process {pid} has no VmHWM")


def child_of(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else None


def is_signed(port):
    answer = subprocess.run(
        ["kdig", "@127.0.0.1", "-p", str(port), "+dnssec", "+noidn", "+retry=0", "+time=1",
         TLD, "SOA"], capture_output=True, text=True).stdout
    return "status: NOERROR" in answer and "RRSIG" in answer


def until_signed(process, port):
    while not is_signed(port):
        if process.poll() is not None:
            raise CannotMeasure(f"{process.args[0]} ended with {process.returncode}")
        time.sleep(0.01)


def first_delegation(zone):
    """Lines are of the form "name. TTL IN NS server."."""
    with open(zone, encoding="ascii") as lines:
        for fields in map(str.split, lines):
            if fields[3] == "NS" and fields[0] != TLD + ".":
                return fields[0].rstrip(".")
    raise CannotMeasure("the zone delegates nothing")


def until_registration(process, ready, name):
    """What RDAP says of a domain, over HTTPS, once tidemark serve says that everything answers."""
    while not ready.exists():
        if process.poll() is not None:
            raise CannotMeasure(f"{process.args[0]} ended with {process.returncode}")
        time.sleep(0.01)
    told = json.loads(ready.read_text())
    trust = ssl.create_default_context(cafile=told["rdap_certificate"])
    with urllib.request.urlopen(f"{told['rdap_url']}domain/{name}", context=trust) as answer:
        if json.load(answer)["ldhName"] != name:
            raise CannotMeasure(f"RDAP says nothing of {name}")


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait()


def ours(bench):
    """rebuild, then serve, RDAP and WHOIS too; with what each process had at its peak."""
    out = bench.fresh("failover")
    ready = bench.work / "ready.json"
    ready.unlink(missing_ok=True)
    begun = time.monotonic()
    rebuilt = run([bench.cli / "tidemark", "rebuild", bench.file, "--out", out, "--quiet"])
    port = free_port()
    server = subprocess.Popen(
        [bench.cli / "tidemark", "serve", out, "--port", str(port), "--address", "127.0.0.1",
         "--rdap-port", "0", "--whois-port", "0", "--ready-file", ready, "--quiet"],
        stderr=subprocess.DEVNULL)
    try:
        until_signed(server, port)
        seconds = time.monotonic() - begun
        until_registration(server, ready, first_delegation(out / "zone" / f"{TLD}.zone"))
        rdap_seconds = time.monotonic() - begun
        knotd = child_of(server.pid)
        return {"seconds": seconds, "rdap_seconds": rdap_seconds, "rebuild_seconds": rebuilt.seconds,
                "rebuild_rss_mb": rebuilt.rss_mb, "serve_rss_mb": peak_mb(server.pid),
                "knotd_rss_mb": peak_mb(knotd) if knotd else 0,
                "disk_mb": sum(f.stat().st_size for f in out.rglob("*") if f.is_file()) / 1e6}
    finally:
        stop(server)


def theirs(bench, zone):
    """knotd alone, which loads and signs the zone."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=bench.work))
    port = free_port()
    conf = folder / "knot.conf"
    conf.write_text(KNOT_CONF.format(dir=folder, port=port, tld=TLD, zone=zone))
    begun = time.monotonic()
    server = subprocess.Popen(["knotd", "-c", conf], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        until_signed(server, port)
        return {"seconds": time.monotonic() - begun, "knotd_rss_mb": peak_mb(server.pid)}
    finally:
        stop(server)
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """A server of its own on a socket; as the user postgres if we are root, who may not run one."""

    def __init__(self):
        if not (POSTGRES / "postgres").exists():
            raise CannotMeasure("PostgreSQL 15 is not installed")
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-bench-pg-"))
        self.user = []
        if os.geteuid() == 0:
            shutil.chown(self.dir, "postgres", "postgres")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        subprocess.run([*self.user, POSTGRES / "initdb", "-D", self.dir / "data", "-A", "trust",
                        "-U", "postgres", "--encoding=UTF8", "--locale=C"],
                       cwd=self.dir, check=True, stdout=subprocess.DEVNULL)
        self._control("-w", "-o", f"-c listen_addresses= -k {self.dir} -c max_wal_size=4GB",
                      "-l", self.dir / "log", "start")
        self.url = f"postgresql://postgres@/postgres?host={self.dir}"

    def _control(self, *argv):
        subprocess.run([*self.user, POSTGRES / "pg_ctl", "-D", self.dir / "data", *argv],
                       cwd=self.dir, check=True, stdout=subprocess.DEVNULL)

    def sql(self, text):
        return run([POSTGRES / "psql", self.url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", text])

    def close(self):
        self._control("-m", "fast", "stop")
        shutil.rmtree(self.dir, ignore_errors=True)


TABLES = ("deposit header_counts epp_params policies registrars registrar_postal_infos idn_tables "
          "contacts contact_statuses contact_postal_infos contact_transfers hosts host_statuses "
          "host_addresses domains domain_statuses domain_rgp_statuses domain_contacts domain_hosts "
          "domain_host_attributes domain_ds domain_keys domain_transfers nndns").split()


def export(bench):
    """Reads the store, makes rows, copies; against psql's own \\copy of the very same rows from files.

    Theirs has them ready on the disk and makes tables without keys; ours is timed to the commit, and
    how long keys, indexes and foreign keys take of that is said beside.
    """
    server = Postgres()
    try:
        out = bench.work / "failover"
        with open(bench.work / "export.json", "w") as report:
            took = run([bench.cli / "tidemark", "export", out, "--to-postgres", server.url,
                        "--quiet", "--format", "json"], out=report)
        keys = json.loads((bench.work / "export.json").read_text())["seconds"]["keys"]
        files = bench.fresh("rows")
        files.mkdir()
        schema = f"tidemark_{TLD}"
        for table in TABLES:
            server.sql(f"\\copy {schema}.{table} to '{files / table}'")
        server.sql("CREATE SCHEMA plain;" + "".join(
            f"CREATE TABLE plain.{t} (LIKE {schema}.{t});" for t in TABLES))
        script = files / "script"
        script.write_text("BEGIN;\n" + "".join(
            f"\\copy plain.{t} from '{files / t}'\n" for t in TABLES) + "COMMIT;\n")
        plain = run([POSTGRES / "psql", server.url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script])
        return {"export_seconds": took.seconds, "export_keys_seconds": keys,
                "export_rss_mb": took.rss_mb, "plain_copy_seconds": plain.seconds,
                "rows_mb": sum(f.stat().st_size for f in files.iterdir()) / 1e6}
    finally:
        server.close()


def run_failover(here, work, sizes, runs):
    """Prints a line a size and returns the figures. The aim is a ratio of at most 3."""
    lines = []
    print(f"{'domains':>9} {'ours':>8} {'RDAP':>8} {'rebuild':>8} {'knotd':>8} {'ratio':>6}   "
          f"RSS MB: rebuild, serve, its knotd; knotd alone   disk MB   export, of that keys; \\copy")
    for size in sizes:
        if shutil.disk_usage(work).free < size * BYTES_A_DOMAIN:
            raise CannotMeasure(f"{size} domains need {size * BYTES_A_DOMAIN / 1e9:.1f} GB free")
        folder = work / str(size)
        folder.mkdir()
        bench = Bench(here, folder, size, runs)
        ours(bench)  # what is read is warm for both
        zone = folder / "failover/zone" / f"{TLD}.zone"
        kept = folder / "zone"
        shutil.copy(zone, kept)
        pairs = [(ours(bench), theirs(bench, kept)) for _ in range(runs)]
        mine, alone = (sorted((p[side] for p in pairs), key=lambda f: f["seconds"])[runs // 2]
                       for side in (0, 1))
        line = {"domains": size, **mine, "against_seconds": alone["seconds"],
                "against_rss_mb": alone["knotd_rss_mb"],
                "ratio": mine["seconds"] / alone["seconds"], **export(bench)}
        print(f"{size:>9} {line['seconds']:>7.2f}s {line['rdap_seconds']:>7.2f}s "
              f"{line['rebuild_seconds']:>7.2f}s "
              f"{line['against_seconds']:>7.2f}s {line['ratio']:>6.2f}   "
              f"{line['rebuild_rss_mb']:>15.0f} {line['serve_rss_mb']:>6.0f} "
              f"{line['knotd_rss_mb']:>10.0f} {line['against_rss_mb']:>12.0f} "
              f"{line['disk_mb']:>9.0f}   {line['export_seconds']:>6.2f}s "
              f"{line['export_keys_seconds']:>6.2f}s {line['plain_copy_seconds']:>6.2f}s", flush=True)
        lines.append(line)
        shutil.rmtree(folder, ignore_errors=True)
    print("ratio: our time from the deposit to a signed answer over knotd's from the zone.")
    return lines
