#!/usr/bin/env python3
"""Strangers at the ports of tidemark serve, above all those of knotd and of its secondary: transfers,
NOTIFY and UPDATE are refused, whatever comes over UDP and TCP is survived, and nobody keeps others
from being answered."""
import contextlib
import random
import socket
import struct
import subprocess
import threading
import unittest

import serving as fixture
from serving import Serving, TIDEMARK, TIMEOUT, WORK, make_deposit, run, wait_until

SEED = 20261126
QUERY, NOTIFY, UPDATE = 0, 4, 5
A, SOA, TXT, AXFR, IXFR, ANY = 1, 6, 16, 252, 251, 255
IN, CHAOS = 1, 3
# RFC 1035 section 4.1.1, RFC 2136 section 2.2.
NOERROR, REFUSED, NOTAUTH, NOTIMP = 0, 5, 9, 4
UDP_MAX = 65507
STRANGERS = 300
STRANGER, HONEST = "127.0.0.1", "127.0.7.2"  # in networks of their own
# Of who asks once. Strangers that took all places kept others waiting for longer.
PATIENCE = 10


def name_of(text):
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def message(kind, name="example", opcode=QUERY, klass=IN, id=4711, records=b"", counts=(0, 0, 0)):
    flags = opcode << 11 | (0x0400 if opcode == NOTIFY else 0)
    return (struct.pack("!6H", id, flags, 1, *counts) + name_of(name) +
            struct.pack("!2H", kind, klass) + records)


def record(name, kind, data, ttl=60):
    return name_of(name) + struct.pack("!2HIH", kind, IN, ttl, len(data)) + data


def soa_record(serial):
    data = name_of("ns.evil") + name_of("root.evil") + struct.pack("!5I", serial, 1, 1, 1, 1)
    return record("example", SOA, data)


# Each is one that only a secondary, a primary or an owner may send.
FOREIGN = {
    "AXFR": message(AXFR),
    "IXFR": message(IXFR, records=soa_record(1), counts=(0, 1, 0)),
    "NOTIFY": message(SOA, opcode=NOTIFY, records=soa_record(0xfffffff0), counts=(1, 0, 0)),
    # RFC 2136: no prerequisite, one record to add.
    "UPDATE": message(SOA, opcode=UPDATE, records=record("evil.example", A, b"\1\2\3\4"),
                      counts=(0, 1, 0)),
}


def ask_udp(port, bytes):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(TIMEOUT)
        client.sendto(bytes, ("127.0.0.1", port))
        return client.recv(65535)


def receive(client, size):
    got = b""
    while len(got) < size:
        more = client.recv(size - len(got))
        if not more:
            raise EOFError
        got += more
    return got


def ask_tcp(port, bytes, timeout=TIMEOUT, source=STRANGER):
    with socket.create_connection(("127.0.0.1", port), timeout=timeout,
                                  source_address=(source, 0)) as client:
        client.sendall(struct.pack("!H", len(bytes)) + bytes)
        return receive(client, struct.unpack("!H", receive(client, 2))[0])


def outcome(answer):
    """The RCODE and how many records answer."""
    return answer[3] & 15, struct.unpack("!H", answer[6:8])[0]


