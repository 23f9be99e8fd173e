"""How measurements are printed: one line a job and size, with goal, the bare limit of the same run, and the ratio."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEADINGS: Final = ("job", "tasks", "p50 ms", "p95 ms", "8 clients", "SQL", "limit", "ratio", "goal", "")


@dataclass(frozen=True)
class Figure:
    """One measurement: medians in milliseconds, rate with eight clients, statements; beside it limit and goal."""

    job: str
    size: int
    p50: float
    p95: float | None = None
    rate: float | None = None
    statements: int | None = None
    limit: float | None = None
    goal: str = ""
    is_met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the line's cells as they are printed."""
        ratio = self.p50 / self.limit if self.limit else None
        return (
            self.job,
            f"{self.size:,}" if self.size else "–",
            f"{self.p50:.1f}",
            _shown(self.p95, ".1f"),
            _shown(self.rate, ".0f", "/s"),
            _shown(self.statements, "d"),
            _shown(self.limit, ".2f"),
            _shown(ratio, ".1f", "×"),
            self.goal,
            {True: "met", False: "NOT MET", None: ""}[self.is_met],
        )


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def machine() -> str:
    """Return on what was measured, and which commit."""
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    commit = found.stdout.strip() or "no commit"
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {commit}, SQLite\n"


def _shown(value: float | None, form: str, unit: str = "") -> str:
    return "–" if value is None else f"{value:{form}}{unit}"
