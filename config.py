"""Every setting of the system in one typed table, read from environment variables named DONDOC_*.

Strings stay strings (a key that looks like a number is still a key). A value that cannot be right stops the
start with its name, what is wrong and how to write it, never with the value itself: it may be a secret.
"""

from __future__ import annotations

import ipaddress
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from config_values import (
    DATABASE,
    FILE,
    FOLDER,
    HOSTS,
    MAILBOX,
    MAILBOXES,
    MOMENT,
    NETWORKS,
    SECRET,
    SWITCH,
    TEXT,
    TIME_OF_DAY,
    WEB_ADDRESS,
    Kind,
    Unfit,
    choice,
    number,
)
from terms import N_

PREFIX: Final = "DONDOC_"


class BadSetting(ValueError):  # noqa: N818  (read aloud: "bad setting DONDOC_MAIL_PORT: …")
    """A setting that stops the start: its name, what is wrong with it, how to write it, and what these two name."""

    def __init__(self, name: str, wrong: str, write: str, **values: object) -> None:
        said = [text % values if values else text for text in (wrong, write)]
        super().__init__(f"{PREFIX}{name}: {said[0]}. Write {said[1]}.")
        self.name, self.wrong, self.write, self.values = name, wrong, write, values


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: the name after DONDOC_, its kind, the default as one would write it, an example, its meaning."""

    name: str
    kind: Kind
    default: str
    example: str
    meaning: str

    def value(self, written: str) -> Any:
        """Return the value of the written text or of the default. Raises BadSetting when it cannot be read."""
        words = written.strip() or self.default
        try:
            return self.kind.parse(words) if words else self.kind.absent
        except ValueError as error:
            wrong, values = (error.message, error.values) if isinstance(error, Unfit) else (str(error), {})
            example = f"{PREFIX}{self.name}={self.example}"
            raise BadSetting(self.name, wrong, N_("it like %(example)s"), example=example, **values) from None


# An empty default means: worked out from other settings as the meaning says, or not used at all.
_S = Setting
# fmt: off
SETTINGS: Final = (
    _S("DATA_DIR", FOLDER, "instance", "/var/lib/dondoc",
       "Secret, log key, uploads, SQLite file and Maildir; the nodes of one site share it."),
    _S("DATABASE_URL", DATABASE, "", "postgresql://dondoc@db.example.vn/dondoc",
       "Where the data are: `sqlite:////absolute/path` or `postgresql://…`. Default: `dondoc.sqlite3` in DATA_DIR."),
    _S("DATABASE_OWNER_URL", DATABASE, "", "postgresql://dondoc_owner@db.example.vn/dondoc",
       "PostgreSQL account that owns the tables, used by migrations only. Default: DATABASE_URL."),
    _S("DATABASE_READER_URL", DATABASE, "", "postgresql://dondoc_reader@db.example.vn/dondoc",
       "PostgreSQL account that may only read, for reports. Default: DATABASE_URL."),
    _S("SECRET_KEY", SECRET, "", "$(openssl rand -hex 32)",
       "Signs sessions and forms, seals second factors; 16 characters or more. Default: made once into `secret_key`"
       " in DATA_DIR."),
    _S("PUBLIC_URL", WEB_ADDRESS, "http://127.0.0.1:8000", "https://dondoc.example.vn",
       "Where people reach the site; links in letters start with it. With https, cookies travel by https only."),
    _S("TRUSTED_HOSTS", HOSTS, "", "dondoc.example.vn,dondoc.lan",
       "Host names this site answers to. Default: the host of PUBLIC_URL, localhost and 127.0.0.1."),
    _S("TRUSTED_PROXIES", NETWORKS, "", "127.0.0.1,10.0.0.0/24",
       "Addresses of the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."),
    _S("TIMEZONE", choice("Asia/Ho_Chi_Minh"), "Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh",
       "Deadlines are civil days of Vietnam; no other zone is offered."),
    _S("LANGUAGE", choice("vi", "en"), "vi", "en",
       "Language of the command line, and of people who have not chosen one."),
    _S("SESSION_IDLE_MINUTES", number(1, 480), "30", "20",
       "Minutes without a request after which a session ends."),
    _S("SESSION_HOURS", number(1, 24), "8", "10",
       "Hours after which a session ends in any case."),
    _S("REMINDER_HOUR", TIME_OF_DAY, "07:30", "07:00",
       "Local time at which the digest of a working day is made."),
    _S("LEASE_SECONDS", number(2, 3600), "60", "90",
       "Seconds a scheduler or sender holds its lease; after them another one takes over."),
    _S("UPLOAD_MAX_BYTES", number(1024, 2**31), "20971520", "10485760",
       "Largest request, a form with its file, in bytes."),
    _S("MAIL_SERVER", TEXT, "", "mail.example.vn",
       "SMTP server. Without one, letters go to a Maildir in DATA_DIR, and the outbox page says so."),
    _S("MAIL_PORT", number(1, 65535), "25", "587",
       "Port of the SMTP server."),
    _S("MAIL_USE_TLS", SWITCH, "0", "1",
       "STARTTLS; the server's certificate is checked."),
    _S("MAIL_USE_SSL", SWITCH, "0", "1",
       "TLS from the first byte; the server's certificate is checked."),
    _S("MAIL_USERNAME", TEXT, "", "dondoc",
       "Account at the SMTP server. Needs one of the two above, unless the server is this machine."),
    _S("MAIL_PASSWORD", SECRET, "", "********",
       "Password of that account."),
    _S("MAIL_DEFAULT_SENDER", MAILBOX, "dondoc@localhost", "Đôn Đốc <dondoc@example.vn>",
       "Whom letters come from. Must be set when the SMTP server is another machine."),
    _S("MAIL_CA_FILE", FILE, "", "/etc/ssl/certs/agency.pem",
       "Certificates (PEM) that vouch for the SMTP server. Default: those the system trusts."),
    _S("MAIL_TIMEOUT", number(1, 300), "20", "30",
       "Seconds to wait for the SMTP server; fewer than LEASE_SECONDS."),
    _S("ALARM_MAIL_SERVER", TEXT, "", "relay.example.vn",
       "Second SMTP server, by which alarms go when letters do not get out; without account, in clear. Default: none."),
    _S("ALARM_MAIL_PORT", number(1, 65535), "25", "2525",
       "Port of the second SMTP server."),
    _S("ALARM_RECIPIENTS", MAILBOXES, "", "truc@example.org,it@example.org",
       "Who gets the alarms, best at addresses that the first mail server does not serve."),
    _S("LOG_ORIGIN", TEXT, "", "dondoc.example.vn",
       "Name of the log in its checkpoints; settled by the first entry. Default: the host of PUBLIC_URL."),
    _S("LOG_CHECKPOINT_RECIPIENTS", MAILBOXES, "", "a@example.vn,b@example.vn,c@example.vn",
       "Who keeps the checkpoints of the log, by mail; three people or more are wise. `flask log keeper` adds others."),
    _S("TEST_MODE", SWITCH, "0", "1",
       "For tests and training: allows `demo --reset`, fixed sample passwords and `--at`. Refused beside a"
       " MAIL_SERVER on another machine."),
    _S("NOW", MOMENT, "", "2026-11-25T07:30",
       "Test mode only: the moment from which the clock runs on."),
    _S("NOW_FILE", FILE, "", "/var/lib/dondoc/now",
       "Test mode only: a file with the present moment, read at each look at the clock."),
)
# fmt: on
BY_NAME: Final = {setting.name: setting for setting in SETTINGS}

Values = Mapping[str, Any]


def load(environ: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return the configuration of the system and of Flask. Raises BadSetting when a value stops the start.

    Makes DATA_DIR (0700) and, when no key is given, its `secret_key` (0600).
    """
    environ = os.environ if environ is None else environ
    written = {key.removeprefix(PREFIX): text for key, text in environ.items() if key.startswith(PREFIX)}
    _refuse_unknown(written)
    values = {setting.name: setting.value(written.get(setting.name, "")) for setting in SETTINGS}
    debug = environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}
    _refuse_together(values | {"FLASK_DEBUG": debug})
    return values | _derived(values)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this very machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _refuse_unknown(written: Mapping[str, str]) -> None:
    for name in sorted(written.keys() - BY_NAME.keys()):
        near = get_close_matches(name, BY_NAME, n=1)
        write = f"{PREFIX}{near[0]}" if near else N_("one of docs/operations.md")
        raise BadSetting(name, N_("there is no such setting"), write)


