"""Where a crash point is played: directories, file systems of their own, and programs under strace.

Needs Debian's strace; file systems need root and loop devices, and where there are none the kinds
that need them are skipped with the reason.
"""
import collections
import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import time

POINT_SECONDS_MAX = 300
UNMOUNTS_MAX = 200
# Linux, fs/ext4: EXT4_IOC_SHUTDOWN, and the flag that says to write nothing of the journal.
SHUTDOWN, WITHOUT_LOG_FLUSH = 0x8004587D, 2
# Files that a script makes are numbered from 1; RocksDB gives every file the next number.
FILES_MAX = 160

SYNCS = "fsync,fdatasync,sync_file_range"
WRITES = "write,pwrite64,fallocate"
NAMES = "rename,unlink,openat,ftruncate"

# What a traced call's line shows of each class of the vault's files.
OF_CLASS = {"log": r"\d\.log", "sst": r"\.sst", "manifest": "MANIFEST-", "names": "."}


class CannotPlay(Exception):
    """The machine does not let this kind of fault be made; the text says why."""


def check_strace():
    """Raises RuntimeError where nothing can be traced: then nothing can be said."""
    if shutil.which("strace") is None:
        raise RuntimeError("there is no strace; install the Debian package (tools/setup)")
    tried = subprocess.run(["strace", "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null", "true"],
                           capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        raise RuntimeError(f"this machine permits no tracing: {tried.stderr.strip()}")


def memory_dir():
    """A directory in memory, where syncing costs nothing; kill -9 loses none of it either."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Place:
    """One point's directory: `vault` is the one that faults come into, everything else stays
    outside of it. Where there are two copies, it is one of them, and `other` is the other one."""

    def __init__(self, root, driver, keys, vault=None):
        self.root = pathlib.Path(root)
        self.driver = driver
        self.keys = keys
        self.vault = pathlib.Path(vault) if vault else self.root / "vault"
        self.other = self.root / "other-copy"
        self.journal = self.root / "journal"
        self.trace = self.root / "trace"

    def command(self, verb, seed, *more, journal=None, faulty=None):
        """`faulty`: which of two copies the faults come into, "primary" or "copy"; or no second
        copy."""
        dirs = {None: ["--dir", str(self.vault)],
                "primary": ["--dir", str(self.vault), "--copy", str(self.other)],
                "copy": ["--dir", str(self.other), "--copy", str(self.vault)]}[faulty]
        return [str(self.driver), verb, *dirs, "--journal", str(journal or self.journal),
                "--keys", str(self.keys), "--seed", str(seed), *map(str, more)]

    def run(self, argv):
        return subprocess.run(argv, capture_output=True, text=True, check=False,
                              timeout=POINT_SECONDS_MAX)

    def paths(self, files):
        """The paths of one class of the vault's files, as strace's -P wants them."""
        numbers = [f"{n:06}" for n in range(FILES_MAX)]
        of_class = {
            "log": [f"{n}.log" for n in numbers],
            "sst": [f"{n}.sst" for n in numbers],
            "manifest": [f"MANIFEST-{n}" for n in numbers],
            "names": ["", "CURRENT", "LOCK", "IDENTITY", *[f"{n}.dbtmp" for n in numbers]],
        }
        names = sum(of_class.values(), []) if files == "any" else of_class[files]
        return [argument for name in names
                for argument in ("-P", str(self.vault / name) if name else str(self.vault))]

    def strace(self, calls, files, fault):
        """The arguments that put `fault` into `calls` to `files`."""
        # strace 6.1 loses the signals that it injects where a filter stops the call.
        fast = [] if "signal" in fault else ["--seccomp-bpf"]
        return ["strace", "-f", "-qqq", *fast, "-o", str(self.trace), *self.paths(files),
                "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}"]

    def was_injected(self):
        return "(INJECTED)" in self._traced()

    def watch(self):
        """As strace(), but only to see all calls of all kinds, with the files that they meet."""
        return ["strace", "-f", "-qqq", "-y", "--seccomp-bpf", "-o", str(self.trace), "-e",
                f"trace={SYNCS},{WRITES},{NAMES}"]

    def counts(self):
        """By call and class of files: how often the thread that calls most often did, for strace
        counts for each on its own."""
        by_thread = collections.Counter()
        for line in self._traced().splitlines():
            call = re.match(r"(\d+) +(\w+)\(", line)
            if not call or str(self.vault) not in line:
                continue
            for files, pattern in OF_CLASS.items():
                if re.search(pattern, line):
                    by_thread[call[1], call[2], files] += 1
                    break
        return by_thread

    def _traced(self):
        return self.trace.read_text(encoding="utf-8", errors="replace")

    def wait_for_work(self):
        """Until a worker that runs beside has promised something."""
        end = time.monotonic() + POINT_SECONDS_MAX
        while not self.journal.exists() or self.journal.stat().st_size == 0:
            if time.monotonic() > end:
                raise RuntimeError("the worker did not begin")
            time.sleep(0.02)

    def refusals(self):
        """What the vault said when it would not open while a fault lasted."""
        if not self.journal.exists():
            return []
        return [line[len("error open: "):]
                for line in self.journal.read_text(encoding="utf-8").splitlines()
                if line.startswith("error open: ")]


@contextlib.contextmanager
def place(driver, keys):
    with tempfile.TemporaryDirectory(prefix="crash.", dir=memory_dir()) as root:
        yield Place(root, driver, keys)


def _must(argv, why):
    # Programs for file systems are not in everybody's path, nor in a Bazel test's.
    path = os.environ.get("PATH", "/usr/bin") + ":/usr/sbin:/sbin"
    program = shutil.which(argv[0], path=path)
    if program is None:
        raise CannotPlay(f"{why}: there is no {argv[0]}")
    done = subprocess.run([program, *argv[1:]], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotPlay(f"{why}: {' '.join(argv[:2])}: {done.stderr.strip()}")


class Disk:
    """An ext4 file system of its own on a loop device, whose power can be cut."""

    def __init__(self, root):
        self.image, self.mount = pathlib.Path(root) / "disk.img", pathlib.Path(root) / "disk"
        self.mount.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(512 << 20)  # sparse
        _must(["mkfs.ext4", "-q", "-E", "lazy_itable_init=1,lazy_journal_init=1", str(self.image)],
              "no ext4 file system can be made")
        self.attach()

    def attach(self):
        _must(["mount", "-o", "loop", str(self.image), str(self.mount)],
              "a loop device cannot be mounted here (root is needed)")

    def detach(self):
        subprocess.run(["umount", "-l", str(self.mount)], capture_output=True, check=False)

    def cut_power(self):
        """What was not synced is lost, as it stands on the device."""
        handle = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", WITHOUT_LOG_FLUSH))
        except OSError as error:
            raise CannotPlay(f"ext4 here has no shutdown ioctl: {error}") from error
        finally:
            os.close(handle)

    def check_that_cuts_lose(self):
        """A cut that loses nothing would show nothing."""
        synced, unsynced = self.mount / "synced", self.mount / "unsynced"
        with open(synced, "wb") as file:
            file.write(b"kept")
            os.fsync(file.fileno())
        unsynced.write_bytes(b"lost")
        self.cut_power()
        self.restart()
        if not synced.exists() or unsynced.exists():
            raise CannotPlay("a power cut here does not lose what was not synced, and only that")
        synced.unlink()

    def restart(self):
        # A program that another thread is just starting may hold our handle until it runs.
        for _ in range(UNMOUNTS_MAX):
            if subprocess.run(["umount", str(self.mount)], capture_output=True,
                              check=False).returncode == 0:
                break
            time.sleep(0.05)
        else:
            raise CannotPlay("the disk that lost its power stays in use")
        self.attach()


@contextlib.contextmanager
def place_on_disk(driver, keys):
    with place(driver, keys) as outside:
        disk = Disk(outside.root)
        try:
            disk.check_that_cuts_lose()
            yield Place(outside.root, driver, keys, vault=disk.mount / "vault"), disk
        finally:
            disk.detach()


@contextlib.contextmanager
def place_of_size(driver, keys, size_bytes):
    """In a file system of so many bytes, and a function that makes it larger."""
    with place(driver, keys) as outside:
        mount = outside.root / "small"
        mount.mkdir()
        _must(["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "none", str(mount)],
              "no file system of a given size can be mounted here (root is needed)")
        try:
            yield (Place(outside.root, driver, keys, vault=mount / "vault"),
                   lambda size: _must(["mount", "-o", f"remount,size={size}", str(mount)],
                                      "the file system does not grow"))
        finally:
            subprocess.run(["umount", "-l", str(mount)], capture_output=True, check=False)
