"""Two days held against each other: each figure then and now, the tasks that came and those that went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from accountability.reports import words
from accountability.reports.content import Content, Figure, Section
from documents.writers.official import Cell, Column, Counted, Group, Table

COLUMNS = (
    Column("TT", 10, centred=True),
    Column("Số liệu", 82),
    Column("Ngày {first}", 26, centred=True),
    Column("Ngày {second}", 26, centred=True),
    Column("Chênh lệch", 22, centred=True),
    Column("Nhiệm vụ thêm (số)", 42),
    Column("Nhiệm vụ bớt (số)", 42),
)


def compared(content: Content, earlier: Mapping[str, Figure], against: date, day: date) -> Content:
    """Return the content of a comparison: one table of figures, and one sentence for each that differs."""
    first, second = sorted(((against, earlier), (day, content.figures)), key=lambda each: each[0])
    names = {"first": words.day(first[0]), "second": words.day(second[0])}
    keys = [key for key in content.figures if key in earlier]
    rows = tuple(
        _row(place, key, content.figures[key].name, first[1][key], second[1][key])
        for place, key in enumerate(keys, start=1)
    )
    columns = tuple(replace(column, name=column.name.format_map(names)) for column in COLUMNS)
    title = "So sánh số liệu giữa hai thời điểm"
    table = Table("Phụ lục", title, "", "", columns, (Group("", rows),))
    subject = f"So sánh số liệu ngày {names['first']} và ngày {names['second']}: {content.subject}"
    opening = replace(content.sections[0], lines=tuple(_said(names, keys, first[1], second[1], content)))
    return replace(
        content,
        subject=subject,
        sections=(Section("compared", "", opening.lines),),
        tables=(table,),
        figures={**{f"{key}.then": replace(earlier[key], id=f"{key}.then") for key in keys}, **content.figures},
    )


def _row(place: int, key: str, name: str, first: Figure, second: Figure) -> tuple[Cell, ...]:
    more, less = set(second.tasks) - set(first.tasks), set(first.tasks) - set(second.tasks)
    change = second.value - first.value
    signed = f"+{change}" if change > 0 else str(change)
    return (
        place, name, Counted(first.value, key), Counted(second.value, key), signed, _listed(more), _listed(less),
    )  # fmt: skip


def _listed(tasks: set[int]) -> str:
    return ", ".join(str(task) for task in sorted(tasks))


def _said(
    names: Mapping[str, str],
    keys: list[str],
    first: Mapping[str, Figure],
    second: Mapping[str, Figure],
    content: Content,
) -> list[str]:
    changed = [key for key in keys if first[key].value != second[key].value or first[key].tasks != second[key].tasks]
    if not changed:
        return [f"Số liệu ngày {names['first']} và ngày {names['second']} không thay đổi."]
    lines = [f"So với ngày {names['first']}, số liệu ngày {names['second']} thay đổi như sau:"]
    told = (f"- {content.figures[key].name}: từ {first[key].value} thành {second[key].value}." for key in changed)
    return [*lines, *told]
