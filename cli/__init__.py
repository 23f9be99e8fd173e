"""Ways in for scripts and administrators: one module a noun, each command one call."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final

from flask import Flask

REMINDING: Final = ("remind", "reminders")
MODULES: Final = (
    "serve",
    "log",
    "log_keeping",
    "plan",
    "plan_tables",
    "target",
    "task",
    *REMINDING,
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
LEAN: Final = {
    "remind": ("remind",),
    **dict.fromkeys(("deliver", "tick", "reconcile", "reminders", "scheduler"), REMINDING),
}


def modules_for(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return what a lean command needs, from the words of its command line; None when everything is to be loaded."""
    return LEAN.get(words[1]) if len(words) > 1 else None


if modules_for(sys.argv) is not None:
    gc.disable()  # while all is loaded, of which nothing is let go again; `app` switches it on


def init_app(app: Flask, modules: Iterable[str] = MODULES) -> None:
    """Register every command, or those of some modules."""
    for name in modules:
        import_module(f"cli.{name}").register(app)
