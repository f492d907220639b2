#!/usr/bin/env python3
"""RDAP and WHOIS as they are served, asked by clients that are not ours.

`tidemark rebuild` and `tidemark serve` run; every domain is asked for over HTTPS and its answer
held against rdap.schema.json; rdapper (npm) and Debian's whois are asked about a sample; and what
they understood is compared with the deposit, read by an XML parser of other people's.

    live_test.py TIDEMARK GEN_DEPOSIT RDAPPER_MJS
"""
import collections
import datetime
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree as ET

import answers_test
from answers_test import Answer, Failure, expect

DOMAIN = "{urn:ietf:params:xml:ns:rdeDomain-1.0}"
EPP_DOMAIN = "{urn:ietf:params:xml:ns:domain-1.0}"
SECDNS = "{urn:ietf:params:xml:ns:secDNS-1.1}"
REGISTRAR = "{urn:ietf:params:xml:ns:rdeRegistrar-1.0}"
HOLDS = {"clientHold", "serverHold", "inactive", "pendingCreate", "pendingDelete"}
SAMPLE = 40
ABSENT = ("absent-1b9c", "absent-77aa0", "xn--absent-9f")
START_SECONDS = 120
CONFIG = "[rdds.limits]\nrequests_per_second = 100000\nburst = 100000\n"

Fact = collections.namedtuple(
    "Fact", "name roid statuses iana_id registrar created expires updated servers ds signed")


def text_of(element, tag):
    return " ".join((element.findtext(tag) or "").split())


def seconds_of(date):
    """As seconds since 1970; None for no date."""
    if not date:
        return None
    return int(datetime.datetime.fromisoformat(date.replace("Z", "+00:00")).timestamp())


def facts_of(deposit):
    """What the deposit says about every domain."""
    registrars, domains = {}, []
    for _, element in ET.iterparse(deposit):
        if element.tag == REGISTRAR + "registrar":
            registrars[text_of(element, REGISTRAR + "id")] = (
                text_of(element, REGISTRAR + "gurid"), text_of(element, REGISTRAR + "name"))
        elif element.tag == DOMAIN + "domain":
            domains.append(element)
    facts = []
    for element in domains:
        statuses = {status.get("s") for status in element.findall(DOMAIN + "status")}
        servers = {" ".join(server.text.split()).lower().rstrip(".")
                   for tag in ("hostObj", "hostName") for server in element.iter(EPP_DOMAIN + tag)}
        ds = {tuple(text_of(data, SECDNS + tag) for tag in ("keyTag", "alg", "digestType")) +
              (text_of(data, SECDNS + "digest").lower(),)
              for data in element.iter(SECDNS + "dsData")}
        iana_id, registrar = registrars[text_of(element, DOMAIN + "clID")]
        rgp = {status.get("s") for status in element.findall(DOMAIN + "rgpStatus")}
        facts.append(Fact(
            name=text_of(element, DOMAIN + "name").lower(), roid=text_of(element, DOMAIN + "roid"),
            statuses=statuses | rgp, iana_id=iana_id, registrar=registrar,
            created=seconds_of(text_of(element, DOMAIN + "crDate")),
            expires=seconds_of(text_of(element, DOMAIN + "exDate")),
            updated=seconds_of(text_of(element, DOMAIN + "upDate")),
            servers=servers, ds=ds,
            signed=bool(ds and servers and not statuses & HOLDS and "redemptionPeriod" not in rgp)))
    return facts


