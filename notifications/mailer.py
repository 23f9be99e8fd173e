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
from email.utils import parseaddr
from enum import Enum
from pathlib import Path
from typing import Any, Final, Protocol

from flask_mail import Connection, Mail

from notifications import points
from notifications.letters import domain, one_line

LONGEST_ERROR: Final = 300
# answers of a mail server: a letter is taken by 250, refused by 400 to 599; all else says nothing
TAKEN, REFUSED, NONSENSE = 250, 400, 600
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
    """Knows whether a letter's whole text was on its way: an answer lost after that may have been a yes.

    A line that broke before the text was gone, or while it went, was none; nor is a refusal. Nonsense may be one.
    """

    is_handing_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send a letter's text and return the answer to it."""
        answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]  # smtplib.SMTP is the next class
        self.is_handing_over = not (answer[0] == TAKEN or REFUSED <= answer[0] < NONSENSE)
        return answer

    def send(self, s: Any) -> None:
        """Send a command (as text) or a letter's text (as bytes)."""
        is_text = isinstance(s, bytes)
        if is_text:
            points.reach("smtp.text")
        super().send(s)  # type: ignore[misc]  # smtplib.SMTP is the next class
        self.is_handing_over = is_text or self.is_handing_over


class _Plain(_Phases, smtplib.SMTP):
    """SMTP, in clear until STARTTLS."""


class _Secure(_Phases, smtplib.SMTP_SSL):
    """SMTP inside TLS."""


class VerifiedConnection(Connection):
    """A connection of Flask-Mail with a timeout and with the server's certificate checked."""

    def __init__(self, mail: Mail, config: Mapping[str, Any]) -> None:
        super().__init__(mail)
        self.config = config
        self.sender = parseaddr(config["MAIL_DEFAULT_SENDER"])[1]

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

    def hand_over(self, letter: Ready) -> None:
        """Send a letter's bytes as they are. Raises OSError or SMTPException.

        Flask-Mail's own way makes up a Message-ID first, which asks the name service about this machine each time.
        """
        if self.host is not None:
            self.host.sendmail(self.sender, [letter.address], letter.data)

    def _signed_in(self, host: smtplib.SMTP) -> smtplib.SMTP:
        if self.config["MAIL_USERNAME"]:
            try:
                host.login(self.config["MAIL_USERNAME"], self.config["MAIL_PASSWORD"] or "")
            except (OSError, smtplib.SMTPException, UnicodeError):
                host.close()
                raise
        return host


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
            connection.hand_over(letter)
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
        if not codes or self._is_in_doubt():
            return self._lost(error)
        if 421 in codes:
            self.close()
            return Answer(Fate.LATER, _said(error))
        if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError)):
            return Answer(Fate.LATER, _said(error), unreachable=True)
        return Answer(Fate.REFUSED if min(codes) >= 500 else Fate.LATER, _said(error))

    def _lost(self, error: Exception) -> Answer:
        """Say what a broken connection means: once the text was on its way, nobody knows whether it was taken."""
        fate = Fate.UNKNOWN if self._is_in_doubt() else Fate.LATER
        host = self.connection.host if self.connection else None
        if host is not None:
            host.close()
        self.connection = None
        return Answer(fate, _said(error), is_broken=True)

    def _is_in_doubt(self) -> bool:
        """Return whether a text went out that nobody gave a clear answer to."""
        return bool(getattr(self.connection and self.connection.host, "is_handing_over", False))


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
