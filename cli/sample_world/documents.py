"""The two plans of the sample world: the closed one of 2021–2025, and the current one, read like any upload."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import vietnamese
from cli.sample_world import tables
from cli.sample_world.stage import Stage
from workflow import coverage, imports, plans, planseal
from workflow.permissions import Scope
from workflow.queries import tasks as queries
from workflow.queries.tasks import Filter

CLOSED: Final = "closed"
CURRENT: Final = "current"
CLERK: Final = "vi.hong"
READ_CLOSED: Final = date(2021, 11, 22)
CLOSED_BY: Final = date(2025, 12, 30)
# the file stays free to be imported by hand: what the sample world holds is the same plan as first issued
FIRST_ISSUE: Final = (("Số: 38/KH-BDT", "Số: 36/KH-BDT"), ("ngày 26 tháng 11 năm 2021", "ngày 15 tháng 11 năm 2021"))
FRAME: Final = "Nội dung dẫn nhập, mục đích, yêu cầu hoặc quy định chung; không phải nhiệm vụ riêng."
NO_TASK: Final = "Nội dung thuộc trách nhiệm của cơ quan khác, được nêu để phối hợp."

WORDS: Final[dict[str, Callable[[date], str]]] = {
    "by": lambda day: f"chậm nhất ngày {day:%d/%m/%Y}",
    "before": lambda day: f"trước ngày {day:%d/%m/%Y}",
}
DATELESS: Final = {
    "ongoing": "thường xuyên",
    "event": "sau khi có văn bản của cấp có thẩm quyền",
    "none": "",
    "recurring": "hằng quý",
}


def closed_plan() -> tuple[str, bytes]:
    """Return name and bytes of the plan of 2021–2025 as first issued."""
    text = tables.text("ke-hoach-ban-dan-toc.md")
    for now, first in FIRST_ISSUE:
        text = text.replace(now, first)
    return "ke-hoach-36-kh-bdt.md", text.encode()


def current_plan(stage: Stage, issued: date, found: list[dict[str, str]]) -> tuple[str, bytes]:
    """Return name and bytes of the current plan, its tasks written out with lead, product and time."""
    names = {row["code"]: row["name"] for row in tables.toml("organisation.toml")["unit"]}
    names |= {
        row["unit"]: row["name"]
        for row in tables.toml("organisation.toml")["name"]
        if row.get("form", "full") == "full"
    }
    lines = [_line(number, row, stage, issued, names) for number, row in enumerate(found, start=1)]
    text = tables.text("ke-hoach-hien-hanh.md").format(
        number=45, day=issued.day, month=issued.month, year=issued.year, last_year=issued.year + 4,
        basis=stage.days.of("i-12", i=issued).strftime("%d/%m/%Y"), tasks="\n\n".join(lines),
    )  # fmt: skip
    return "ke-hoach-45-kh-sdttg.md", text.encode()


def deadline_words(row: dict[str, str], stage: Stage, assigned: date) -> str:
    """Return the words of a task's deadline as its document writes them."""
    if not row["due"]:
        return DATELESS[row["words"]]
    return WORDS[row["words"]](written_day(row, stage, assigned))


def written_day(row: dict[str, str], stage: Stage, assigned: date) -> date:
    """Return the day that stands in the words: `before` names the day after the last one."""
    due = stage.days.of(row["due"], a=assigned)
    return date.fromordinal(due.toordinal() + 1) if row["words"] == "before" else due


def take(stage: Stage, name: str, data: bytes, wanted: list[str], key: str, at: datetime) -> list[int]:
    """Import a document as the office does and publish it as the chair does; return the drafts, in order.

    `wanted` are the titles to take, matched to what was read; when it is empty, every proposal of the body's own is.
    """
    clerk = stage.actor(CLERK, at)
    reading = imports.read_upload(name, data, by=clerk, at=at)
    found = json.loads(imports.reading(reading, clerk).payload)["tasks"]
    choice = _choice(found, wanted)
    stage.plan[key] = imports.accept(reading, choice, by=clerk, at=at)
    return drafts(stage, key, at)


def publish(stage: Stage, key: str, at: datetime) -> None:
    """Publish a plan as the chair does."""
    plan_id, clerk = stage.plan[key], stage.actor(CLERK, at)
    coverage.declare(plan_id, [clause.id for clause in coverage.open_clauses(plan_id)], FRAME, by=clerk, at=at)
    shown = planseal.shown_hash(coverage.visible(plan_id))
    plans.publish(plan_id, password=stage.password, content_hash=shown, by=stage.chair(at), at=at)


def close(stage: Stage, key: str, at: datetime) -> None:
    """Close a plan whose time is over, as the chair does."""
    plans.close(stage.plan[key], by=stage.chair(at), at=at)


def drafts(stage: Stage, key: str, at: datetime) -> list[int]:
    """Return the drafts of a plan in the order of its text."""
    scope, ref = Scope(stage.actor(CLERK, at)), stage.reference(at)
    page = queries.page(Filter(state="to_assign", plan_id=stage.plan[key]), ref, seen_by=scope)
    found = [*page.rows]
    while page.next is not None:
        page = queries.page(Filter(state="to_assign", plan_id=stage.plan[key], after=page.next), ref, seen_by=scope)
        found += page.rows
    for row in found:
        stage.task[row.title] = row.id
    return sorted(row.id for row in found)


def _choice(found: list[dict[str, Any]], wanted: list[str]) -> imports.Choice:
    """Take each proposal that begins with a wanted title under that title; say of the others that they are no tasks."""
    if not wanted:
        own = {number: item["text"] for number, item in enumerate(found) if _is_own(item)}
        return imports.Choice(
            taken=own, declared={number: NO_TASK for number in range(len(found)) if number not in own}
        )
    taken: dict[int, str] = {}
    for number, item in enumerate(found):
        words = vietnamese.fold(item["text"])
        title = next((title for title in wanted if vietnamese.fold(title) in words), None)
        if title is not None and title not in taken.values():
            taken[number] = title
    return imports.Choice(
        taken=taken, declared={number: NO_TASK for number in range(len(found)) if number not in taken}
    )


def _is_own(item: dict[str, Any]) -> bool:
    return not any(vietnamese.fold(name).startswith("uy ban") for name in item["lead"])


def _line(number: int, row: dict[str, str], stage: Stage, issued: date, names: dict[str, str]) -> str:
    facts = [f"{number}. {row['title']}"]
    if row["unit"]:
        facts.append(f"Chủ trì: {names[row['unit']]}")
    if row["with"]:
        facts.append("Phối hợp: " + ", ".join(names[code] for code in row["with"].split(";")))
    if row["product"]:
        facts.append(f"Sản phẩm: {row['product']}")
    words = deadline_words(row, stage, issued)
    if words:
        facts.append(f"Thời gian hoàn thành: {words}")
    return "; ".join(facts) + "."