class Served:
    """`tidemark serve` on free ports of loopback."""

    def __init__(self, tidemark, deposit, work):
        config = f"{work}/rdds.toml"
        pathlib.Path(config).write_text(CONFIG)
        ready = pathlib.Path(f"{work}/ready.json")
        subprocess.run([tidemark, "rebuild", deposit, "--out", f"{work}/rebuilt"], check=True,
                       stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [tidemark, "serve", f"{work}/rebuilt", "--config", config, "--port", "0",
             "--rdap-port", "0", "--whois-port", "0", "--ready-file", str(ready)],
            stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not ready.exists():
            expect(self.process.poll() is None, "tidemark serve ended")
            expect(time.monotonic() < deadline, "tidemark serve is not ready")
            time.sleep(0.02)
        said = json.loads(ready.read_text())
        self.url, self.certificate = said["rdap_url"], said["rdap_certificate"]
        self.whois_port = said["whois_port"]
        self.tld = said["tld"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def connect(self):
        parts = urllib.parse.urlsplit(self.url)
        trust = ssl.create_default_context(cafile=self.certificate)
        return http.client.HTTPSConnection(parts.hostname, parts.port, context=trust)


def check_https(served, facts):
    """Every domain by GET, some by HEAD; all answers against the schema. Returns how many."""
    connection = served.connect()
    path = urllib.parse.urlsplit(served.url).path
    targets = [f"/domain/{fact.name}" for fact in facts]
    targets += [f"/domain/{label}.{served.tld}" for label in ABSENT] + ["/help", "/domain/a..b"]
    targets += [f"/entity/{iana_id}" for iana_id in sorted({fact.iana_id for fact in facts})]
    answers = []
    for number, target in enumerate(targets):
        connection.request("GET", path + target[1:], headers={"Accept": "application/rdap+json"})
        response = connection.getresponse()
        body = response.read().decode("utf-8")
        expect(response.headers["Content-Type"].startswith("application/rdap+json"), target)
        expect(response.headers["Access-Control-Allow-Origin"] == "*", f"{target}: no CORS")
        answers.append(Answer("rdap", target, str(response.status), body))
        if number % 20 == 0:
            connection.request("HEAD", path + target[1:])
            head = connection.getresponse()
            expect(head.status == response.status and head.read() == b"", f"HEAD {target}")
    counts = answers_test.check_schema(answers)
    statuses = collections.Counter(answer.status for answer in answers)
    expect(counts["domain"] == len(facts) and counts["help"] == 1, f"answers: {counts}")
    expect(statuses["404"] == len(ABSENT) and statuses["400"] == 1, f"statuses: {statuses}")
    return answers


def check_rdapper(served, facts, script):
    """Returns how many names rdapper understood; None if it is not here."""
    npm = shutil.which("npm")
    modules = npm and subprocess.run([npm, "root", "-g"], check=True, capture_output=True,
                                     text=True).stdout.strip()
    if not modules or not pathlib.Path(modules, "rdapper").is_dir():
        return None
    names = [fact.name for fact in facts] + [f"{label}.{served.tld}" for label in ABSENT]
    run = subprocess.run(["node", script, modules, served.url, served.tld], check=True,
                         input="\n".join(names) + "\n", capture_output=True, text=True,
                         env={**os.environ, "NODE_EXTRA_CA_CERTS": served.certificate})
    results = [json.loads(line) for line in run.stdout.splitlines()]
    expect([result["name"] for result in results] == names, "rdapper lost a name")
    for fact, result in zip(facts, results):
        expect(result["ok"], f"rdapper: {fact.name}: {result.get('error')}")
        record = result["record"]
        got = {
            "registered": record["isRegistered"],
            "registrar": (record["registrar"]["ianaId"], record["registrar"]["name"]),
            "created": seconds_of(record.get("creationDate")),
            "expires": seconds_of(record.get("expirationDate")),
            "updated": seconds_of(record.get("updatedDate")),
            "servers": {server["host"] for server in record.get("nameservers", [])},
            "signed": record["dnssec"]["enabled"],
            "ds": {(str(ds["keyTag"]), str(ds["algorithm"]), str(ds["digestType"]),
                    ds["digest"].lower()) for ds in record["dnssec"].get("dsRecords", [])},
            "held": {status["status"] for status in record["statuses"]} & {"client hold",
                                                                         "server hold"},
        }
        want = {
            "registered": True, "registrar": (fact.iana_id, fact.registrar),
            "created": fact.created, "expires": fact.expires, "updated": fact.updated,
            "servers": fact.servers, "signed": fact.signed, "ds": fact.ds,
            "held": {status.replace("H", " h") for status in fact.statuses
                     if status.endswith("Hold")},
        }
        for key, value in want.items():
            expect(got[key] == value, f"rdapper: {fact.name}: {key}: {got[key]}, want {value}")
    for result in results[len(facts):]:
        expect(not (result["ok"] and result["record"]["isRegistered"]),
               f"rdapper: {result['name']} is registered")
    return len(results)


def whois(served, query):
    run = subprocess.run(["whois", "-h", "127.0.0.1", "-p", str(served.whois_port), query],
                         capture_output=True, text=True, timeout=60)
    return run.stdout


def check_whois(served, facts):
    """Returns how many names Debian's whois showed rightly; None if it is not here."""
    if shutil.which("whois") is None:
        return None
    for fact in facts:
        lines = collections.defaultdict(set)
        for line in whois(served, fact.name).splitlines():
            key, colon, value = line.partition(":")
            if colon:
                lines[key.strip()].add(value.strip())

        def expect_line(key, want):
            expect(lines[key] == want, f"whois: {fact.name}: {key}: {lines[key]}, want {want}")

        expect_line("Domain Name", {fact.name.upper()})
        expect_line("Registry Domain ID", {fact.roid})
        expect_line("Registrar", {fact.registrar})
        expect_line("Registrar IANA ID", {fact.iana_id})
        expect_line("Name Server", {server.upper() for server in fact.servers})
        expect_line("DNSSEC", {"signedDelegation" if fact.signed else "unsigned"})
        expect_line("DNSSEC DS Data", {" ".join(ds[:3]) + " " + ds[3].upper() for ds in fact.ds})
        for key, want in (("Creation Date", fact.created), ("Updated Date", fact.updated),
                          ("Registry Expiry Date", fact.expires)):
            expect({seconds_of(date) for date in lines[key]} == ({want} - {None}),
                   f"whois: {fact.name}: {key}")
        words = {value.split(" ")[0] for value in lines["Domain Status"]}
        derived = {"ok", "inactive", "pendingDelete"}
        expect(words - derived == fact.statuses - derived, f"whois: {fact.name}: statuses {words}")
    for label in ABSENT:
        said = whois(served, f"{label}.{served.tld}")
        expect("not found" in said and "Domain Name:" not in said, f"whois: {label}: {said}")
    return len(facts) + len(ABSENT)


def check_deposit(tidemark, deposit, script):
    facts = facts_of(deposit)
    expect(len(facts) > 0, f"{deposit}: no domain")
    sample = random.Random(1).sample(facts, min(SAMPLE, len(facts)))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as work:
        with Served(tidemark, deposit, work) as served:
            answers = check_https(served, facts)
            values = answers_test.personal_values(deposit)
            answers_test.check_nothing_leaks(answers, values)
            by_rdapper = check_rdapper(served, sample, script)
            by_whois = check_whois(served, sample)
    print(f"{pathlib.Path(deposit).name}: {len(answers)} answers over HTTPS as the schema has them, "
          f"{len(values)} personal values in none; rdapper {by_rdapper}, whois {by_whois} names")
    for program, checked in (("rdapper (npm)", by_rdapper), ("whois", by_whois)):
        if checked is None:
            print(f"SKIPPED: {program} is not installed: tools/setup installs it")


def main():
    tidemark, generate, script = sys.argv[1:4]
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as work:
        for name, arguments in {"objects": [], "attributes": ["--hosts", "attributes"]}.items():
            subprocess.run([generate, "--domains", "300", "--seed", "6", "--quiet", "--out",
                            f"{work}/{name}", *arguments], check=True)
            check_deposit(tidemark, f"{work}/{name}/example_2026-11-22_full_S1_R0.xml", script)
    shared = answers_test.SHARED
    if not shared.is_dir():
        print("SKIPPED: the deposits of others; no folder ../shared beside this checkout")
        return
    for tld in ("example", "sample"):
        check_deposit(tidemark, str(shared / tld / f"{tld}_2026-11-22_full_S1_R0.xml"), script)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
