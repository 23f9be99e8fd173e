"""Two languages by gettext: English messages in the code, Vietnamese in the catalogue, compiled at start."""

from __future__ import annotations

import gettext as standard
import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

LANGUAGES: Final = ("vi", "en")
_DOMAIN: Final = "messages"


def init_app(app: Flask, language: Callable[[], str]) -> None:
    """Compile the catalogue where it is newer than what was compiled, and ask `language` for each request."""
    source = Path(app.root_path) / "translations"
    target = Path(app.config["DATA_DIR"]) / "translations"
    _compile(source, target)
    app.config["BABEL_DEFAULT_TIMEZONE"] = app.config["TIMEZONE"]
    Babel(
        app,
        default_locale="vi",
        default_domain=_DOMAIN,
        default_translation_directories=str(target),
        default_timezone=app.config["TIMEZONE"],
        locale_selector=language,
    )


def gettext(message: str, **values: Any) -> str:
    """Return the message in the language of this request or block, with its values filled in."""
    if not message:
        return message
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """Return the message for one thing or for many; `%(num)d` in it is the count."""
    return str(flask_babel.ngettext(one, many, count, **values))


def speaking(language: str) -> AbstractContextManager[None]:
    """Answer in a language for the length of a block: the receiver's of a letter, not the sender's."""
    found: AbstractContextManager[None] = flask_babel.force_locale(language)
    return found


def spoken() -> str:
    """Return the language of this request or block: vi or en."""
    found = flask_babel.get_locale()
    return str(found.language) if found is not None and found.language in LANGUAGES else LANGUAGES[0]


def before_start(language: str) -> Callable[..., str]:
    """Return a `gettext` that needs no application: for what keeps one from being made."""
    source = Path(__file__).parent / "translations" / language / "LC_MESSAGES" / f"{_DOMAIN}.po"
    if not source.exists():
        return lambda message, **values: message % values if values else message
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)

    def found(message: str, **values: Any) -> str:
        entry = catalogue.get(message)
        words = entry.string if entry is not None and isinstance(entry.string, str) and entry.string else message
        return words % values if values else words

    return found


def speak_as_click(language: str, data_dir: Path) -> None:
    """Have the library of the command line take its own words (Usage, Error …) from the same catalogue."""
    standard.bindtextdomain(_DOMAIN, str(data_dir / "translations"))
    os.environ["LANGUAGE"] = language


def _compile(source: Path, target: Path) -> None:
    for catalogue in sorted(source.glob("*/LC_MESSAGES/*.po")):
        compiled = target / catalogue.relative_to(source).with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            _write(catalogue, compiled)


def _write(catalogue: Path, compiled: Path) -> None:
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=catalogue.parts[-3])
    handle, draft = tempfile.mkstemp(dir=compiled.parent)
    with os.fdopen(handle, "wb") as file:
        write_mo(file, messages)
    os.replace(draft, compiled)  # processes that start at once each put a whole file in place
