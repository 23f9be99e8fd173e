"""What was answered "done" survives the death of the process; what was not is whole or absent (DUR-1, DUR-3)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.cookiejar import CookieJar

import pytest
from flask import Flask

from accountability import replay, verify
from models.base import db
from models.tasks import Note
from models.vocabulary import Action
from tests.fixtures.campaigns import ROOT, Campaign
from tests.fixtures.live import free_port
from tests.fixtures.places import PASSWORD, World

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Clicker:
    """Somebody at a browser who sends one comment after another and remembers which were answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = ""
        self.answered: list[str] = []

    def get(self, path: str) -> str:
        with self.jar.open(self.url + path, timeout=10) as answer:
            page: str = answer.read().decode()
        if found := TOKEN.search(page):
            self.token = found[1]
        return page

    def post(self, path: str, **fields: str) -> int:
        data = urllib.parse.urlencode({"csrf_token": self.token, **fields}).encode()
        with self.jar.open(self.url + path, data, timeout=10) as answer:
            status: int = answer.status
            return status

    def sign_in(self, username: str) -> None:
        self.get("/login")
        self.post("/login", username=username, password=PASSWORD)
        self.get("/")

    def comment_until_it_dies(self, task: int, run: int) -> None:
        for number in range(100_000):
            text = f"ý kiến {run}-{number}"
            try:
                self.post(f"/tasks/{task}/comment", text=text, idempotency_key=f"{run}-{number}")
            except (OSError, urllib.error.URLError):
                return
            self.answered.append(text)


@contextmanager
def served(app: Flask) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a web node as a process of its own."""
    port = free_port()
    environ = os.environ | {
        f"DONDOC_{name}": str(app.config[name]) for name in ("DATA_DIR", "DATABASE_URL", "LOG_ORIGIN")
    }
    command = [sys.executable, "-m", "flask", "serve", "--no-scheduler", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url + "/healthz", process)
        yield url, process
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the node did not start"
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the node did not answer within 30 s")


@pytest.mark.usefixtures("engine")
def test_an_act_that_was_answered_survives_a_kill_and_none_is_half_there(
    world_app: tuple[Flask, World], campaign: Callable[..., Campaign]
) -> None:
    app, world = world_app
    runs = campaign("acknowledged acts across kill -9", small=2, full=200)
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
        db.session.remove()
        db.engine.dispose()
    answered: list[str] = []
    for run in range(runs.count):
        with served(app) as (url, process):
            person = Clicker(url)
            person.sign_in("head_a")
            thread = threading.Thread(target=person.comment_until_it_dies, args=(world.drafts[0], run))
            thread.start()
            time.sleep(runs.random.uniform(0.3, 1.2))
            process.send_signal(signal.SIGKILL)
            thread.join(20)
            answered += person.answered
    with app.app_context():
        kept = list(db.session.scalars(db.select(Note.text).where(Note.kind == Action.COMMENT.value)))
        assert set(answered) - set(kept) == set(), "an acknowledged act is gone"
        assert len(kept) == len(set(kept))
        assert len(kept) - len(answered) <= runs.count, "more than one act in flight at a kill"
        assert verify.log().ok
        assert replay.differences() == []
    runs.found(acknowledged=len(answered), lost=0, half=0)
    assert answered