def _refuse_together(values: Values) -> None:
    """Raise BadSetting for values that are well written and still must not stand side by side."""
    test, account, sender = values["TEST_MODE"], values["MAIL_USERNAME"], values["MAIL_DEFAULT_SENDER"]
    encrypted = values["MAIL_USE_TLS"] or values["MAIL_USE_SSL"]
    away = values["MAIL_SERVER"] and not is_loopback(values["MAIL_SERVER"])
    second, alarmed = values["ALARM_MAIL_SERVER"], values["ALARM_RECIPIENTS"]
    second_away = second and not is_loopback(second)
    # fmt: off
    rules = (
        ("TEST_MODE", test and away,
         N_("sample people must never get real letters, and MAIL_SERVER is another machine"),
         N_("only one of the two")),
        ("TEST_MODE", test and second_away,
         N_("sample people must never get real letters, and ALARM_MAIL_SERVER is another machine"),
         N_("only one of the two")),
        ("ALARM_RECIPIENTS", bool(second) != bool(alarmed),
         N_("an alarm needs a server and somebody to go to"), N_("both ALARM_MAIL_SERVER and ALARM_RECIPIENTS")),
        ("TEST_MODE", values["FLASK_DEBUG"] and not test,
         N_("FLASK_DEBUG shows the inside of the program to every visitor"), "FLASK_DEBUG=0"),
        ("NOW", values["NOW"] and not test,
         N_("the clock is set in test mode only"), N_("DONDOC_TEST_MODE=1 beside it")),
        ("NOW_FILE", values["NOW_FILE"] and not test,
         N_("the clock is set in test mode only"), N_("DONDOC_TEST_MODE=1 beside it")),
        ("SECRET_KEY", _is_weak(values["SECRET_KEY"]),
         N_("it is easy to guess"), N_("16 random characters or more, or leave it out")),
        ("MAIL_USE_SSL", values["MAIL_USE_TLS"] and values["MAIL_USE_SSL"],
         N_("both ways of encryption are on"), N_("only one of MAIL_USE_TLS and MAIL_USE_SSL")),
        ("MAIL_USERNAME", values["MAIL_PASSWORD"] and not account,
         N_("there is a password but no account"), N_("both")),
        ("MAIL_USERNAME", away and account and not encrypted,
         N_("its password would travel in clear"), N_("DONDOC_MAIL_USE_TLS=1 beside it")),
        ("MAIL_DEFAULT_SENDER", (away or second_away) and parseaddr(sender)[1].endswith("@localhost"),
         N_("nobody can answer a sender at localhost"), N_("an address of your own domain")),
        ("MAIL_TIMEOUT", values["MAIL_TIMEOUT"] >= values["LEASE_SECONDS"],
         N_("a lease could end while a letter is still under way"), N_("fewer seconds than LEASE_SECONDS")),
    )
    # fmt: on
    for name, broken, wrong, write in rules:
        if broken:
            raise BadSetting(name, wrong, write)


