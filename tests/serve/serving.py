#!/usr/bin/env python3
"""A deposit, rebuilt and served by tidemark itself, for the tests beside it; not a test.

    X_test.py TIDEMARK GEN_DEPOSIT
"""
import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

TIDEMARK, GEN_DEPOSIT = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:3])
TIMEOUT = 120
FREE_PORTS = ("--port", "0", "--rdap-port", "0", "--whois-port", "0")
# Removed at the end of a process. Other users may pass through.
FOLDER = tempfile.TemporaryDirectory(dir="/tmp", prefix="tidemark-serve-test-")
WORK = pathlib.Path(FOLDER.name)
WORK.chmod(0o711)


def run(*argv, status=0):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == status, f"{argv[:2]}: {done.returncode}, not {status}\n{done.stderr}"
    return done


def wait_until(is_so, what):
    deadline = time.monotonic() + TIMEOUT
    while not is_so():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def is_listening(port):
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_running(pid):
    """Also false for one that has ended and was not waited for."""
    try:
        status = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] not in "ZX"


def family_of(pids):
    """They, those that they started, and so on."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text()
                parents[int(entry.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    found = set(pids)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return sorted(found)
        found |= more


def make_deposit(folder, domains=300):
    run(GEN_DEPOSIT, "--tld", "example", "--domains", domains, "--out", folder)
    return next(folder.glob("*.xml"))


def names_of(deposit):
    return [name.lower() for name in re.findall(r"<rdeDomain:name>([^<]*)<", deposit.read_text())]


class Serving:
    """A running tidemark serve, once it answers."""

    def __init__(self, rebuilt, *arguments, ready_dir=None, under=(), **process):
        self.ready_file = pathlib.Path(ready_dir or tempfile.mkdtemp(dir=WORK)) / "ready.json"
        self.log = pathlib.Path(tempfile.mkdtemp(dir=WORK)) / "log"
        ports = () if "--port" in arguments else FREE_PORTS
        self.process = subprocess.Popen(
            [*under, TIDEMARK, "serve", rebuilt, *ports, "--ready-file", self.ready_file, *arguments],
            **({"stderr": self.log.open("w")} | process))
        deadline = time.monotonic() + TIMEOUT
        while not self.ready_file.exists():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)
        self.ready = json.loads(self.ready_file.read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def rdap_port(self):
        return urllib.parse.urlsplit(self.ready["rdap_url"]).port

    def connect(self, source="127.0.0.1"):
        context = ssl.create_default_context(cafile=self.ready["rdap_certificate"])
        url = urllib.parse.urlsplit(self.ready["rdap_url"])
        return http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=TIMEOUT,
                                           source_address=(source, 0))

    def rdap(self, connection, target):
        path = urllib.parse.urlsplit(self.ready["rdap_url"]).path
        connection.request("GET", path + target)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())

    def whois(self, query):
        # Debian's client sends what it is given as it is, if it is given a server.
        done = subprocess.run(["whois", "-h", "127.0.0.1", "-p", str(self.ready["whois_port"]), "--",
                               query], capture_output=True, text=True, timeout=TIMEOUT)
        return done.stdout

    def kdig(self, *question, port="port"):
        return run("kdig", "@127.0.0.1", "-p", self.ready[port], "+timeout=5", "+retry=2",
                   *question).stdout

    def answers(self):
        """Whether DNS, RDAP and WHOIS do, each a question with a certain answer."""
        return ("RRSIG" in self.kdig("example", "SOA", "+dnssec") and
                self.rdap(self.connect(), "help")[0] == 200 and
                "not found" in self.whois("no-such-name.example"))

    def pids(self):
        """Of itself and of its name servers."""
        return [self.ready[p] for p in ("pid", "knotd_pid", "secondary_pid") if p in self.ready]

    def wait(self):
        return self.process.wait(TIMEOUT)

    def stop(self):
        """Its exit status."""
        self.process.terminate()
        return self.wait()


def main():
    sys.exit(not unittest.main(argv=sys.argv[:1], exit=False,
                               warnings="ignore").result.wasSuccessful())
