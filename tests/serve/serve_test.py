#!/usr/bin/env python3
"""tidemark serve as an operator runs it: RDAP asked by Python's own HTTPS and by curl, WHOIS by
Debian's client, and what is left when a part of it dies."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import unittest

import serving as fixture
from serving import (FREE_PORTS, Serving, TIDEMARK, TIMEOUT, WORK, is_listening, make_deposit,
                     names_of, run, wait_until)


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.deposit = make_deposit(WORK / "deposit")
        text = cls.deposit.read_text()
        # One with a DS is to be deleted: whether it is delegated is then policy.
        signed = next(block for block in re.findall(r"<rdeDomain:domain>.*?</rdeDomain:domain>", text,
                                                    re.DOTALL)
                      if "dsData" in block and 's="ok"' in block)
        cls.deposit.write_text(text.replace(signed, signed.replace('s="ok"', 's="pendingDelete"')))
        cls.names = names_of(cls.deposit)
        cls.rebuilt = WORK / "rebuilt"
        run(TIDEMARK, "rebuild", cls.deposit, "--out", cls.rebuilt)
        cls.fast = WORK / "fast.toml"
        cls.fast.write_text("[rdds.limits]\nrequests_per_second = 100000\nburst = 100000\n")

    def signed_names(self, rebuilt):
        zone = (rebuilt / "zone" / "example.zone").read_text()
        return {line.split()[0].rstrip(".").lower() for line in zone.splitlines()
                if re.search(r"\sDS\s", line)}

    def compare_with_zone(self, rebuilt, config):
        signed = self.signed_names(rebuilt)
        self.assertGreater(len(signed), 0)
        with Serving(rebuilt, "--config", config) as serving:
            connection = serving.connect()
            for name in self.names:
                status, body = serving.rdap(connection, "domain/" + name)
                self.assertEqual((status, body["ldhName"].lower()), (200, name))
                self.assertEqual(body["secureDNS"]["delegationSigned"], name in signed, name)

    def test_every_domain_is_answered_and_agrees_with_the_zone(self):
        self.compare_with_zone(self.rebuilt, self.fast)

    def test_what_a_rebuild_published_is_what_is_answered(self):
        config = WORK / "published.toml"
        config.write_text("[zone]\npublish_pending_delete = true\n" + self.fast.read_text())
        rebuilt = WORK / "published"
        run(TIDEMARK, "rebuild", self.deposit, "--out", rebuilt, "--config", config)
        self.assertIs(json.loads((rebuilt / "report.json").read_text())
                      ["zone"]["publish_pending_delete"], True)
        self.assertEqual(
            len(self.signed_names(rebuilt) - self.signed_names(self.rebuilt)), 1)
        self.compare_with_zone(rebuilt, config)

    def test_clients_of_others_are_answered(self):
        with Serving(self.rebuilt) as serving:
            name = self.names[0]
            told = serving.whois(name).replace("\r", "").lower()
            self.assertIn(f"domain name: {name}\n", told)
            self.assertIn("not found", serving.whois("no-such-name.example"))
            url = serving.ready["rdap_url"]
            curl = ["curl", "-sS", "--cacert", serving.ready["rdap_certificate"]]
            head = run(*curl, "-I", url + "domain/" + name).stdout
            self.assertTrue(head.startswith("HTTP/1.1 200 OK"), head)
            self.assertIn("application/rdap+json", head)
            got = run(*curl, "-w", "\n%{http_code}", url + "domain/no-such-name.example").stdout
            self.assertEqual(got.splitlines()[-1], "404")
            self.assertEqual(json.loads(got.rsplit("\n", 1)[0])["errorCode"], 404)
            # Nobody else's certificate is believed to be this one.
            with self.assertRaises(ssl.SSLCertVerificationError):
                http.client.HTTPSConnection("127.0.0.1", serving.rdap_port(),
                                            timeout=TIMEOUT).connect()

    def test_the_base_url_and_limits_are_the_configurations(self):
        config = WORK / "rdds.toml"
        config.write_text('[rdds]\nbase_url = "https://rdap.nic.example/rdap"\n'
                          "[rdds.limits]\nrequests_per_second = 1\nburst = 5\n"
                          "[zone]\nserial = 5\n")
        with Serving(self.rebuilt, "--config", config) as serving:
            self.assertTrue(serving.ready["rdap_url"].endswith("/rdap/"))
            connection = serving.connect()
            self.assertEqual(serving.rdap(connection, "help")[0], 200)
            connection.request("GET", "/help")
            reply = connection.getresponse()
            self.assertEqual(reply.status, 404)
            reply.read()
            statuses = []
            while 429 not in statuses:
                statuses.append(serving.rdap(connection, "help")[0])
                self.assertLess(len(statuses), 1000)

    def test_knotd_dead_is_all_dead(self):
        with Serving(self.rebuilt) as serving:
            client = serving.connect()
            self.assertEqual(serving.rdap(client, "help")[0], 200)
            os.kill(serving.ready["knotd_pid"], signal.SIGKILL)
            self.assertEqual(serving.wait(), 2)
            self.assertIn("knotd ended", serving.log.read_text())
            self.assertFalse(is_listening(serving.rdap_port()))
            self.assertFalse(is_listening(serving.ready["whois_port"]))
            self.assertFalse(serving.ready_file.exists())

    def test_knotd_that_hangs_is_dead(self):
        with Serving(self.rebuilt) as serving:
            os.kill(serving.ready["knotd_pid"], signal.SIGSTOP)
            self.assertEqual(serving.wait(), 2)
            self.assertIn("does not answer any more", serving.log.read_text())
            self.assertFalse(is_listening(serving.rdap_port()))
            self.assertFalse(serving.ready_file.exists())

    def test_killed_it_starts_again_with_the_same_certificate(self):
        with Serving(self.rebuilt) as serving:
            certificate = pathlib.Path(serving.ready["rdap_certificate"]).read_text()
            serving.process.kill()
            serving.wait()
        with Serving(self.rebuilt) as serving:
            self.assertEqual(pathlib.Path(serving.ready["rdap_certificate"]).read_text(),
                             certificate)
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)
            # A client that is connected does not keep it from stopping.
            kept = serving.connect()
            self.assertEqual(serving.rdap(kept, "help")[0], 200)
            self.assertEqual(serving.stop(), 0, serving.log.read_text())
            self.assertFalse(is_listening(serving.rdap_port()))
            self.assertFalse(serving.ready_file.exists())

    def test_ports_that_are_taken_are_named_and_nothing_is_left(self):
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
            taken = other.getsockname()[1]
            for option in ("--port", "--rdap-port", "--whois-port"):
                ports = {"--port": "0", "--rdap-port": "0", "--whois-port": "0", option: str(taken)}
                done = run(TIDEMARK, "serve", self.rebuilt, *[p for pair in ports.items()
                                                              for p in pair], status=2)
                self.assertIn(f"port {taken}/tcp", done.stderr)
                self.assertIn("taken by another program", done.stderr)

    def test_a_stop_that_came_before_it_could_tear_down_is_one_that_was_asked_for(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        try:
            process = subprocess.Popen([TIDEMARK, "serve", self.rebuilt, *FREE_PORTS],
                                       stderr=subprocess.PIPE, text=True)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        self.addCleanup(process.kill)
        process.terminate()
        said = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual(process.returncode, 0, said)

    def test_a_second_one_that_is_refused_leaves_the_first_as_it_was(self):
        other = WORK / "other.toml"
        other.write_text('[rdds]\nbase_url = "https://other.example/"\n')
        with Serving(self.rebuilt) as serving:
            before = serving.ready_file.read_bytes()
            certificate = pathlib.Path(serving.ready["rdap_certificate"]).read_bytes()
            done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--config", other,
                       "--ready-file", serving.ready_file, status=2)
            self.assertIn("in use by another tidemark serve", done.stderr)
            self.assertEqual(serving.ready_file.read_bytes(), before)
            self.assertEqual(pathlib.Path(serving.ready["rdap_certificate"]).read_bytes(),
                             certificate)
            self.assertEqual(serving.ready["pid"], serving.process.pid)
            self.assertIs(serving.ready["complete"], True)

    def test_what_is_not_complete_is_served_only_when_somebody_says_so(self):
        cut = WORK / "cut.xml"
        text = self.deposit.read_text()
        cut.write_text(text[:text.index("<rdeDomain:domain>")])
        rebuilt = WORK / "cut"
        run(TIDEMARK, "rebuild", cut, "--out", rebuilt, status=1)
        done = run(TIDEMARK, "serve", rebuilt, *FREE_PORTS, status=2)
        self.assertIn("not complete", done.stderr)
        self.assertRegex(done.stderr, r"0 of 300 objects domain")
        self.assertIn("--incomplete", done.stderr)
        with Serving(rebuilt, "--incomplete") as serving:
            self.assertIs(serving.ready["complete"], False)
            self.assertIn("NOT complete", serving.log.read_text())

    def test_counters_are_told_on_a_signal_and_at_the_end(self):
        with Serving(self.rebuilt) as serving:
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)
            serving.process.send_signal(signal.SIGUSR1)
            wait_until(lambda: "whois=0" in serving.log.read_text(), "counters")
            self.assertEqual(serving.stop(), 0)
            self.assertEqual(serving.log.read_text().count("200:1"), 2)

    def test_dns_alone(self):
        with Serving(self.rebuilt, "--no-rdds") as serving:
            self.assertEqual({"rdap_url", "rdap_certificate", "whois_port"} & set(serving.ready),
                             set())
            self.assertEqual(serving.stop(), 0)

    def test_what_cannot_be_served_is_refused(self):
        wrong = WORK / "wrong.toml"
        wrong.write_text("[rdds]\nbase_ulr = 'https://rdap.example/'\n")
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--config", wrong, status=2)
        self.assertIn("base_ulr", done.stderr)
        run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--tls-key", wrong, status=2)
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--tls-key", wrong,
                   "--tls-certificate", wrong, status=2)
        self.assertIn("wrong.toml", done.stderr)
        run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--no-rdds", "--tls-key", wrong,
            "--tls-certificate", wrong, status=2)
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--ready-file", WORK, status=2)
        self.assertIn("is a directory", done.stderr)
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--ready-file", WORK / "no/ready",
                   status=2)
        self.assertIn("its directory is not there", done.stderr)

    def test_a_certificate_that_is_given_is_used(self):
        given = WORK / "given"
        given.mkdir()

        def make(folder, name):
            key, certificate = (folder / f"{name}-{part}.pem" for part in ("key", "certificate"))
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=given",
                "-addext", "subjectAltName=IP:127.0.0.1")
            key.chmod(0o600)

        make(given, "first")
        for name in ("certificate.pem", "key.pem"):
            os.replace(given / ("first-" + name), given / name)
        with Serving(self.rebuilt, "--tls-certificate", given / "certificate.pem", "--tls-key",
                     given / "key.pem") as serving:
            self.assertEqual(serving.ready["rdap_certificate"], str(given / "certificate.pem"))
            kept = serving.connect()
            self.assertEqual(serving.rdap(kept, "help")[0], 200)
            log = serving.log.read_text()
            self.assertIn("is not for rdap.nic.example", log)
            self.assertIn("ends on ", log)
            make(given, "again")
            for name in ("certificate.pem", "key.pem"):
                os.replace(given / ("again-" + name), given / name)
            serving.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "reloaded=yes" in serving.log.read_text(), "a reload")
            self.assertEqual(serving.rdap(kept, "help")[0], 200)
            # The new one is trusted as a file, so the old one would not do.
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)

    def test_a_certificate_that_has_expired_is_refused(self):
        given = WORK / "expired"
        given.mkdir()
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", given / "key.pem", "-out", given / "request.pem", "-subj", "/CN=x")
        (given / "key.pem").chmod(0o600)
        run("openssl", "x509", "-req", "-in", given / "request.pem", "-signkey", given / "key.pem",
            "-days", "-1", "-out", given / "certificate.pem")
        done = run(TIDEMARK, "serve", self.rebuilt, *FREE_PORTS, "--tls-certificate",
                   given / "certificate.pem", "--tls-key", given / "key.pem", status=2)
        self.assertRegex(done.stderr, "certificate.pem: (expired on|valid only from)")

    def test_the_url_and_the_own_certificate_are_for_where_it_listens(self):
        with Serving(self.rebuilt, "--address", "127.0.0.3") as serving:
            self.assertIn("https://127.0.0.3:", serving.ready["rdap_url"])
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)
        with Serving(self.rebuilt, "--address", "0.0.0.0", "--user", "root") as serving:
            self.assertIn("https://127.0.0.1:", serving.ready["rdap_url"])
            self.assertEqual(serving.ready["rdap_host"], "rdap.nic.example")
            self.assertEqual(serving.rdap(serving.connect(), "help")[0], 200)


if __name__ == "__main__":
    fixture.main()
