"""Browsers that measure: signed in through the page, one at a time or eight at once."""

from __future__ import annotations

import re
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import urlencode

CLIENTS: Final = 8
TOKEN: Final = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Browser:
    """One browser with a kept connection and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the connection."""
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request and return status and text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def get(self, path: str) -> str:
        """Open a page. Raises RuntimeError unless it is there."""
        status, text = self.send("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status}")
        return text

    def sign_in(self, username: str, password: str) -> None:
        """Sign in through the page. Raises RuntimeError when refused."""
        form = {"csrf_token": self.token("/login"), "username": username, "password": password}
        status, _ = self.send("POST", "/login", form)
        if status != 302:
            raise RuntimeError(f"signing in as {username}: {status}")

    def token(self, path: str) -> str:
        """Return the form token of a page."""
        found = TOKEN.search(self.get(path))
        if found is None:
            raise RuntimeError(f"{path} has no form")
        return found[1]


@dataclass(frozen=True)
class Timed:
    """What came of asking: milliseconds of one client, rate of eight, and how many failed."""

    p50: float
    p95: float
    rate: float
    failed: int = 0


def timed(ask: Callable[[Browser], bool], open_browser: Callable[[], Browser], seconds: float) -> Timed:
    """Ask again and again, first one client, then eight at once, each for so many seconds."""
    alone, _ = _ask_for(ask, open_browser(), seconds)
    many: list[tuple[list[float], int]] = []
    browsers = [open_browser() for _ in range(CLIENTS)]
    threads = [threading.Thread(target=_noted, args=(many, ask, browser, seconds)) for browser in browsers]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    cut = statistics.quantiles(alone, n=20) if len(alone) > 1 else [alone[0]] * 19
    rate = sum(len(times) for times, _ in many) / spent
    return Timed(statistics.median(alone), cut[18], rate, sum(failed for _, failed in many))


def _noted(kept: list[tuple[list[float], int]], *asked: Any) -> None:
    kept.append(_ask_for(*asked))


def once(path: str) -> Callable[[Browser], bool]:
    """Return the asking for one page."""
    return lambda browser: browser.send("GET", path)[0] == 200


def progress(task_id: int, token: str) -> Callable[[Browser], bool]:
    """Return the sending of one report of progress, a form of its own each time."""

    def ask(browser: Browser) -> bool:
        form = {"csrf_token": token, "idempotency_key": uuid.uuid4().hex, "text": "Đang thực hiện theo kế hoạch."}
        return browser.send("POST", f"/tasks/{task_id}/progress", form)[0] == 302

    return ask


def _ask_for(ask: Callable[[Browser], bool], browser: Browser, seconds: float) -> tuple[list[float], int]:
    """Return the milliseconds of each answer, and how many were not what they should be; the first warms up."""
    ask(browser)
    times, failed = [], 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        failed += not ask(browser)
        times.append((time.perf_counter() - began) * 1000)
    return times, failed
