"""Real plans printed to PDF: what is understood of the print is what is understood of the text.

The plans lie beside the checkout and are not shipped: where that folder is missing, this module holds no tests.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.prints import Print, official
from workflow.planning.reading import read

PLANS = Path(__file__).parents[4] / "shared" / "plans"
KEYS = sorted(PLANS.glob("*.expected.json"))
POINTS = 3


def shares(got: dict[str, Any], want: dict[str, Any]) -> dict[str, float]:
    """Return the share of each column of the score in per cent, counted by the score program of that folder."""
    spec = importlib.util.spec_from_file_location("score", PLANS / "score.py")
    assert spec
    assert spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    counted: dict[str, tuple[int, int]] = score.Tally()
    score.header(want["plan"], got["plan"], counted)
    score.sections(want["sections"], got["sections"], counted)
    score.tasks(want, got, counted)
    score.targets(want, got, counted)
    return {name: 100 * hits / asked for name, (hits, asked) in counted.items() if asked}


if KEYS:

    @pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name.removesuffix(".expected.json"))
    def test_the_print_of_a_real_plan_scores_within_three_points_of_its_text(in_print: Print, key: Path) -> None:
        stem = key.name.removesuffix(".expected.json")
        document = next(found for ending in (".docx", ".md", ".txt") if (found := PLANS / f"{stem}{ending}").exists())
        want, data = json.loads(key.read_text(encoding="utf-8")), document.read_bytes()
        text, print_out = read(data, document.name), read(in_print(official(data, document.name)), "plan.pdf")
        of_text, of_print = shares(text, want), shares(print_out, want)
        worse = {"spurious", "invented"}
        assert {
            name: (share, of_print.get(name, 0.0))
            for name, share in of_text.items()
            if (of_print.get(name, 0.0) - share) * (-1 if name in worse else 1) < -POINTS
        } == {}
