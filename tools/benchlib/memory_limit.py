"""A process under a memory limit: a control group where one can be made, else systemd-run's, else
an address-space limit, which counts more than memory and so is the strictest of the three."""
import os
import pathlib
import resource
import shutil
import subprocess

V2 = pathlib.Path("/sys/fs/cgroup")
V1 = pathlib.Path("/sys/fs/cgroup/memory")


class ControlGroup:
    """Version 1 or 2; gone with close()."""

    def __init__(self, path, limit, peak):
        self.path, self.peak_file = path, path / peak
        self.path.mkdir()
        for name, value in limit.items():
            if (self.path / name).exists():
                (self.path / name).write_text(str(value))

    def wrap(self, argv):
        return argv

    def enter(self):
        (self.path / "cgroup.procs").write_text("0")

    def peak_bytes(self):
        return int(self.peak_file.read_text()) if self.peak_file.exists() else None

    def close(self):
        self.path.rmdir()


class SystemdScope:
    def __init__(self, limit_bytes):
        self.limit_bytes = limit_bytes

    def wrap(self, argv):
        user = [] if os.geteuid() == 0 else ["--user"]
        return ["systemd-run", *user, "--scope", "--quiet", "-p", f"MemoryMax={self.limit_bytes}",
                "-p", "MemorySwapMax=0", *argv]

    def enter(self):
        pass

    def peak_bytes(self):
        return None

    def close(self):
        pass


class AddressSpace(SystemdScope):
    def wrap(self, argv):
        return argv

    def enter(self):
        resource.setrlimit(resource.RLIMIT_AS, (self.limit_bytes, self.limit_bytes))


def memory_limit(limit_bytes):
    """Returns the limit and what to call it."""
    name = f"tidemark-bench-{os.getpid()}"
    try:
        if (V2 / "cgroup.controllers").exists() and \
                "memory" in (V2 / "cgroup.subtree_control").read_text().split():
            return ControlGroup(V2 / name, {"memory.max": limit_bytes, "memory.swap.max": 0},
                                "memory.peak"), "control group, version 2"
        if (V1 / "memory.limit_in_bytes").exists():
            return ControlGroup(V1 / name, {"memory.limit_in_bytes": limit_bytes,
                                            "memory.memsw.limit_in_bytes": limit_bytes},
                                "memory.max_usage_in_bytes"), "control group, version 1"
    except OSError:
        pass  # not ours to make
    probe = SystemdScope(limit_bytes)
    if shutil.which("systemd-run") and \
            subprocess.run(probe.wrap(["true"]), capture_output=True).returncode == 0:
        return probe, "systemd-run --scope"
    return AddressSpace(limit_bytes), "address-space limit"
