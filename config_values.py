"""How the text of a setting becomes its value: one small parser for each kind of value.

A parser returns the value or raises ValueError with what is wrong, without repeating the text: it may be a secret.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from clock import ON, parse_moment
from terms import N_

ROOT: Final = Path(__file__).resolve().parent

_SWITCHES: Final = dict.fromkeys(ON, True) | dict.fromkeys(("0", "false", "no", "off"), False)


class Unfit(ValueError):  # noqa: N818  (read aloud: "unfit: it is not one of vi, en")
    """A text that is no value of its kind: why, with what the reason speaks of, so that it can be translated."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: its name in the manual, its parser, and what an optional setting is when left out."""

    name: str
    parse: Callable[[str], object]
    absent: object = None


def _text(words: str) -> str:
    if any(ord(letter) < 32 for letter in words):
        raise ValueError(N_("it contains a line break or another control character"))
    return words


def _switch(words: str) -> bool:
    if words.lower() not in _SWITCHES:
        raise ValueError(N_("it is neither on nor off"))
    return _SWITCHES[words.lower()]


def _path(words: str) -> Path:
    return ROOT / Path(_text(words)).expanduser()


def _readable_file(words: str) -> Path:
    path = _path(words)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError(N_("there is no such file, or it cannot be read"))
    return path


def _web_address(words: str) -> str:
    parts = urlsplit(_text(words))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError(N_("it is not an address that starts with http:// or https:// and names a host"))
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(N_("it has a path; the site lives at the top of its host"))
    return f"{parts.scheme}://{parts.netloc}"


def _host(words: str) -> str:
    if not re.fullmatch(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\]", words):
        raise ValueError(N_("it is not a list of host names without ports, separated by commas"))
    return words


def _network(words: str) -> str:
    network = ipaddress.ip_network(words, strict=False)
    if network.prefixlen == 0:
        raise ValueError(N_("it trusts every address, so anybody could claim to be anybody"))
    return str(network)


def _mailbox(words: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(_text(words))[1]):
        raise ValueError(N_("it is not an e-mail address"))
    return words


def _database(words: str) -> str:
    try:
        url = make_url(words)
    except ArgumentError:
        raise ValueError(N_("it is not an address of a database")) from None
    if url.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise ValueError(N_("it is neither SQLite nor PostgreSQL"))
    if url.drivername == "sqlite" and not Path(url.database or "").is_absolute():
        raise ValueError(N_("the SQLite file has no absolute path (one in memory would be lost at the end)"))
    return words


def _time_of_day(words: str) -> time:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", words):
        raise ValueError(N_("it is not a time of day"))
    return time.fromisoformat(words)


def _moment(words: str) -> str:
    parse_moment(words)
    return words


def list_of(item: Callable[[str], str]) -> Kind:
    """Return the kind of a list of texts, separated by commas."""
    return Kind("list", lambda words: tuple(item(part.strip()) for part in words.split(",") if part.strip()), ())


def number(low: int, high: int) -> Kind:
    """Return the kind of a whole number within two bounds, both included."""

    def parse(words: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", words) or not low <= int(words) <= high:
            raise Unfit(N_("it is not a whole number from %(low)s to %(high)s"), low=low, high=high)
        return int(words)

    return Kind(f"number {low}–{high}", parse)


def choice(*allowed: str) -> Kind:
    """Return the kind of a text that is one of a few."""

    def parse(words: str) -> str:
        if words not in allowed:
            raise Unfit(N_("it is not one of: %(allowed)s"), allowed=", ".join(allowed))
        return words

    return Kind(" or ".join(f"`{words}`" for words in allowed), parse)


TEXT: Final = Kind("text", _text, "")
SECRET: Final = Kind("secret text", _text, "")
SWITCH: Final = Kind("`1` or `0`", _switch)
FOLDER: Final = Kind("folder", _path)
FILE: Final = Kind("file", _readable_file)
WEB_ADDRESS: Final = Kind("web address", _web_address)
DATABASE: Final = Kind("database", _database)
MAILBOX: Final = Kind("e-mail address", _mailbox)
MAILBOXES: Final = list_of(_mailbox)
HOSTS: Final = list_of(_host)
NETWORKS: Final = list_of(_network)
TIME_OF_DAY: Final = Kind("time HH:MM", _time_of_day)
MOMENT: Final = Kind("moment", _moment)
