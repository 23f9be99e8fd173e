"""The tables under samples/ that tell the sample world: read once, as they stand in the files."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "samples"


def toml(name: str) -> dict[str, Any]:
    """Return a TOML table."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    """Return the lines of a CSV table, by their headings."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(name: str) -> str:
    """Return a document."""
    return (FOLDER / name).read_text(encoding="utf-8")
