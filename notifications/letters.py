"""A letter from its content to its bytes: subject, plain text, HTML, headers that nobody can add to.

The bytes are put together from a template: headers by RFC 2047, bodies in base64, so that every line is ASCII.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from flask import current_app

from i18n import gettext as _
from i18n import speaking
from notifications.deadlines import day_words
from notifications.digest import Digest
from notifications.recipients import Reader
from notifications.subjects import subject
from terms import N_

# what a mailbox may look like here: one plain address, nothing that a header or an SMTP line could be bent with
ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
LONGEST_ADDRESS: Final = 254
# how long a line of a header is, and what an encoded word looks like
LINE: Final = 76
WORD: Final = "=?utf-8?b?{}?="
# so many letters of a task's title stand in a subject
TODAY: Final = N_("Today, %(day)s, these tasks need you.")
URGENT: Final = N_("This is urgent: please see to it today, %(day)s.")
TEMPLATE: Final = """\
From: {sender}\r
To: {to}\r
Subject: {subject}\r
Date: {date}\r
Message-ID: {message_id}\r
Auto-Submitted: auto-generated\r
List-Unsubscribe: <{preferences}>\r
Content-Language: {language}\r
{keys}MIME-Version: 1.0\r
Content-Type: multipart/alternative;\r
 boundary="{boundary}"\r
\r
--{boundary}\r
Content-Type: text/plain; charset="utf-8"\r
Content-Transfer-Encoding: base64\r
\r
{text}--{boundary}\r
Content-Type: text/html; charset="utf-8"\r
Content-Transfer-Encoding: base64\r
\r
{html}--{boundary}--\r
"""


@dataclass(frozen=True)
class Written:
    """The words of a letter in the receiver's language."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Key:
    """What one line of a letter speaks of, as its header says it."""

    task_id: int
    rule: str
    on: date

    def __str__(self) -> str:
        """Return the header's form: `task=12;rule=T-3;on=2026-11-25`."""
        return f"task={self.task_id};rule={self.rule};on={self.on.isoformat()}"


@dataclass(frozen=True)
class Envelope:
    """Everything a letter's bytes are made of."""

    sender: str
    name: str
    address: str
    language: str
    written: Written
    message_id: str
    at: datetime
    keys: Sequence[Key]
    preferences: str


@dataclass(frozen=True)
class Links:
    """Where a letter leads beside its tasks: the site, and the page on which its receiver says that he has it."""

    base: str
    receipt: str

    @property
    def inbox(self) -> str:
        """Return where the same reminders stand, those that did not fit too."""
        return f"{self.base}/inbox"

    @property
    def preferences(self) -> str:
        """Return where one settles what comes by letter."""
        return preferences(self.base)


def write(reader: Reader, digest: Digest, links: Links, body_name: str) -> Written:
    """Return a digest in its receiver's language, as subject, plain text and HTML."""
    with speaking(reader.language):
        facts = {
            "digest": digest,
            "name": one_line(reader.name),
            "intro": _(URGENT if digest.is_urgent else TODAY, day=day_words(digest.day)),
            "links": links,
            "body_name": body_name,
        }
        template = current_app.jinja_env.get_template
        text = template("letters/digest.txt").render(facts)
        html = template("letters/digest.html").render(facts, language=reader.language)
        return Written(subject(digest), text, html)


def preferences(base: str) -> str:
    """Return the page on which one settles what comes by letter, and when one is away."""
    return f"{base}/account/letters"


def urgent_key(day: date) -> str:
    """Return the key of a person's one urgent letter of a day."""
    return f"urgent;on={day.isoformat()}"


def digest_key(day: date) -> str:
    """Return the key of a person's one letter of a day."""
    return f"digest;on={day.isoformat()}"


def message_id(recipient_id: int, key: str, base: str) -> str:
    """Return the Message-ID a letter has for ever, however often it is tried."""
    name = hashlib.sha256(f"{recipient_id}|{key}".encode()).hexdigest()
    return f"<{name}@{domain(base)}>"


def domain(base: str) -> str:
    """Return the host of the site as mail writes it: a name, or an address in brackets."""
    host = urlsplit(base).hostname or "localhost"
    try:
        return f"[{'IPv6:' if ipaddress.ip_address(host).version == 6 else ''}{host}]"
    except ValueError:
        return host


def is_address(text: str | None) -> bool:
    """Return whether a text is one plain address letters can go to."""
    return (
        text is not None and len(text) <= LONGEST_ADDRESS and ".." not in text and ADDRESS.fullmatch(text) is not None
    )


def one_line(text: str) -> str:
    """Return a text as one line without control characters: nothing of it can begin a header."""
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs") else char for char in text)
    return " ".join(kept.split())


def to_bytes(letter: Envelope) -> bytes:
    """Return a letter ready to be sent. Raises ValueError for a sender or receiver without a plain address."""
    if not is_address(letter.address):
        raise ValueError("the address is not one")
    return TEMPLATE.format(
        sender=_sender(letter.sender),
        to=_mailbox("To", letter.name, letter.address),
        subject=_encoded("Subject", letter.written.subject),
        date=format_datetime(letter.at),
        message_id=letter.message_id,
        preferences=letter.preferences,
        language=letter.language,
        keys="".join(f"X-Reminder-Key: {key}\r\n" for key in letter.keys),
        boundary=f"=_{hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]}",
        text=_base64(letter.written.text),
        html=_base64(letter.written.html),
    ).encode("ascii")


def keys_of(lines: Iterable[tuple[int, str, date]]) -> list[Key]:
    """Return the keys of lines in their order, each once."""
    return list(dict.fromkeys(Key(*line) for line in lines))


@lru_cache(maxsize=8)
def _sender(text: str) -> str:
    """Return the mailbox all letters of a run come from. Raises ValueError without a plain address."""
    name, address = parseaddr(one_line(text))
    if not is_address(address):
        raise ValueError("the sender's address is not one")
    return _mailbox("From", name, address)


def _mailbox(header: str, name: str, address: str) -> str:
    return f"{_encoded(header, name)}\r\n <{address}>" if name else address


@lru_cache(maxsize=256)
def _encoded(header: str, text: str) -> str:
    """Return a text as encoded words of RFC 2047, folded at 76 letters; many letters of a day have one subject."""
    left, room, words = one_line(text).encode(), LINE - len(header) - len(": "), list[str]()
    while left or not words:
        most = (room - len(WORD.format(""))) // 4 * 3
        while most < len(left) and left[most] & 0xC0 == 0x80:  # a letter stays whole
            most -= 1
        words.append(WORD.format(base64.b64encode(left[:most]).decode()))
        left, room = left[most:], LINE - len(" ")
    return "\r\n ".join(words)


def _base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode("ascii").replace("\n", "\r\n")
