"""Names in plans and the units they mean: one for sure, or a question."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from models.vocabulary import NameForm, UnitKind
from workflow.calendar import WorkCalendar
from workflow.planning.resolve import Resolution, UnitNames, directory, resolve
from workflow.reference import Name, Reference, UnitFacts

UNITS = {
    1: UnitNames(("Văn phòng",), ("Văn phòng Ban", "VP")),
    2: UnitNames(("Phòng Chính sách Dân tộc", "Phòng Chính sách"), ("Phòng Chính sách và Tuyên truyền",)),
    3: UnitNames(("Phòng Kế hoạch - Tổng hợp",), ("KHTH",)),
    4: UnitNames(("Ủy ban nhân dân tỉnh Sông Ngân",)),
    5: UnitNames(("Sở Kế hoạch và Đầu tư",)),
    6: UnitNames(("Sở Hòa giải",)),
    7: UnitNames(("Phòng Hoa",)),
    8: UnitNames(("Phòng Hóa",)),
    9: UnitNames(("Công an tỉnh Sông Ngân", "Công an tỉnh")),
    10: UnitNames(("Thanh tra Ban",)),
}

# written -> unit, how
SURE = [
    ("Văn phòng", 1, "exact"),
    ("  văn   phòng;", 1, "exact"),
    ("Phòng Chính sách", 2, "exact"),
    ("Giao Phòng Chính sách Dân tộc", 2, "exact"),
    (unicodedata.normalize("NFD", "Phòng Chính sách Dân tộc"), 2, "exact"),
    ("Sở Hoà giải", 6, "exact"),
    ("Uỷ ban nhân dân tỉnh Sông Ngân", 4, "exact"),
    ("Văn phòng Ban", 1, "alias"),
    ("Phòng Chính sách và Tuyên truyền", 2, "alias"),
    ("vp", 1, "alias"),
    ("UBND tỉnh Sông Ngân", 4, "abbreviation"),
    ("Sở KH&ĐT", 5, "abbreviation"),
    ("Sở KHĐT", 5, "abbreviation"),
    ("P. Kế hoạch - Tổng hợp", 3, "abbreviation"),
    ("Phòng KHTH", 3, "abbreviation"),
    ("SKHĐT", 5, "abbreviation"),
    ("Phong Chinh sach Dan toc", 2, "no_accent"),
    ("phong chinh sach", 2, "no_accent"),
    ("Phòng Chinh sach Dân tộc", 2, "no_accent"),
    ("thanh tra ban", 10, "exact"),
    ("Ủy ban nhân dân tỉnh", 4, "province"),
    ("Sở Kế hoạch và Đầu tư tỉnh Sông Ngân", 5, "province"),
]


@pytest.mark.parametrize(("written", "unit", "how"), SURE)
def test_a_name_that_means_one_unit_is_resolved_and_says_how(written: str, unit: int, how: str) -> None:
    assert resolve(written, UNITS) == Resolution(unit, (unit,), how)


@pytest.mark.parametrize(
    ("written", "how"),
    [
        ("Sở Ngoại vụ", "unknown"),
        ("", "unknown"),
        ("Phòng Chính sạch Dân tộc", "unknown"),
        ("Sở Kế hoạch", "unknown"),
        ("Công an xã", "unknown"),
        ("các phòng, đơn vị liên quan", "generic"),
        ("phong hoa", "ambiguous"),
        ("phòng " * 500, "unknown"),
    ],
)
def test_what_fits_no_unit_or_several_is_asked_and_never_guessed(written: str, how: str) -> None:
    found = resolve(written, UNITS)
    assert (found.unit_id, found.how) == (None, how)


def test_a_question_brings_the_units_that_come_near() -> None:
    assert resolve("Phòng Chính sạch Dân tộc", UNITS).candidates[0] == 2
    assert resolve("phong hoa", UNITS).candidates == (7, 8)
    assert resolve("Sở Ngoại vụ", UNITS).candidates == ()


def test_an_accent_that_contradicts_is_another_name() -> None:
    assert resolve("Phòng Hoá", UNITS).unit_id == 8
    assert resolve("Phòng Hoà", UNITS).unit_id is None


def test_former_names_lead_to_the_unit_of_today_and_ended_units_to_nobody() -> None:
    day, before = date(2026, 11, 24), date(2025, 3, 1)
    names = (Name("Phòng Tuyên truyền", NameForm.FULL, date(2020, 1, 1), before),
             Name("Phòng Địa bàn", NameForm.FULL, before, None))  # fmt: skip
    living = UnitFacts(1, "TTDB", UnitKind.DIVISION, True, 1, date(2020, 1, 1), None, names)
    gone = UnitFacts(2, "OLD", UnitKind.DIVISION, True, 2, date(2020, 1, 1), before, (names[0],))
    ref = Reference(day, {1: living, 2: gone}, (), WorkCalendar(), {}, None)
    assert [resolve(words, directory(ref)) for words in ("Phòng Địa bàn", "Phòng Tuyên truyền", "TTDB")] == [
        Resolution(1, (1,), "exact"),
        Resolution(1, (1,), "alias"),
        Resolution(1, (1,), "alias"),
    ]
