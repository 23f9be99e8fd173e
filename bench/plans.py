"""How well plans are read: the score program of a folder of plans with answer keys, the goals beside its figures."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# column of the score -> the least share of what is asked, or the most, in per cent
LEAST: Final = {
    "header": 95.0, "sections": 95.0, "tasks": 92.0, "leads": 92.0, "deadline kind": 95.0, "deadline dates": 95.0,
    "targets": 90.0,
}  # fmt: skip
MOST: Final = {"spurious": 10.0, "invented": 0.0}
# score.py prints a name of 34 letters and columns of 16 in this order
COLUMNS: Final = (
    "header", "sections", "tasks", "leads", "coordinators", "deadline kind", "deadline dates", "targets", "spurious",
    "invented",
)  # fmt: skip


def score(folder: Path) -> Iterator[str]:
    """Yield the lines of the score of a folder's plans, then the goals, and whether each is met.

    The figures are counted by the `score.py` of that folder. Raises FileNotFoundError when it has none.
    """
    program = folder / "score.py"
    if not program.is_file():
        raise FileNotFoundError(program)
    with tempfile.TemporaryDirectory(prefix="dondoc-score-") as place:
        out = Path(place) / "score.json"
        command = [sys.executable, str(program), "--dir", str(folder), "--json", str(out), "--"]
        reader = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "read", "--json"]
        done = subprocess.run([*command, *reader], cwd=ROOT, capture_output=True, text=True, check=True)
        total: dict[str, tuple[int, int]] = json.loads(out.read_text(encoding="utf-8"))["total"]
    yield from done.stdout.splitlines()
    yield _line("goal", {**{name: f"≥ {share:g} %" for name, share in LEAST.items()},
                         **{name: f"≤ {share:g} %" for name, share in MOST.items()}})  # fmt: skip
    yield _line("", {name: "met" if is_met(name, *counted) else "NOT MET" for name, counted in total.items()
                     if name in LEAST or name in MOST})  # fmt: skip


def is_met(name: str, hits: int, asked: int) -> bool:
    """Tell whether a column's figure reaches its goal; what nobody asked for is reached."""
    share = 100 * hits / asked if asked else 100.0
    return share >= LEAST[name] if name in LEAST else share <= MOST[name] or not asked


def _line(title: str, values: dict[str, str]) -> str:
    return title.ljust(34) + "".join(values.get(name, "").rjust(16) for name in COLUMNS)
