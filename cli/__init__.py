"""Ways in for scripts and administrators: one module a noun, each command one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final

from flask import Flask

MODULES: Final = (
    "serve",
    "log",
    "plan",
    "plan_tables",
    "target",
    "task",
    "reminders",
    "why",
    "bounces",
    "organization",
    "lifecycle",
    "report",
    "signature",
    "signers",
    "demo",
    "seed",
)
# commands that run every few minutes, or all day beside the web: they load no page, no reader of documents
LEAN: Final = dict.fromkeys(("remind", "deliver", "tick", "reconcile", "reminders", "scheduler"), ("reminders",))


def modules_for(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return what a lean command needs, from the words of its command line; None when everything is to be loaded."""
    return LEAN.get(words[1]) if len(words) > 1 else None


def init_app(app: Flask, modules: Iterable[str] = MODULES) -> None:
    """Register every command, or those of some modules."""
    for name in modules:
        import_module(f"cli.{name}").register(app)
