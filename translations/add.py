#!/usr/bin/env python3
"""Add translations to the Vietnamese catalogue: `python translations/add.py < pairs.json`.

Reads one JSON object, English message -> Vietnamese text (a list of two texts for a plural message whose English
plural is given as `singular|||plural`). Takes a lock, so that several people's additions do not collide.
"""

import fcntl
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

CATALOGUE = Path(__file__).parent / "vi" / "LC_MESSAGES" / "messages.po"


def main() -> None:
    """Merge the pairs from standard input into the catalogue, sorted by message."""
    pairs: dict[str, str] = json.load(sys.stdin)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with (CATALOGUE.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalogue = Catalog(locale="vi", project="dondoc", fuzzy=False)
        if CATALOGUE.exists():
            with CATALOGUE.open("rb") as file:
                catalogue = read_po(file, locale="vi")
        for message, text in pairs.items():
            key = tuple(message.split("|||")) if "|||" in message else message
            catalogue.delete(message)
            catalogue.add(key, (text,) if isinstance(key, tuple) else text)
        with CATALOGUE.open("wb") as file:
            write_po(file, catalogue, sort_output=True, omit_header=False, width=120)
        print(f"{len(catalogue)} messages")


if __name__ == "__main__":
    main()
