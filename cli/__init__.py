"""Ways in for scripts and administrators: one module a noun, each command one call."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from flask import Flask

MODULES: Final = ("serve", "log", "plan", "plan_tables", "reminders", "why", "bounces", "organization", "demo", "seed")


def init_app(app: Flask) -> None:
    """Register every command."""
    for name in MODULES:
        import_module(f"cli.{name}").register(app)
