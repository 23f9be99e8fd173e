"""Placeholder until its owner writes it."""

from __future__ import annotations

from flask import Flask


def start(app: Flask) -> None:
    """Start the embedded scheduler."""
