"""How many SQL statements a page takes: the whole request of a signed-in person, from the application itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import Context
from typing import Any, Final

from flask import Flask
from sqlalchemy import event

from models.base import db

TOKEN: Final = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# what opens and closes a transaction is no question to the database
FRAME: Final = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


class Counted:
    """The application in this process, with every statement counted."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.said: list[str] = []
        self.client = app.test_client()
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)

    def of(self, account: Mapping[str, str], path: str) -> int:
        """Return how many statements a page takes once it is warm."""
        self.client = self.app.test_client()
        ask = self._ask
        token = TOKEN.search(ask("GET", "/login").get_data(as_text=True))
        form = {
            "csrf_token": token[1] if token else "",
            "username": account["username"],
            "password": account["password"],
        }
        ask("POST", "/login", data=form)
        ask("GET", path)
        self.said.clear()
        answer = ask("GET", path)
        if answer.status_code != 200:
            raise RuntimeError(f"GET {path}: {answer.status_code}")
        return len(self.said)

    def again(self, path: str) -> None:
        """Open a page once more as the same person."""
        self._ask("GET", path)

    def _ask(self, method: str, where: str, **more: Any) -> Any:
        return Context().run(self.client.open, where, method=method, **more)

    def _note(self, *facts: Any) -> None:
        if not facts[2].startswith(FRAME):
            self.said.append(facts[2])
