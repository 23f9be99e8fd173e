"""Servers under measurement: the real application and a bare one, each a process of its own behind waitress."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
FLASK: Final = (sys.executable, "-m", "flask")
# a working day, after the hour of the digest: what is due does not depend on when somebody measures
MOMENT: Final = "2026-11-25T09:00"
PATIENCE: Final = 60.0


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of a measured application: its own data folder, sample passwords."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DONDOC_", "FLASK_"))}
    ours = {"DATA_DIR": str(folder), "TEST_MODE": "1", "NOW": MOMENT, "SESSION_IDLE_MINUTES": "480"}
    return kept | {f"DONDOC_{name}": value for name, value in ours.items()}


# what starts a measured command: a small process, for a child counts the memory of its parent as its own at first
STARTS: Final = """
import os, sys, time
began = time.perf_counter()
actions = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
_pid, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions), 0)
print(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(1 if status else 0)
"""


class Spent(NamedTuple):
    """What a command took from start to end: seconds, seconds of a processor, and its largest memory in MiB."""

    seconds: float
    processor: float
    memory: float


def command(folder: Path, *words: str, **more: str) -> Spent:
    """Run one `flask` command and return what it took. Raises CalledProcessError when it fails.

    `more` are settings beside the usual ones.
    """
    settings = environment(folder) | {f"DONDOC_{name}": value for name, value in more.items()}
    run = [sys.executable, "-S", "-c", STARTS, *FLASK, *words]
    done = subprocess.run(run, env=settings, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    seconds, processor, memory = map(float, done.stdout.split())
    return Spent(seconds, processor, memory)


@contextmanager
def real(folder: Path) -> Iterator[tuple[int, float]]:
    """Serve the application; give its port and the seconds from its start to its first page."""
    port = free_port()
    words = [*FLASK, "serve", "--no-scheduler", "--port", str(port)]
    with _running(words, port, "/login", environment(folder)) as seconds:
        yield port, seconds


@contextmanager
def bare(database: Path) -> Iterator[tuple[int, float]]:
    """Serve a bare Flask application on the same database; give its port and the seconds to its first page."""
    port = free_port()
    words = [sys.executable, "-m", "bench.bare", str(database), str(port)]
    with _running(words, port, "/", dict(os.environ)) as seconds:
        yield port, seconds


@contextmanager
def _running(words: list[str], port: int, path: str, settings: dict[str, str]) -> Iterator[float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        words, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"{' '.join(words[1:4])} did not start: {process.stderr and process.stderr.read()}")
            time.sleep(0.01)
        yield time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int, path: str) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status == 200
    except OSError:
        return False


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
