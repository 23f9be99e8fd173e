"""Placeholder until its owner writes it."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the commands."""


def fill_if_empty() -> None:
    """Fill an empty database."""