def _is_weak(key: str) -> bool:
    return bool(key) and (len(key) < 16 or len(set(key)) < 6)


def _derived(values: Values) -> dict[str, object]:
    """Return what Flask and its extensions need, worked out from the table."""
    folder = _private_folder(values["DATA_DIR"])
    public = urlsplit(values["PUBLIC_URL"])
    database = values["DATABASE_URL"] or f"sqlite:///{folder / 'dondoc.sqlite3'}"
    secure = public.scheme == "https"
    return {
        "DATABASE_URL": database,
        "SQLALCHEMY_DATABASE_URI": database,
        "SECRET_KEY": values["SECRET_KEY"] or _kept_key(folder / "secret_key"),
        "TRUSTED_HOSTS": list(values["TRUSTED_HOSTS"] or {public.hostname, "localhost", "127.0.0.1"}),
        "LOG_ORIGIN": values["LOG_ORIGIN"] or public.hostname,
        "MAX_CONTENT_LENGTH": values["UPLOAD_MAX_BYTES"],
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,  # an import's form carries the text of each proposal
        "PREFERRED_URL_SCHEME": public.scheme,
        # the cookie outlives the session by a day: words typed into a form that came too late still find their owner
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=values["SESSION_HOURS"] + 24),
        "SESSION_REFRESH_EACH_REQUEST": False,  # a slow answer must not bring back the session it began with
        "SESSION_COOKIE_NAME": "__Host-dondoc" if secure else "dondoc",  # __Host-: of this host alone, by https
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def _private_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        wrong = N_("the folder cannot be made (%(why)s)")
        raise BadSetting("DATA_DIR", wrong, N_("a folder this account may write"), why=error.strerror) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadSetting("DATA_DIR", N_("the folder cannot be written"), N_("a folder this account may write"))
    return folder


def _kept_key(path: Path) -> str:
    """Return the key made at the first start; processes that start at once agree on one."""
    if not path.exists():
        _make_key(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadSetting("SECRET_KEY", N_("others may read its file in DATA_DIR"), f"chmod 600 {path}")
    key = path.read_text(encoding="utf-8").strip()
    if not key or _is_weak(key):
        raise BadSetting(
            "SECRET_KEY", N_("its file in DATA_DIR is cut short"), N_("nothing: remove it, it is made anew")
        )
    return key


def _make_key(path: Path) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(os.urandom(32).hex())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, never replaces the key another process has just made
    except FileExistsError:
        return
    finally:
        os.unlink(draft)