class HostileDns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rebuilt = WORK / "rebuilt"
        run(TIDEMARK, "rebuild", make_deposit(WORK / "deposit", 300), "--out", rebuilt)
        # Fewer places of RDAP and of WHOIS than there are strangers.
        config = WORK / "serve.toml"
        config.write_text("[rdds.limits]\nconnections_max = 256\n")
        cls.serving = Serving(rebuilt, "--secondary-port", "0", "--config", config)
        cls.ports = {"knotd": cls.serving.ready["port"],
                     "nsd": cls.serving.ready["secondary_port"]}
        cls.soa = ask_udp(cls.ports["knotd"], message(SOA))

    @classmethod
    def tearDownClass(cls):
        status = cls.serving.stop()
        log = cls.serving.log.read_text()
        cls.serving.__exit__()
        assert status == 0, log

    def setUp(self):
        self.random = random.Random(SEED)

    def tearDown(self):
        # Whatever came, the same is served.
        self.assertIsNone(self.serving.process.poll(), self.serving.log.read_text())
        for name, port in self.ports.items():
            for ask in (ask_udp, ask_tcp):
                answer = ask(port, message(SOA))
                self.assertEqual(outcome(answer), (NOERROR, 1), name)
                self.assertEqual(answer, self.soa, name)
        self.assertTrue(self.serving.answers())

    def test_what_is_not_theirs_is_refused_to_strangers(self):
        for server, port in self.ports.items():
            for what, bytes in FOREIGN.items():
                for ask in (ask_udp, ask_tcp):
                    if what == "AXFR" and ask is ask_udp:
                        continue  # below: it is no question of UDP's
                    rcode, answers = outcome(ask(port, bytes))
                    self.assertIn(rcode, (REFUSED, NOTAUTH, NOTIMP), (server, what, ask))
                    self.assertEqual(answers, 0, (server, what))
            # RFC 5936 section 4.2: AXFR over UDP is not defined.
            self.assertEqual(outcome(ask_udp(port, FOREIGN["AXFR"]))[1], 0, server)
            rcode, _ = outcome(ask_udp(port, message(A, "evil.example")))
            self.assertEqual(rcode, 3, server)

    def test_a_guessed_key_opens_nothing(self):
        for server, port in self.ports.items():
            for name in ("tidemark-transfer.", "guess."):
                done = subprocess.run(
                    ["kdig", "@127.0.0.1", "-p", str(port), "+tcp", "-y",
                     f"hmac-sha256:{name}:{'A' * 43}=", "example", "AXFR"],
                    capture_output=True, text=True, timeout=TIMEOUT)
                self.assertRegex(done.stdout + done.stderr, "BADSIG|BADKEY|NOTAUTH|REFUSED")
                self.assertNotRegex(done.stdout, r"\sIN\s+(NS|DS)\s", (server, name))

    def test_nobody_is_told_what_runs_here(self):
        for port in self.ports.values():
            for name in ("version.bind", "version.server", "hostname.bind", "id.server"):
                for ask in (ask_udp, ask_tcp):
                    answer = ask(port, message(TXT, name, klass=CHAOS))
                    for word in (b"Knot", b"NSD", socket.gethostname().encode()):
                        self.assertNotIn(word, answer, name)

    def test_nsid_names_nobody(self):
        for server, port in self.ports.items():
            done = run("kdig", "@127.0.0.1", "-p", port, "+nsid", "example", "SOA")
            self.assertIn("status: NOERROR", done.stdout, server)
            self.assertNotIn(socket.gethostname().encode().hex(), done.stdout.lower(), server)
            self.assertNotRegex(done.stdout, "NSID: [0-9A-F]", server)

    def damaged(self, whole):
        bytes = bytearray(whole)
        for _ in range(self.random.randint(1, 6)):
            bytes[self.random.randrange(len(bytes))] = self.random.randrange(256)
        return bytes[:self.random.randint(1, len(bytes))]

    def junk(self, size):
        return self.random.randbytes(size)

    def test_noise_over_udp_is_survived(self):
        kinds = [message(SOA), message(ANY, "a.example"), *FOREIGN.values()]
        for port in self.ports.values():
            with socket.socket(type=socket.SOCK_DGRAM) as client:
                for i in range(4000):
                    noise = (self.damaged(self.random.choice(kinds)) if i % 2 else
                             self.junk(self.random.randint(1, 600)))
                    client.sendto(noise, ("127.0.0.1", port))
                for size in (UDP_MAX, 4097, 1233, 513, 13, 12, 11, 1, 0):
                    client.sendto(self.junk(size), ("127.0.0.1", port))
                    client.sendto((message(SOA) + bytes(UDP_MAX))[:size], ("127.0.0.1", port))

    def test_noise_over_tcp_is_survived(self):
        kinds = [message(SOA), message(ANY, "a.example"), *FOREIGN.values()]
        for port in self.ports.values():
            for i in range(300):
                whole = self.junk(65535) if i % 10 == 0 else self.damaged(self.random.choice(kinds))
                # What the prefix says may be too little, right or too much.
                said = self.random.choice((0, 1, len(whole) // 2, len(whole), 65535))
                with contextlib.suppress(OSError):
                    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as client:
                        client.sendall(struct.pack("!H", said) + whole)
                        client.shutdown(socket.SHUT_WR)
                        while client.recv(65535):
                            pass

    def test_the_largest_message_is_answered_or_cut(self):
        for server, port in self.ports.items():
            filled = message(SOA) + bytes(65535 - len(message(SOA)))
            with contextlib.suppress(OSError, EOFError):
                rcode, answers = outcome(ask_tcp(port, filled))
                self.assertLessEqual(answers, 1, server)
            many = b"".join(struct.pack("!H", len(message(SOA, id=i))) + message(SOA, id=i)
                            for i in range(500))
            with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as client:
                with contextlib.suppress(OSError, EOFError):
                    client.sendall(many)
                    for _ in range(500):
                        receive(client, struct.unpack("!H", receive(client, 2))[0])

    def test_noise_at_rdap_and_whois_is_survived(self):
        for port in (self.serving.rdap_port(), self.serving.ready["whois_port"]):
            for size in (1, 5, 600, 65535, 1 << 20):
                with contextlib.suppress(OSError):
                    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as client:
                        client.sendall(self.junk(size))
                        client.shutdown(socket.SHUT_WR)
                        while client.recv(65535):
                            pass
        for _ in range(20):
            with contextlib.suppress(OSError):
                client = self.serving.connect()
                client.connect()
                client.sock.sendall(self.junk(self.random.randint(1, 40000)) + b"\r\n\r\n")
                reply = client.sock.recv(65535)
                self.assertTrue(reply == b"" or reply.startswith(b"HTTP/1.1 4"), reply[:80])
                client.close()

    def stay(self, port, first, leave):
        """A connection with the first byte of a message, and another when that is cut."""
        while not leave.is_set():
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", port), timeout=5,
                                              source_address=(STRANGER, 0)) as client:
                    client.sendall(first)
                    client.settimeout(1)
                    while not leave.is_set():
                        with contextlib.suppress(socket.timeout):
                            if not client.recv(1):
                                break

    @contextlib.contextmanager
    def slow_strangers(self, ports, first=b"\0"):
        leave = threading.Event()
        strangers = [threading.Thread(target=self.stay, args=(port, first, leave))
                     for port in ports for _ in range(STRANGERS)]
        for stranger in strangers:
            stranger.start()
        try:
            yield leave
        finally:
            leave.set()
            for stranger in strangers:
                stranger.join()

    def test_slow_strangers_keep_nobody_from_being_answered(self):
        with self.slow_strangers(self.ports.values()) as leave:
            # Longer than whoever watches over the name servers has patience.
            self.assertFalse(leave.wait(45))
            self.assertIsNone(self.serving.process.poll(), self.serving.log.read_text())
            for server, port in self.ports.items():
                for _ in range(10):
                    self.assertEqual(outcome(ask_udp(port, message(SOA))), (NOERROR, 1), server)

    def test_slow_strangers_of_one_address_make_nobody_ask_again_over_tcp(self):
        for server, port in self.ports.items():
            with self.slow_strangers([port]) as leave:
                self.assertFalse(leave.wait(2))
                for _ in range(20):
                    answer = ask_tcp(port, message(SOA), timeout=PATIENCE, source=HONEST)
                    self.assertEqual(outcome(answer), (NOERROR, 1), server)

    def test_slow_strangers_of_one_address_make_nobody_ask_again_of_whois(self):
        port = self.serving.ready["whois_port"]
        with self.slow_strangers([port], b"e") as leave:
            self.assertFalse(leave.wait(2))
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE,
                                              source_address=(HONEST, 0)) as client:
                    client.sendall(b"no-such-name.example\r\n")
                    with client.makefile("rb") as answer:
                        self.assertIn(b"not found", answer.read())

    def test_slow_strangers_of_one_address_make_nobody_ask_again_of_rdap(self):
        with self.slow_strangers([self.serving.rdap_port()], b"\x16") as leave:
            self.assertFalse(leave.wait(2))
            for _ in range(20):
                with contextlib.closing(self.serving.connect(source=HONEST)) as connection:
                    self.assertEqual(self.serving.rdap(connection, "help")[0], 200)


if __name__ == "__main__":
    fixture.main()
