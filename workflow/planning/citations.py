"""Numbers of documents as they are cited: 1524/UBND-THNC, 88/2019/QH14, 23-CTr/TU."""

from __future__ import annotations

import re
from typing import Final

from vietnamese import fold

_STATE: Final = r"\d[\d.]{0,5}(?:/(?:19|20)\d\d)?/[A-ZĐ][A-ZĐa-zđ0-9&]{0,15}(?:-[A-ZĐ][A-ZĐa-zđ0-9&,.]{0,15}){0,3}"
_PARTY: Final = r"\d{1,5}-[A-ZĐ][A-ZĐa-zđ]{0,6}/[A-ZĐ][A-ZĐa-zđ0-9]{0,15}"
_NUMBER: Final = re.compile(rf"(?<![\w/.-])(?:{_STATE}|{_PARTY})")


def cited(text: str, but: str = "") -> list[str]:
    """Return the document numbers in a text, each once, in order; `but` is the document's own number."""
    found: dict[str, str] = {}
    own = fold(but)
    for match in _NUMBER.finditer(text):
        number = match[0].rstrip(".,-&")
        if not number.isupper() or not any(letter.islower() for letter in found.get(fold(number), "")):
            found.setdefault(fold(number), number)
            if any(letter.islower() for letter in number) and found[fold(number)].isupper():
                found[fold(number)] = number
    return [number for key, number in found.items() if key != own]
