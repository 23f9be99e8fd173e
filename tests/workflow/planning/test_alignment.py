"""Two versions of a plan side by side: what stayed, changed, went and came, whatever was renumbered or moved."""

from __future__ import annotations

import random
import time

import pytest

from workflow.planning.alignment import Wording, align, differences

WORDS = (
    "rà soát",
    "chính sách",
    "đồng bào",
    "dân tộc",
    "thiểu số",
    "hỗ trợ",
    "nhà ở",
    "đất sản xuất",
    "kiểm tra",
    "dự án",
)


def clauses(count: int, seed: int = 1) -> list[Wording]:
    chance = random.Random(seed)
    return [Wording("II", f"{n}. {' '.join(chance.choices(WORDS, k=12))} số {n * 7}") for n in range(1, count + 1)]


def renumbered(found: list[Wording]) -> list[Wording]:
    return [Wording(each.path, f"{n}. {each.text.partition(' ')[2]}") for n, each in enumerate(found, start=1)]


def test_one_changed_one_deleted_and_two_added_are_found_though_all_numbers_move() -> None:
    old = clauses(40)
    new = list(old)
    new[10] = Wording("II", old[10].text.replace(" số ", " trong năm 2026, số "))
    del new[20]
    new.insert(5, Wording("II", "1. Xây dựng trụ sở làm việc mới cho các phòng"))
    new.append(Wording("II", "1. Mua sắm máy tính phục vụ chuyển đổi số"))
    found = align(old, renumbered(new))
    assert (len(found.same), found.changed, found.gone, found.added) == (38, [(10, 11)], [20], [5, 40])


def test_a_clause_that_moved_is_the_same_clause() -> None:
    old = clauses(10)
    found = align(old, [*old[1:], old[0]])
    assert len(found.same) == 10


@pytest.mark.parametrize("seed", range(25))
def test_each_clause_is_in_exactly_one_list_however_the_versions_differ(seed: int) -> None:
    chance = random.Random(seed)
    old = clauses(60, seed)
    new = [each for each in old if chance.random() > 0.2]
    for _ in range(15):
        new.insert(chance.randrange(len(new) + 1), chance.choice([*clauses(5, seed + 100), *old]))
    chance.shuffle(new) if seed % 5 == 0 else None
    found = align(old, new)
    assert sorted([*(one for one, _ in found.same + found.changed), *found.gone]) == list(range(len(old)))
    assert sorted([*(other for _, other in found.same + found.changed), *found.added]) == list(range(len(new)))
    assert all(old[one].key == new[other].key for one, other in found.same)


@pytest.mark.parametrize("text", [None, "Như trên", "x"])
def test_ten_thousand_clauses_take_seconds_not_hours(text: str | None) -> None:
    old = clauses(10_000)
    new = [Wording("II", text) if text and n % 2 else each for n, each in enumerate(old)]
    new[5:5] = clauses(300, 9)
    start = time.process_time()
    found = align(old, new)
    assert time.process_time() - start < 20
    assert len(found.same) >= 5_000 - 5


def test_two_wordings_are_told_word_by_word() -> None:
    assert differences("Hoàn thành trong quý II", "Hoàn thành trong quý III năm 2026") == [
        ("same", "Hoàn thành trong quý "), ("old", "II"), ("new", "III năm 2026"),
    ]  # fmt: skip
    assert [kind for kind, _ in differences("a " * 4000, "b")] == ["old", "new"]
