"""Bytes into text: Unicode in its forms, and the code tables of Vietnam from before Unicode when they spell words."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from documents.readers import legacy
from documents.readers.refusal import Unreadable

_MARKED: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNS_OF_PROGRAMS: Final = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_WIDE_SHARE, _SPELT, _WORDS = 0.3, 0.6, 5
_SAMPLE: Final = 4096
# every old table of Vietnam keeps the plain letters where they are, and they are most of any text
_LATIN: Final = tuple(bytes([code]) for code in (*range(65, 91), *range(97, 123)))
_LATIN_SHARE: Final = 0.45


def text_of(data: bytes) -> str:
    """Return the text of the bytes. Raises Unreadable (not_text) for what is no text or cannot be told."""
    text = _decoded(data)
    if "\x00" in text or len(_SIGNS_OF_PROGRAMS.findall(text)) > len(text) // 1000:
        raise Unreadable("not_text")
    return legacy.recovered(text) or text


def _decoded(data: bytes) -> str:
    encoding = next((name for bom, name in _MARKED if data.startswith(bom)), None) or _wide(data[:_SAMPLE]) or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Unreadable("not_text") from None
    if sum(map(data[:_SAMPLE].count, _LATIN)) < _LATIN_SHARE * len(data[:_SAMPLE].replace(b" ", b"")):
        raise Unreadable("not_text")
    tried = max(_old(data), key=legacy.spelt, default="")
    if legacy.spelt(tried) < _SPELT or legacy.foreign_words(tried) < _WORDS:
        raise Unreadable("not_text")
    return tried


def _wide(data: bytes) -> str | None:
    """Return the form of UTF-16 whose empty halves show: every second byte of Latin letters is zero."""
    halves = len(data) // 2
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if not odd and even > _WIDE_SHARE * halves:
        return "utf-16-be"
    return "utf-16-le" if not even and odd > _WIDE_SHARE * halves else None


def _old(data: bytes) -> Iterator[str]:
    """Yield what the bytes would say in each code table that was in use."""
    with suppress(UnicodeDecodeError):  # bytes that this table has no letter for
        yield unicodedata.normalize("NFC", data.decode("cp1258"))
    narrow = data.decode("latin-1")
    yield legacy.from_tcvn3(narrow)
    yield legacy.from_vni(narrow)
