"""An escrow agent of our own programs, for measuring: founded, started, stopped by pid."""
import pathlib
import shutil
import socket
import subprocess
import time

from benchlib.measure import CannotMeasure


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(path, process, seconds=120):
    """Waits until `path` exists while `process` lives."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotMeasure(f"{process.args[0]} did not get ready")
        time.sleep(0.01)


class Agent:
    """keygen and enroll once; start() gives a fresh, empty vault."""

    def __init__(self, cli, work, tld):
        self.cli = cli
        self.dir = work / "agent"
        self.registry = work / "registry"
        self.process = None
        self.peak_rss_mb = 0
        shutil.rmtree(self.dir, ignore_errors=True)
        shutil.rmtree(self.registry, ignore_errors=True)
        shutil.rmtree(self.operator.parent, ignore_errors=True)
        self.port = free_port()
        self._verb("keygen", "--out", self.dir, "--listen", f"127.0.0.1:{self.port}")
        self.enroll(tld, self.registry)

    def _verb(self, *argv):
        subprocess.run([self.cli / "tidemark", *map(str, argv)], check=True,
                       stdout=subprocess.DEVNULL)

    def enroll(self, tld, out):
        """One more depositor; its configuration goes to the folder `out`."""
        self._verb("enroll", "--agent", self.dir, "--role", "depositor", "--tld", tld, "--out", out)

    def configure(self, text):
        """Adds to the server's configuration."""
        with (self.dir / "server" / "tidemarkd.toml").open("a") as file:
            file.write(text)

    def enroll_operator(self, tld):
        self._verb("enroll", "--agent", self.dir, "--role", "operator", "--tld", tld, "--out",
                   self.operator.parent)

    @property
    def operator(self):
        return self.registry.parent / "operator" / "operator.toml"

    @property
    def depositor(self):
        return self.registry / "depositor.toml"

    @property
    def verifier(self):
        return self.dir / "verifier" / "verifier.toml"

    def start(self):
        server = self.dir / "server"
        shutil.rmtree(server / "data", ignore_errors=True)
        shutil.rmtree(self.registry / "state", ignore_errors=True)
        ready = server / "ready"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [self.cli / "tidemarkd", "--config", server / "tidemarkd.toml", "--ready-file", ready],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(ready, self.process)

    def stop(self):
        if self.process is None:
            return
        status = pathlib.Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self.peak_rss_mb = max(self.peak_rss_mb, int(line.split()[1]) / 1024)
        self.process.terminate()
        self.process.wait()
        self.process = None
