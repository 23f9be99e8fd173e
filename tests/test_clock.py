"""The clock: days of Vietnam, moments of the world, and a time that only tests can set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import clock
import config


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-05T16:59:59.999999+00:00", date(2026, 1, 5)),
        ("2026-01-05T17:00:00+00:00", date(2026, 1, 6)),
        ("2025-12-31T17:00:00+00:00", date(2026, 1, 1)),
        ("2024-02-28T17:00:00+00:00", date(2024, 2, 29)),
        ("2026-01-05T23:00:00-05:00", date(2026, 1, 6)),
    ],
)
def test_a_moment_falls_on_the_civil_day_of_vietnam(moment: str, day: date) -> None:
    assert clock.day_of(datetime.fromisoformat(moment)) == day


def test_a_day_begins_at_midnight_in_vietnam_and_ends_where_the_next_begins() -> None:
    day = date(2026, 1, 5)
    assert clock.start_of(day) == datetime(2026, 1, 4, 17, tzinfo=UTC)
    assert clock.end_of(day) == clock.start_of(date(2026, 1, 6))
    assert clock.day_of(clock.end_of(day) - timedelta(microseconds=1)) == day
    assert clock.day_of(clock.end_of(day)) == date(2026, 1, 6)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25T07:30", datetime(2026, 11, 25, 0, 30, tzinfo=UTC)),
        ("2026-11-25", datetime(2026, 11, 24, 17, tzinfo=UTC)),
        ("2026-11-25T07:30Z", datetime(2026, 11, 25, 7, 30, tzinfo=UTC)),
        ("2026-11-25T07:30:00+09:00", datetime(2026, 11, 24, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_local(text: str, moment: datetime) -> None:
    assert clock.parse_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "25/11/2026", "2026-02-30T00:00", "2026-11-25T25:00", "0001-01-01T00:00"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        clock.parse_moment(text)


def test_the_time_is_set_in_test_mode_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "now"
    path.write_text("2031-05-05T09:00\n", encoding="utf-8")
    monkeypatch.setenv("DONDOC_NOW_FILE", str(path))
    assert clock.now() == clock.parse_moment("2031-05-05T09:00")
    path.write_text("2031-05-06T00:00", encoding="utf-8")
    assert clock.today() == date(2031, 5, 6)
    monkeypatch.setenv("DONDOC_TEST_MODE", "0")
    assert clock.today() != date(2031, 5, 6)


@pytest.mark.parametrize("word", ["1", "true", "TRUE", "yes", "Yes", "on", "ON", " on "])
def test_every_word_that_turns_test_mode_on_lets_the_clock_be_set(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_TEST_MODE", word)
    monkeypatch.setenv("DONDOC_NOW", "2031-05-05T09:00")
    assert config.load({"DONDOC_DATA_DIR": str(tmp_path), "DONDOC_TEST_MODE": word})["TEST_MODE"] is True
    assert clock.today() == date(2031, 5, 5)


@pytest.mark.parametrize("word", ["0", "false", "no", "off", "", "maybe"])
def test_no_other_word_lets_the_clock_be_set(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_TEST_MODE", word)
    monkeypatch.setenv("DONDOC_NOW", "2031-05-05T09:00")
    assert clock.today() != date(2031, 5, 5)


def test_a_set_start_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_NOW", "2031-05-05T09:00")
    first, second = clock.now(), clock.now()
    assert clock.parse_moment("2031-05-05T09:00") <= first < second
    assert second - first < timedelta(minutes=1)


def test_every_moment_is_aware_and_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
