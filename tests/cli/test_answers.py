"""What commands are given: a moment inside the years one counts in, or a word about how to write it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.fixtures.places import World

pytestmark = pytest.mark.usefixtures("world")  # commands run inside an application context


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1999-12-31T23:59", "2101-01-01T00:00", "9999-12-31T00:00"])
def test_a_moment_outside_the_years_one_counts_in_is_wrong_use_and_no_fault(
    moment: str, world_app: tuple[Flask, World]
) -> None:
    answer = world_app[0].test_cli_runner().invoke(args=["remind", "--dry-run", "--at", moment])
    assert (answer.exit_code, f"'{moment}': hãy viết" in answer.output) == (2, True)


@pytest.mark.parametrize("moment", ["2000-01-01T00:00", "2100-12-31T23:59"])
def test_the_first_and_the_last_moment_one_counts_in_are_taken(moment: str, world_app: tuple[Flask, World]) -> None:
    answer = world_app[0].test_cli_runner().invoke(args=["remind", "--dry-run", "--at", moment])
    assert answer.exit_code == 0, answer.output
