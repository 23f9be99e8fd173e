"""Documents of many kinds and bodies, none of which exists, against keys made by hand; and mutated copies of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from documents.readers.refusal import Unreadable
from tests.fixtures.campaigns import FULL, Campaign
from tests.fixtures.plan_mutations import MUTATIONS, Copy, copy_of
from tests.fixtures.plan_scores import Score, document, load, score
from workflow.planning.reading import NO_TASKS, SEVERAL_PLANS, WHO_LEADS, read

OWN = Path(__file__).parent / "documents"
REAL = Path(__file__).parents[4] / "shared" / "plans"
KEYS = [*sorted(OWN.glob("*.expected.json")), *sorted(REAL.glob("*.expected.json"))]
# column -> least share of what the keys ask, in per cent
LEAST = {"header": 98, "sections": 98, "tasks": 98, "place": 95, "leads": 97, "coordinators": 97}
NONE_OF = ("spurious", "invented")
MOST_LOST = 3.0
# Each mutation meets every fourth document in `make test`, and all of them in `make campaigns`.
STEP = 1 if FULL else 4


def reading(key: Path) -> Score:
    return score(load(key), read(document(key).read_bytes(), document(key).name))


def together(scores: Iterable[Score]) -> Score:
    """Return several scores as one."""
    whole = Score()
    for each in scores:
        whole.hits += each.hits
        whole.asked += each.asked
        whole.misses += each.misses
    return whole


@pytest.fixture(scope="module")
def originals() -> dict[Path, tuple[Score, Copy]]:
    """Return each document's score and the copy its mutations start from."""
    found = {}
    for key in KEYS:
        data, name = document(key).read_bytes(), document(key).name
        found[key] = (reading(key), copy_of(data, name, load(key)))
    return found


@pytest.mark.parametrize("key", sorted(OWN.glob("*.expected.json")), ids=lambda key: key.name.split(".")[0])
def test_a_document_of_the_state_is_read_as_a_careful_clerk_reads_it(key: Path) -> None:
    found = reading(key)
    few = {name for name, least in LEAST.items() if found.share(name) < min(least, 100)}
    assert few == set(), found.misses
    assert {name: found.asked[name] - found.hits[name] for name in NONE_OF if found.share(name) < 100} == {}, (
        found.misses
    )


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_copy_is_read_as_well_as_the_original(name: str, originals: dict[Path, tuple[Score, Copy]]) -> None:
    since = list(MUTATIONS).index(name) % STEP
    chosen = list(originals.values())[since::STEP]
    before = together(found for found, _ in chosen)
    changed = [MUTATIONS[name](copy) for _, copy in chosen]
    after = together(score(copy.key, read(*copy.file())) for copy in changed)
    lost = {column: before.share(column) - after.share(column) for column in before.asked}
    assert {column: share for column, share in lost.items() if share > MOST_LOST} == {}, after.misses
    assert after.asked["spurious"] <= before.asked["spurious"] + 1


def test_mutations_heaped_on_each_other_lose_little(
    campaign: Callable[..., Campaign], originals: dict[Path, tuple[Score, Copy]]
) -> None:
    run = campaign("mutated plans", small=12, full=3_000)
    before, after, columns = Score(), Score(), Counter[str]()
    for _ in range(run.count):
        key = run.random.choice(KEYS)
        found, copy = originals[key]
        for name in run.random.sample(sorted(MUTATIONS), 3):
            copy = MUTATIONS[name](copy)
        before = together([before, found])
        after = together([after, score(copy.key, read(*copy.file()))])
    for column in LEAST:
        columns[column] = round(before.share(column) - after.share(column))
    run.found(**{f"lost of {column}, points": lost for column, lost in columns.items()}, invented=_wrong(after))
    assert max(columns.values()) <= 2 * MOST_LOST, after.misses
    assert after.share("invented") >= before.share("invented") - 1, after.misses


def _wrong(found: Score) -> int:
    return found.asked["invented"] - found.hits["invented"]


# --- what is refused, asked or said -----------------------------------------------------------------------------

