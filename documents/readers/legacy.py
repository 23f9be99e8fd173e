"""Vietnamese from before Unicode: TCVN3 (ABC) and VNI letters, known by the font's name or by what they would spell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

# TCVN 5712:1993, third table: one byte a letter, seen as Latin-1 when the font is not obeyed.
_TCVN3: Final = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)

# VNI for Windows: a letter, and behind it a sign for its tone and its hat together.
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_HAT, _BREVE = "\u0302", "\u0306"
_VNI_SIGNS: Final = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _HAT, "á": _HAT + _ACUTE, "à": _HAT + _GRAVE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS: Final = {"ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
_VNI_PAIR: Final = re.compile(rf"([aeouyôö])([{''.join(_VNI_SIGNS)}])|([{''.join(_VNI_LETTERS)}])", re.IGNORECASE)

_ONSET: Final = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx]"
_VOWELS: Final = "[aăâeêioôơuưy]"
_SYLLABLE: Final = re.compile(rf"(?:{_ONSET})?{_VOWELS}{{1,3}}(?:ng|nh|ch|[cmnpt])?")
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_BEYOND: Final = re.compile("[\u0102-\u024f\u1ea0-\u1ef9]")
_SAMPLE: Final = 20_000
_ENOUGH, _BETTER = 0.6, 0.15


def from_tcvn3(text: str) -> str:
    """Return text of a TCVN3 font in Unicode."""
    return text.translate(_TCVN3)


def from_tcvn3_capitals(text: str) -> str:
    """Return text of a TCVN3 font of capitals (.VnTimeH), which draws small letters large."""
    return text.translate(_TCVN3).upper()


def from_vni(text: str) -> str:
    """Return text of a VNI font in Unicode."""
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, text))


def _vni_letter(match: re.Match[str]) -> str:
    if match[3]:
        letter = _VNI_LETTERS[match[3].lower()]
        return letter.upper() if match[3].isupper() else letter
    base = match[1]
    letter = _VNI_LETTERS.get(base.lower(), base.lower())
    return (letter.upper() if base.isupper() else letter) + _VNI_SIGNS[match[2].lower()]


Converter = Callable[[str], str]

# The first row whose form fits the font's name is how its text is spelt.
_FONTS: Final[tuple[tuple[re.Pattern[str], Converter], ...]] = (
    (re.compile(r"\.Vn\w.*H$"), from_tcvn3_capitals),
    (re.compile(r"\.Vn"), from_tcvn3),
    (re.compile(r"VNI[-\s]", re.IGNORECASE), from_vni),
)


def of_font(name: str) -> Converter | None:
    """Return how text in a font is brought to Unicode; None for fonts that hold Unicode already."""
    return next((convert for form, convert in _FONTS if form.match(name)), None)


def converted(text: str, convert: Converter) -> str:
    """Return a run's text in Unicode; what already holds letters only Unicode has is left as it is."""
    return text if _BEYOND.search(text) else convert(text)


def spelt(text: str) -> float:
    """Return how much of the text's words beyond ASCII are Vietnamese syllables, 0 to 1; no such word: 0."""
    words = [word for word in _WORDS.findall(text[:_SAMPLE]) if not word.isascii()]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def foreign_words(text: str) -> int:
    """Return how many words at the head of a text hold letters beyond ASCII."""
    return sum(1 for word in _WORDS.findall(text[:_SAMPLE]) if not word.isascii())


def _is_syllable(word: str) -> bool:
    """Tell whether a word is spelt as Vietnamese is: one syllable, at most one tone."""
    parts = unicodedata.normalize("NFD", word.lower())
    letters = unicodedata.normalize("NFC", _TONES.sub("", parts))
    return len(_TONES.findall(parts)) < 2 and _SYLLABLE.fullmatch(letters) is not None


def recovered(text: str) -> str | None:
    """Return text that was written in an old code table in Unicode, None when it is none or not surely one."""
    plain = spelt(text)
    share, best = max((spelt(tried), tried) for tried in (convert(text) for convert in (from_tcvn3, from_vni)))
    return best if share >= _ENOUGH and share >= plain + _BETTER else None
