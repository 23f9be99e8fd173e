"""Every class of tampering, many times over, at places drawn by chance: found each time where it begins (LOG-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from accountability import verify
from tests.fixtures import tampering
from tests.fixtures.campaigns import Campaign
from tests.fixtures.places import World
from tests.fixtures.tampering import Lab


def test_whatever_is_done_to_the_log_is_found_at_its_first_bad_line(
    world: World, engine: str, campaign: Callable[..., Campaign]
) -> None:
    rounds = campaign(f"tamper lab on {engine}, each class", small=1, full=50)
    for task in world.drafts:
        world.assign(task, "CSDT", date(2026, 1, 30))
        world.complete(task)
    lab = Lab(rounds.random)
    missed = []
    for _ in range(rounds.count):
        for tamper in tampering.classes(engine):
            expected = lab.commit(tamper)
            verdict = verify.log()
            if (verdict.ok, verdict.first_bad, verdict.reason) != (False, *expected):
                missed.append((tamper.__name__, expected, verdict))
            lab.restore()
    rounds.found(classes=len(tampering.classes(engine)), missed=len(missed))
    assert missed == []
