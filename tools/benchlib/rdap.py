"""RDAP over HTTPS with keep-alive: answers a second, what an answer costs, and how long it takes.

Asked by wrk for domains of the registry in random order, from the same machine: server and client
share its cores, so beside the rate by the clock stands the processor time of the server alone. The
ceiling is a server that is nothing but Boost.Beast, with TLS and a body as large as ours.
"""
import json
import os
import random
import shutil
import subprocess
import time

from benchlib.agent import free_port
from benchlib.measure import CannotMeasure

TLD = "bench"
SEED = 20261122
SECONDS = 10
CONNECTIONS = 64
# Of the paced run: each connection waits so long between two questions that all together ask for
# half of what was answered at full load.
PACED_CONNECTIONS = 128
START_SECONDS = 600

# wrk has no limit on its rate, but asks the script how many milliseconds to wait.
SCRIPT = """
local targets = {}
local pause = 0
function init(args)
  math.randomseed(tonumber(args[2]))
  pause = tonumber(args[3])
  for line in io.lines(args[1]) do targets[#targets + 1] = line end
end
function request() return wrk.format("GET", targets[math.random(#targets)]) end
function delay()
  if pause == 0 then return 0 end
  return math.random(0, 2 * pause)
end
function done(summary, latency, requests)
  io.write(string.format('\\nJSON{"requests":%d,"microseconds":%d,"p50_us":%d,"p99_us":%d,' ..
    '"p999_us":%d,"status":%d,"broken":%d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout))
end
"""


