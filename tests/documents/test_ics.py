"""The calendar file: whole days, stable names, nothing a title could smuggle in."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icalendar import Calendar

from documents.writers.ics import Day, calendar

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def test_each_deadline_is_a_whole_day_that_takes_nobodys_hours() -> None:
    text = calendar("Hạn", [Day("task-1@x", date(2026, 1, 30), "Báo cáo", "Phòng", "http://x/tasks/1")], AT).decode()
    assert "DTSTART;VALUE=DATE:20260130\r\n" in text
    assert "TRANSP:TRANSPARENT" in text
    assert "DTSTAMP:20260105T010000Z" in text


def test_a_title_stays_a_title_whatever_it_holds() -> None:
    nasty = "Báo cáo; khẩn, \\n\r\nEND:VEVENT\r\nBEGIN:VEVENT " + "rất dài " * 60
    whole = calendar("Hạn", [Day("u", date(2026, 1, 30), nasty, nasty, "http://x")], AT)
    found = Calendar.from_ical(whole)
    assert len(found.events) == 1
    assert "rất dài" in str(found.events[0]["summary"])
    assert max(len(line) for line in whole.split(b"\r\n")) <= 75


def test_a_calendar_without_days_is_still_a_calendar() -> None:
    assert Calendar.from_ical(calendar("Hạn", [], AT)).events == []
