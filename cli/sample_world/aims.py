"""The targets of the sample's two plans: who follows them, goals for years, and values reported year by year.

A value behind `~` is an estimate; one year's is corrected, and one is missing, so that each can be seen.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

import vietnamese
from cli.sample_world import documents, tables
from cli.sample_world.stage import Stage
from models.base import db
from models.plans import Target
from models.words import Cadence, Direction, Standing
from workflow import target_tables, targets
from workflow.targets import Care, Report

SOURCE: Final = "Báo cáo số {number}/BC-{body} ngày {day:%d/%m/%Y} về kết quả thực hiện chỉ tiêu năm {year}"
REASON: Final = "Cục Thống kê công bố số liệu rà soát chính thức thấp hơn số đã báo cáo."
GOALS_ON: Final = date(2022, 2, 10)
GOALS_BY: Final = "Quyết định số 58/QĐ-BDT ngày 09/02/2022 về giao chỉ tiêu từng năm"
# goals for single years, as the decision's annex gives them: group, name, unit, then the years
YEARS: Final = (2022, 2023, 2024)
GOALS: Final = (
    ("Kết cấu hạ tầng", "tỷ lệ thôn có đường ô tô được cứng hóa đến trung tâm thôn", "%", ("68", "72", "76")),
    ("Lao động", "tỷ lệ lao động người dân tộc thiểu số qua đào tạo nghề phù hợp", "%", ("≥ 56", "≥ 59", "≥ 62")),
)
# the value corrected a month later: which target, which year, what was reported first
WRONG: Final = ("đồng bào dân tộc thiểu số tham gia bảo hiểm y tế", 2023, Decimal("96.1"))
FIRST_YEAR: Final = {documents.CLOSED: 2021}
SETTLED: Final = {documents.CLOSED: date(2022, 1, 12)}


class Aims:
    """Puts what is said on targets on the stage."""

    def __init__(self, stage: Stage, issued: date) -> None:
        self.stage = stage
        self.first = {**FIRST_YEAR, documents.CURRENT: issued.year}
        self.settled = {**SETTLED, documents.CURRENT: stage.days.calendar.add(issued, 3)}

    def tell(self) -> None:
        """Tell of every row of the table, and of the goals for single years."""
        self.stage.add(GOALS_ON, 30, self._goals)
        for place, row in enumerate(tables.rows("targets.csv")):
            self._tell(row, place)

    def _tell(self, row: dict[str, str], place: int) -> None:
        self.stage.add(self.settled[row["plan"]], 40 + place, lambda at: self._follow(row, at))
        for offset in range(5):
            text = row[f"y{offset + 1}"]
            if not text:
                continue
            year = self.first[row["plan"]] + offset
            value, is_estimate = Decimal(text.removeprefix("~")), text.startswith("~")
            day = self.stage.days.of("t-10") if is_estimate else date(year + 1, 1, 18)
            is_wrong = (row["starts"], year) == WRONG[:2] and row["plan"] == documents.CLOSED
            standing = Standing.PROVISIONAL if is_estimate else Standing.OFFICIAL
            self._report(row, year, WRONG[2] if is_wrong else value, standing, day, place)
            if is_wrong:
                self._report(row, year, value, standing, date(year + 1, 2, 20), place, REASON)

    def _report(
        self, row: dict[str, str], year: int, value: Decimal, standing: Standing, day: date, place: int, why: str = ""
    ) -> None:
        body = "BDT" if day < date(2025, 3, 1) else "SDTTG"
        said = Report(str(year), value, standing, SOURCE.format(number=12 + place, body=body, day=day, year=year), why)

        def act(at: datetime) -> None:
            clerk = self.stage.actor(documents.CLERK, at)
            targets.report(self._target(row), said, by=clerk, at=at)

        self.stage.add(self.stage.days.calendar.on_or_after(day), 60 + place, act)

    def _follow(self, row: dict[str, str], at: datetime) -> None:
        care = Care(
            unit_id=self.stage.unit[row["unit"]],
            direction=Direction(row["direction"]),
            cadence=Cadence(row["cadence"]),
            baseline=Decimal(row["baseline"]),
            baseline_year=int(row["baseline_year"]),
        )
        targets.follow(self._target(row), care, by=self.stage.actor(documents.CLERK, at), at=at)

    def _goals(self, at: datetime) -> None:
        columns = [{"letter": "", "kind": "goal", "year": year} for year in YEARS]
        rows: list[dict[str, Any]] = [
            {"row": number, "group": group, "name": name, "unit": unit, "values": list(values)}
            for number, (group, name, unit, values) in enumerate(GOALS, start=1)
        ]
        payload = {"columns": columns, "rows": rows}
        clerk = self.stage.actor(documents.CLERK, at)
        target_tables.take(self.stage.plan[documents.CLOSED], payload, GOALS_BY, by=clerk, at=at)

    def _target(self, row: dict[str, str]) -> int:
        """Return the target a row speaks of by how it begins. Raises LookupError when the plan has none such."""
        query = select(Target.id, Target.about_what).where(Target.plan_id == self.stage.plan[row["plan"]])
        wanted = vietnamese.fold(row["starts"])
        for key, about in db.session.execute(query.order_by(Target.id)):
            if wanted in vietnamese.fold(about):
                return int(key)
        raise LookupError(row["starts"])
