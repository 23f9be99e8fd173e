"""Two languages by gettext: English messages in the code, Vietnamese in the catalogue, compiled at start."""

from __future__ import annotations

import gettext as standard
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

LANGUAGES: Final = ("vi", "en")
_DOMAIN: Final = "messages"
# the words of the block that speaks a language of its own: looked up once for the block, not for each text of a letter
_words: Final[ContextVar[Any]] = ContextVar("words", default=None)


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
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # by the extension that Babel loads
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )


def gettext(message: str, **values: Any) -> str:
    """Return the message in the language of this request or block, with its values filled in."""
    if not message:
        return message
    said = str(_catalogue().ugettext(message))
    return said % values if values else said


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """Return the message for one thing or for many; `%(num)d` in it is the count."""
    return str(_catalogue().ungettext(one, many, count)) % {"num": count, **values}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer in a language for the length of a block: the receiver's of a letter, not the sender's."""
    with flask_babel.force_locale(language):
        mark = _words.set((spoken(), flask_babel.get_translations()))
        try:
            yield
        finally:
            _words.reset(mark)


def _catalogue() -> Any:
    """Return the words of this block or request."""
    found = _words.get()
    return found[1] if found is not None else flask_babel.get_translations()


def spoken() -> str:
    """Return the language of this request or block: vi or en."""
    block = _words.get()
    if block is not None:
        return str(block[0])
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
