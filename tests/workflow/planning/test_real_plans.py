"""Real plans against the keys a careful clerk made by hand.

The plans lie beside the checkout and are not shipped: where that folder is missing, this module holds no tests.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from workflow.planning.reading import read

PLANS = Path(__file__).parents[4] / "shared" / "plans"
KEYS = sorted(PLANS.glob("*.expected.json"))
# column of the score -> least share of what the key asks, in per cent
LEAST = {
    "header": 95,
    "sections": 95,
    "tasks": 92,
    "leads": 92,
    "coordinators": 90,
    "deadline kind": 80,
    "deadline dates": 95,
    "targets": 90,
}
NONE_OF = ("spurious", "invented")


def tally(key: Path) -> dict[str, tuple[int, int]]:
    """Return hits and asked of one plan by column, counted by the score program of that folder."""
    spec = importlib.util.spec_from_file_location("score", PLANS / "score.py")
    assert spec
    assert spec.loader
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    stem = key.name.removesuffix(".expected.json")
    document = next(found for ending in (".docx", ".md", ".txt") if (found := PLANS / f"{stem}{ending}").exists())
    want, got = json.loads(key.read_text(encoding="utf-8")), read(document.read_bytes(), document.name)
    counted: dict[str, tuple[int, int]] = score.Tally()
    score.header(want["plan"], got["plan"], counted)
    for count in (score.tasks, score.targets):
        count(want, got, counted)
    score.sections(want["sections"], got["sections"], counted)
    return counted


if KEYS:

    @pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name.removesuffix(".expected.json"))
    def test_a_real_plan_is_read_as_a_careful_clerk_reads_it(key: Path) -> None:
        counted = tally(key)
        shares = {name: 100 * hits / asked for name, (hits, asked) in counted.items() if asked and name in LEAST}
        assert {name: share for name, share in shares.items() if share < LEAST[name]} == {}
        assert {name: counted[name][0] for name in NONE_OF if name in counted and counted[name][0]} == {}

    def test_the_plan_this_product_was_asked_for_is_read_entirely() -> None:
        counted: dict[str, Any] = tally(PLANS / "ke-hoach-23-ctr-tu.expected.json")
        assert all(hits == asked for name, (hits, asked) in counted.items() if name in LEAST)
        assert (counted["tasks"], counted["targets"], counted["sections"]) == ((14, 14), (24, 24), (7, 7))
