#!/usr/bin/env python3
"""Check that every text has its Vietnamese: `python translations/check.py`. Exit 1 with what is missing or wrong."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
SOURCES = ("accountability", "cli", "documents", "models", "notifications", "web", "workflow", "templates", "bench")
MODULES = ("config.py", "config_values.py")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

Message = str | tuple[str, ...]


def messages() -> dict[Message, str]:
    """Return every text of the code and the templates with the place it was first seen."""
    found: dict[Message, str] = {}
    for folder in SOURCES:
        options = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}
        for name, line, message, *_ in extract_from_dir(ROOT / folder, METHODS, options, KEYWORDS):
            found.setdefault(message, f"{folder}/{name}:{line}")
    for name in MODULES:
        for line, message, *_ in extract_from_file("python", ROOT / name, KEYWORDS):
            found.setdefault(message, f"{name}:{line}")
    return found


def faults() -> Iterator[str]:
    """Give one line for each text that is missing, unfinished, of no use, or has other placeholders than its source."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="vi")
    wanted = messages()
    for message, place in wanted.items():
        one = message if isinstance(message, str) else message[0]
        entry = catalogue.get(one)
        if entry is None or not entry.string or not all(_texts(entry.string)):
            yield f"{place}: no Vietnamese for {one!r}"
        elif entry.fuzzy:
            yield f"{place}: unfinished: {one!r}"
        elif set(PLACEHOLDER.findall(one)) - {"%(num)d"} != set(PLACEHOLDER.findall(_texts(entry.string)[-1])) - {
            "%(num)d"
        }:
            yield f"{place}: other placeholders than {one!r}"
    known = {message if isinstance(message, str) else message[0] for message in wanted}
    for entry in catalogue:
        one = entry.id if isinstance(entry.id, str) else entry.id[0]
        if one and one not in known:
            yield f"messages.po: no text of the code: {one!r}"


def _texts(string: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    lines = list(faults())
    print("\n".join(lines) if lines else f"translations: {len(messages())} texts, all in Vietnamese")
    sys.exit(bool(lines))
