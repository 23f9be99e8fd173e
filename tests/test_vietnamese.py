"""Vietnamese text: sorted as people sort it, found however it was typed, one spelling from any keyboard."""

from __future__ import annotations

import random
import unicodedata

import pytest

import vietnamese

# in the order of a Vietnamese dictionary: letters first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng), then capitals
WORDS = (
    "a",
    "à",
    "ả",
    "ã",
    "á",
    "ạ",
    "an",
    "án",
    "ăn",
    "ắn",
    "ân",
    "ấn",
    "ba",
    "ca",
    "cha",
    "da",
    "dương",
    "đa",
    "đà",
    "đường",
    "e",
    "ê",
    "ga",
    "giang",
    "ha",
    "i",
    "ka",
    "la",
    "ma",
    "na",
    "nga",
    "o",
    "ơn",
    "pa",
    "qua",
    "ra",
    "sa",
    "ta",
    "tha",
    "u",
    "ưa",
    "va",
    "xa",
    "ý",
)
# in the order of a list of people: the given name, then the rest
PEOPLE = (
    "Bế Văn An",
    "Hoàng Thị Ánh",
    "Lương Văn Bảo",
    "Lê Dung",
    "Triệu Minh Đức",
    "Lý Thị Én",
    "Vi Thị Hồng",
    "Trần Lan",
    "Nông Thị Lan",
    "Mông Yến",
)


def spellings(text: str) -> set[str]:
    """Return the same text composed and decomposed."""
    return {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}


def test_words_stand_in_the_order_of_the_dictionary() -> None:
    shuffled = list(WORDS)
    random.Random(20261124).shuffle(shuffled)
    assert tuple(sorted(shuffled, key=vietnamese.sort_key)) == WORDS


def test_people_stand_in_the_order_of_their_given_names() -> None:
    expected = ["An", "Ánh", "Bảo", "Dung", "Đức", "Én", "Hồng", "Lan", "Lan", "Yến"]
    assert [name.split()[-1] for name in sorted(set(PEOPLE), key=vietnamese.person_key)] == expected
    assert sorted(("Trần Lan", "Nông Thị Lan"), key=vietnamese.person_key) == ["Nông Thị Lan", "Trần Lan"]


def test_a_sort_key_sorts_alike_on_every_database_because_it_is_plain_ascii() -> None:
    for text in (*WORDS, *PEOPLE, "Số 23-CTr/TU", "€ ½ 漢"):
        key = vietnamese.sort_key(text)
        assert key.isascii()
        assert key == key.lower()
        assert {vietnamese.sort_key(spelling) for spelling in spellings(text)} == {key}


def test_small_letters_come_before_capitals_and_numbers_before_letters() -> None:
    assert sorted(("Ban", "ban", "bàn", "2 ban", "10 ban"), key=vietnamese.sort_key) == [
        "10 ban",
        "2 ban",
        "ban",
        "Ban",
        "bàn",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("duong", "đường"),
        ("duong", "dương"),
        ("đường", "Dương"),
        ("DUONG", "đường"),
        ("Thúy", "Thuý"),
        ("thuy", "Thuỷ"),
        ("hoà bình", "hòa bình"),
        ("Đắk Lắk", "dak lak"),
        ("23-CTr/TU", "23 ctr tu"),
        ("Ðảng", "đảng"),
        ("Sở  Xây   dựng", "so xay dung"),
        ("ﬁ", "fi"),
        ("KHTH", "khth"),
    ],
)
def test_what_people_type_finds_what_is_written(one: str, other: str) -> None:
    folded = {vietnamese.fold(spelling) for text in (one, other) for spelling in spellings(text)}
    assert len(folded) == 1
    assert folded.pop() != ""


@pytest.mark.parametrize(("one", "other"), [("ban", "bản thân"), ("duong", "tuong"), ("CSDT", "CSĐT2"), ("mo", "mộ 1")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert vietnamese.fold(one) != vietnamese.fold(other)


def test_folding_twice_changes_nothing_more() -> None:
    for text in (*WORDS, *PEOPLE, "Rà soát, đề xuất (03) chính sách…"):
        assert vietnamese.fold(vietnamese.fold(text)) == vietnamese.fold(text)


@pytest.mark.parametrize(
    ("written", "normal"),
    [("Ðảng bộ", "Đảng bộ"), ("ðường", "đường"), (unicodedata.normalize("NFD", "Triệu Ế"), "Triệu Ế")],
)
def test_one_spelling_whatever_the_keyboard(written: str, normal: str) -> None:
    assert vietnamese.normalise(written) == normal


@pytest.mark.parametrize("text", ["", " ", "…", "\u0301", "漢字", "😀", "\x00"])
def test_text_without_a_letter_breaks_nothing(text: str) -> None:
    assert vietnamese.fold(text).isascii() or vietnamese.fold(text) == "漢字"
    assert vietnamese.sort_key(text).isascii()
    assert vietnamese.person_key(text).isascii()