HEAD = "| UBND TỈNH SÔNG NGÂN<br>{mark}SỞ NỘI VỤ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\n|---|---|\n"
NUMBER = "| Số: 07/KH-SNV | Sông Ngân, ngày 09 tháng 01 năm 2024 |\n\n"
BODY = "{mark}KẾ HOẠCH\nCông tác năm 2024\n\nI. NHIỆM VỤ\n\n1. Giữ bí mật nhà nước, tài liệu mật theo quy định.\n"


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "Mật", "Độ mật: Tối mật", "[TUYỆT MẬT]", "(Mật)"])
@pytest.mark.parametrize("place", ["letterhead", "line above", "line below"])
def test_a_mark_of_secrecy_is_refused_wherever_it_stands_above_the_text(mark: str, place: str) -> None:
    head = HEAD.format(mark=f"{mark}<br>" if place == "letterhead" else "") + NUMBER
    body = BODY.format(mark=f"{mark}\n\n" if place == "line below" else "")
    text = (f"{mark}\n\n" if place == "line above" else "") + head + body
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), "plan.md")
    assert refused.value.code == "secret"


@pytest.mark.parametrize("title", ["Bảo vệ bí mật nhà nước năm 2024", "BẢO VỆ BÍ MẬT NHÀ NƯỚC NĂM 2024"])
def test_a_plan_about_secrets_is_none(title: str) -> None:
    text = HEAD.format(mark="") + NUMBER + BODY.format(mark="").replace("Công tác năm 2024", title)
    assert len(read(text.encode(), "plan.md")["tasks"]) == 1


def test_a_text_in_another_language_proposes_nothing() -> None:
    text = "WORK PLAN\n\n1. Objectives\n\nImprove services.\n\n2. Activities\n\n- Hold a meeting before 30 June 2024.\n"
    found = read(text.encode(), "plan.txt")
    assert (found["tasks"], found["targets"]) == ([], [])
    assert NO_TASKS in [problem["what"] for problem in found["problems"]]


def test_a_second_plan_in_the_file_is_said() -> None:
    first = HEAD.format(mark="") + NUMBER + BODY.format(mark="")
    end = "\n| Nơi nhận: - Lưu: VT. | GIÁM ĐỐC Lê Văn Tám |\n|---|---|\n\n"
    found = read((first + end + first + end).encode(), "plan.md")
    assert SEVERAL_PLANS in [problem["what"] for problem in found["problems"]]


@pytest.mark.parametrize(
    ("words", "lead"),
    [
        ("Phối hợp với Sở Y tế khám sức khỏe.", ["Sở Y tế"]),
        ("Phối hợp Sở Y tế khám sức khỏe.", ["Sở Y tế"]),
        ("Tổ chức hội nghị (Văn phòng chủ trì).", ["Văn phòng"]),
        ("Tổ chức hội nghị tại Sở Y tế.", []),
        ("Báo cáo Sở Y tế kết quả thực hiện.", []),
        ("Tổ chức hội nghị (Sở Y tế).", []),
        ("Cung cấp số liệu cho Công an tỉnh, Sở Y tế.", []),
        ("Phòng, chống dịch bệnh trên người.", []),
        ("Hội nghị tổng kết công tác năm.", []),
        ("Bộ máy được sắp xếp tinh gọn.", []),
    ],
)
def test_a_lead_is_only_who_is_named_as_the_doer(words: str, lead: list[str]) -> None:
    text = f"KẾ HOẠCH\nCông tác năm 2024\n\nI. MỤC ĐÍCH\n\n- Nâng cao.\n\nII. NHIỆM VỤ\n\n1. {words}\n"
    found = read(text.encode(), "plan.txt")
    assert [task["lead"] for task in found["tasks"]] == [lead]


def test_whoever_is_named_in_brackets_or_behind_a_dash_is_no_guess() -> None:
    text = "KẾ HOẠCH\nCông tác năm 2024\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. Phối hợp với các cơ quan liên quan thực hiện.\n"
    found = read(text.encode(), "plan.txt")
    assert (found["tasks"][0]["lead"], [item["ask"] for item in found["questions"]]) == ([], [WHO_LEADS])


def test_keys_and_documents_belong_together() -> None:
    assert len(KEYS) >= 25
    assert all(document(key).exists() for key in KEYS)
