"""Vietnamese text as machines need it: one spelling, one form for searching, one key for sorting."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ETH: Final = str.maketrans({"Ð": "Đ", "ð": "đ"})
_STROKES: Final = str.maketrans({"đ": "d", "Đ": "D"})
_STROKE: Final = str.maketrans({"đ": "d", "ð": "d"})
_WORD: Final = re.compile(r"[^\W_]+")

# The 29 letters of the alphabet with the four foreign ones where dictionaries put them.
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTERS: Final = {letter: f"{place:02d}" for place, letter in enumerate(_ALPHABET, start=40)}
# Tones in dictionary order: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES: Final = frozenset("\u0302\u0306\u031b")  # the hats and horns that make letters of their own
_GAP: Final = "00"


def normalise(text: str) -> str:
    """Return the text in NFC with true Đ/đ, whatever keyboard or file it came from."""
    return unicodedata.normalize("NFC", text.translate(_ETH))


def fold(text: str) -> str:
    """Return the words without accents and case, joined by one blank: what searching compares on every database."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_STROKE))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", plain)))


def unaccented(text: str) -> str:
    """Return the text letter for letter without accents: as long as the text, for finding places in it."""
    plain = (unicodedata.normalize("NFD", char)[0] for char in normalise(text).translate(_STROKES))
    return "".join(plain)


def sort_key(text: str) -> str:
    """Return a key of small letters and digits that sorts by the Vietnamese alphabet on every database.

    Letters decide first, then tones, then capitals (TCVN 6909 letters; dictionary order of tones).
    """
    letters, tones, capitals = [], [], []
    for char in unicodedata.normalize("NFC", normalise(text)):
        base, tone = _parted(char.lower())
        letters.append(_LETTERS.get(base) or _other(base))
        tones.append(tone)
        capitals.append("1" if char.isupper() else "0")
    return f"{''.join(letters)}{_GAP}{''.join(tones)}{_GAP}{''.join(capitals)}"


def person_key(name: str) -> str:
    """Return the key of a person's name: the given name (the last word) first, as Vietnamese lists have it."""
    words = name.split()
    return sort_key(" ".join([*words[-1:], *words[:-1]]))


def _parted(char: str) -> tuple[str, str]:
    """Return a letter without its tone, and the tone's place in the dictionary."""
    parts = unicodedata.normalize("NFD", char)
    tone = next((_TONES[part] for part in parts if part in _TONES), "0")
    shape = "".join(part for part in parts if not unicodedata.combining(part) or part in _SHAPES)
    return unicodedata.normalize("NFC", shape), tone


def _other(char: str) -> str:
    """Return the code of what is no letter: blanks, then digits, then signs by number; none of a lone mark."""
    if not char:
        return ""
    if char.isspace():
        return "01"
    if char.isdigit():
        return f"3{unicodedata.digit(char, 0)}"
    return f"02{ord(char):06x}"
