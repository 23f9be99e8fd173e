"""Duties to report that tasks hold: from whom, to whom, by when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from workflow.planning.names import begins_name, names_from

_REPORT: Final = re.compile(
    r"báo cáo(?: (kết quả|tình hình|việc|tiến độ|định kỳ|sơ kết|tổng kết|đánh giá))?", re.IGNORECASE
)
_TO: Final = re.compile(r"(?:về|gửi(?: về)?|cho|lên|thông qua|trình|báo cáo) (?=\S)", re.IGNORECASE)
_BEHIND: Final = re.compile(
    r" (?=(?:kết quả|tình hình|định kỳ|trước|theo|về|qua|thông qua|việc|những|các nội dung)(?!\w))"
)


def report_of(text: str, leads: Sequence[str], deadline: str | None, meaning: dict[str, Any]) -> dict[str, Any] | None:
    """Return the reporting duty in a task's text, None when it holds none with a receiver or a time of its
    own.
    """
    report = next((match for match in _REPORT.finditer(text) if not text[: match.start()].endswith("tổng hợp ")), None)
    if report is None:
        return None
    receiver = _receiver(text, report.start())
    is_duty = report[1] is not None or meaning.get("kind") == "recurring"
    if not is_duty or (receiver is None and deadline is None):
        return None
    return {"from": ", ".join(leads), "to": receiver, "deadline": deadline, "meaning": meaning}


def _receiver(text: str, start: int) -> str | None:
    """Return the first body named behind "báo cáo … về", "gửi" or right behind "báo cáo"."""
    for match in _TO.finditer(text, start, start + 400):
        if begins_name(text[match.end() :]):
            names, _ = names_from(text, match.end())
            return _BEHIND.split(names)[0].strip(" ,") or None
    return None
