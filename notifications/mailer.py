"""Handing a letter over: by SMTP with the server's certificate checked and a timeout, or into a Maildir without one.

Flask-Mail checks no certificate, waits for ever and makes up a Message-ID; the connection here does none of that.
"""

from __future__ import annotations

import mailbox
import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, Protocol

from flask_mail import Connection, Mail, Message

from notifications import points
from notifications.letters import domain, one_line

LONGEST_ERROR: Final = 300
# the way of a letter that lies in the Maildir: nobody got it by mail
IN_FOLDER: Final = "in_folder"


class Fate(Enum):
    """What came of handing a letter over."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The fate of one try, what the server said, whether it is out of reach, or the connection broke.

    `way` says how a letter left when no mail server took it.
    """

    fate: Fate
    said: str = ""
    unreachable: bool = False
    is_broken: bool = False
    way: str = ""


@dataclass(frozen=True)
class Ready:
    """A letter as bytes, from whom, to whom, under its lasting id."""

    sender: str
    address: str
    message_id: str
    data: bytes


class Post(Protocol):
    """A way for letters to leave."""

    def send(self, letter: Ready) -> Answer:
        """Hand one letter over and say what came of it; never raises for what a server does."""

    def close(self) -> None:
        """Let go of whatever is open."""


def post(config: Mapping[str, Any]) -> Post:
    """Return the way letters leave by the settings."""
    return SmtpPost(config) if config["MAIL_SERVER"] else MaildirPost(Path(config["DATA_DIR"]) / "mail")


def place(config: Mapping[str, Any]) -> str:
    """Return where letters go now: the server with its port, or an empty text for the Maildir."""
    return f"{config['MAIL_SERVER']}:{config['MAIL_PORT']}" if config["MAIL_SERVER"] else ""


class _Phases:
    """Knows whether a letter's text was on its way: an answer lost after that may have been a yes."""

    is_handing_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send a letter's text."""
        points.reach("smtp.text")
        self.is_handing_over = True
        answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]  # smtplib.SMTP is the next class
        self.is_handing_over = False
        return answer


class _Plain(_Phases, smtplib.SMTP):
    """SMTP, in clear until STARTTLS."""


class _Secure(_Phases, smtplib.SMTP_SSL):
    """SMTP inside TLS."""


class VerifiedConnection(Connection):
    """A connection of Flask-Mail with a timeout and with the server's certificate checked."""

    def __init__(self, mail: Mail, config: Mapping[str, Any]) -> None:
        super().__init__(mail)
        self.config = config

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Open the connection. Raises OSError or SMTPException when the server cannot be reached or trusted."""
        config = self.config
        context = ssl.create_default_context(cafile=config["MAIL_CA_FILE"] or None)
        named = {"timeout": config["MAIL_TIMEOUT"], "local_hostname": domain(config["PUBLIC_URL"])}
        if config["MAIL_USE_SSL"]:
            return self._signed_in(_Secure(config["MAIL_SERVER"], config["MAIL_PORT"], context=context, **named))
        host = _Plain(config["MAIL_SERVER"], config["MAIL_PORT"], **named)
        try:
            if config["MAIL_USE_TLS"]:
                host.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            host.close()
            raise
        return self._signed_in(host)

    def _signed_in(self, host: smtplib.SMTP) -> smtplib.SMTP:
        if self.config["MAIL_USERNAME"]:
            try:
                host.login(self.config["MAIL_USERNAME"], self.config["MAIL_PASSWORD"] or "")
            except (OSError, smtplib.SMTPException, UnicodeError):
                host.close()
                raise
        return host


class _ReadyMessage(Message):
    """A message whose bytes are made already."""

    def __init__(self, letter: Ready) -> None:
        super().__init__(recipients=[letter.address], sender=letter.sender)
        self.msgId = letter.message_id
        self.ready = letter.data

    def as_bytes(self) -> bytes:
        """Return the bytes."""
        return self.ready


class SmtpPost:
    """One SMTP connection for the run, opened when first needed and again after a fault."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.mail = Mail()
        self.mail.state = self.mail.init_mail(dict(config), testing=False)
        self.connection: VerifiedConnection | None = None

    def send(self, letter: Ready) -> Answer:
        """Hand one letter over."""
        try:
            connection = self._open()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            # the last: a server's name, an account or a password that mail has no form for
            return Answer(Fate.LATER, _said(error), unreachable=True)
        try:
            connection.send(_ReadyMessage(letter))
        except smtplib.SMTPException as error:
            return self._refused(error)
        except OSError as error:
            return self._lost(error)
        points.reach("smtp.accepted")
        return Answer(Fate.ACCEPTED)

    def close(self) -> None:
        """End the connection; a server that does not answer any more is left alone."""
        connection, self.connection = self.connection, None
        if connection is None or connection.host is None:
            return
        try:
            connection.host.quit()
        except (OSError, smtplib.SMTPException):
            connection.host.close()

    def _open(self) -> VerifiedConnection:
        if self.connection is None:
            connection = VerifiedConnection(self.mail, self.config)
            connection.host = connection.configure_host()
            self.connection = connection
            points.reach("smtp.connected")
        return self.connection

    def _refused(self, error: smtplib.SMTPException) -> Answer:
        """Say what a refusal means: of this letter for good, of this letter for now, or of everything for now."""
        codes = (
            [code for code, _text in error.recipients.values()]
            if isinstance(error, smtplib.SMTPRecipientsRefused)
            else []
        )
        if isinstance(error, (smtplib.SMTPDataError, smtplib.SMTPHeloError, smtplib.SMTPSenderRefused)):
            codes = [error.smtp_code]
        if not codes:
            return self._lost(error)
        if 421 in codes:
            self.close()
            return Answer(Fate.LATER, _said(error))
        if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError)):
            return Answer(Fate.LATER, _said(error), unreachable=True)
        return Answer(Fate.REFUSED if min(codes) >= 500 else Fate.LATER, _said(error))

    def _lost(self, error: Exception) -> Answer:
        """Say what a broken connection means: once the text was on its way, nobody knows whether it was taken."""
        host = self.connection.host if self.connection else None
        was_handing_over = bool(getattr(host, "is_handing_over", False))
        if host is not None:
            host.close()
        self.connection = None
        return Answer(Fate.UNKNOWN if was_handing_over else Fate.LATER, _said(error), is_broken=True)


class MaildirPost:
    """Letters as files of a Maildir, each on disk for good before it counts as accepted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: Ready) -> Answer:
        """Put one letter into the Maildir."""
        try:
            mailbox.Maildir(self.folder, create=True).add(letter.data)
            descriptor = os.open(self.folder / "new", os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            return Answer(Fate.LATER, _said(error), unreachable=True)
        return Answer(Fate.ACCEPTED, way=IN_FOLDER)

    def close(self) -> None:
        """Nothing is held open."""


def _said(error: Exception) -> str:
    """Return what went wrong as one short line."""
    return one_line(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