def processor_seconds(pid):
    fields = open(f"/proc/{pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_rss_mb(pid):
    for line in open(f"/proc/{pid}/status", encoding="ascii"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise CannotMeasure("no VmHWM of the server")


class Load:
    """wrk against one server."""

    def __init__(self, work, url, targets, pid):
        self.url, self.pid = url, pid
        self.script, self.targets = work / "rdap.lua", work / "targets"
        self.script.write_text(SCRIPT)
        self.targets.write_text("\n".join(targets) + "\n")

    def run(self, connections, pause_ms=0, seconds=SECONDS):
        before = processor_seconds(self.pid)
        done = subprocess.run(
            ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s",
             self.script, self.url, "--", self.targets, str(SEED), str(pause_ms)],
            stdout=subprocess.PIPE, text=True, check=False)
        used = processor_seconds(self.pid) - before
        if done.returncode != 0 or "JSON{" not in done.stdout:
            raise CannotMeasure(f"wrk ended with status {done.returncode}")
        figures = json.loads(done.stdout.split("JSON", 1)[1])
        if figures["status"] or figures["broken"] or not figures["requests"]:
            raise CannotMeasure(f"not every answer was good: {figures}")
        return {
            "answers_per_second": round(figures["requests"] / figures["microseconds"] * 1e6),
            "server_us_per_answer": round(used / figures["requests"] * 1e6, 1),
            "p50_ms": figures["p50_us"] / 1000,
            "p99_ms": figures["p99_us"] / 1000,
            "p999_ms": figures["p999_us"] / 1000,
        }


def wait_until(there, process, what):
    deadline = time.monotonic() + START_SECONDS
    while not there():
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotMeasure(f"{what} did not start")
        time.sleep(0.05)


def full_and_half(load):
    load.run(CONNECTIONS, seconds=2)  # caches
    full = load.run(CONNECTIONS)
    pause = max(1, round(PACED_CONNECTIONS * 1000 / (full["answers_per_second"] / 2)))
    return {"full": full, "half": load.run(PACED_CONNECTIONS, pause_ms=pause)}


def measure_ours(here, work, names):
    config = work / "serve.toml"
    config.write_text("[rdds.limits]\nconnections_per_client_max = 1024\n"
                      "requests_per_second = 1000000\nburst = 1000000\n"
                      "requests_per_connection_max = 2000000000\n")
    ready = work / "ready.json"
    server = subprocess.Popen(
        [here / "bazel-bin/cli/tidemark", "serve", work / "rebuilt", "--port", "0", "--rdap-port",
         "0", "--whois-port", "0", "--config", config, "--ready-file", ready, "--quiet"])
    try:
        wait_until(ready.exists, server, "tidemark serve")
        told = json.loads(ready.read_text())
        load = Load(work, told["rdap_url"], [f"/domain/{name}" for name in names], server.pid)
        figures = full_and_half(load)
        figures["peak_rss_mb"] = round(peak_rss_mb(server.pid))
        return figures
    finally:
        server.terminate()
        server.wait()


def measure_ceiling(here, work, body_bytes):
    port = free_port()
    server = subprocess.Popen(
        [here / "bazel-bin/tests/bench/beast_hello", work / "rebuilt/rdds/tls.crt",
         work / "rebuilt/rdds/tls.key", str(port), "2", str(body_bytes)], stdout=subprocess.PIPE)
    try:
        server.stdout.readline()  # it listens
        load = Load(work, f"https://127.0.0.1:{port}/", ["/"], server.pid)
        figures = full_and_half(load)
        figures["peak_rss_mb"] = round(peak_rss_mb(server.pid))
        return figures
    finally:
        server.terminate()
        server.wait()


def measure_responder(here, work, deposit, answers=50_000):
    """The answers alone, without a network: rdds_speed, one thread."""
    done = subprocess.run([here / "bazel-bin/tests/bench/rdds_speed", deposit, work / "rebuilt",
                           str(answers)], stdout=subprocess.PIPE, text=True, check=True)
    what = "rdap, all names: "
    line = next(l for l in done.stdout.splitlines() if l.startswith(what))
    words = line[len(what):].replace(",", "").split()
    return float(words[0]), int(words[5])  # answers a processor second, bytes each


def delegated_names(zone):
    """Sorted; lines are of the form "name. TTL IN NS server."."""
    fields = (line.split() for line in zone.read_text().splitlines())
    return sorted({f[0].rstrip(".") for f in fields if f[3:4] == ["NS"] and f[0] != TLD + "."})


def print_line(what, figures):
    for load in ("full", "half"):
        f = figures[load]
        print(f"{what:<22} {load:<5} {f['answers_per_second']:>9,}/s "
              f"{f['server_us_per_answer']:>8.1f} us {f['p50_ms']:>8.2f} {f['p99_ms']:>8.2f} "
              f"{f['p999_ms']:>8.2f} ms {figures['peak_rss_mb']:>7} MB")


def run_rdap(here, work, domains):
    """Generates, rebuilds, serves and asks; prints the table and returns the figures."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is not installed (tools/setup --bench)")
    subprocess.run([here / "bazel-bin/tools/generator/gen_deposit", "--tld", TLD, "--domains",
                    str(domains), "--out", work, "--quiet"], check=True)
    deposit = next(work.glob(f"{TLD}_*.xml"))
    subprocess.run([here / "bazel-bin/cli/tidemark", "rebuild", deposit, "--out", work / "rebuilt",
                    "--quiet"], check=True, stdout=subprocess.DEVNULL)
    names = delegated_names(work / "rebuilt/zone" / f"{TLD}.zone")
    if len(names) < domains // 2:
        raise CannotMeasure(f"only {len(names)} names were found in the zone")
    random.Random(SEED).shuffle(names)
    per_second, body_bytes = measure_responder(here, work, deposit)
    ours = measure_ours(here, work, names)
    ceiling = measure_ceiling(here, work, body_bytes)
    print(f"{os.cpu_count()} cores, shared with wrk; {domains} domains; {body_bytes} bytes an "
          f"answer; 2 server threads; {CONNECTIONS} connections at full load, {PACED_CONNECTIONS} "
          "paced ones at half of it")
    print(f"{'':<22} {'load':<5} {'answers':>11} {'server':>11} {'p50':>8} {'p99':>8} {'p99.9':>8} "
          f"{'':<2} {'RSS':>7}")
    print_line("tidemark serve", ours)
    print_line("Boost.Beast, bare", ceiling)
    print(f"the answer alone (rdds_speed): {1e6 / per_second:.1f} us of processor time; "
          f"the rest of tidemark serve: "
          f"{ours['full']['server_us_per_answer'] - 1e6 / per_second:.1f} us")
    return {"domains": domains, "body_bytes": body_bytes, "ours": ours, "beast": ceiling,
            "responder_us": 1e6 / per_second}
