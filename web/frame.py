"""The frame of every page: navigation, who is signed in, warnings, the seal of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for
from flask_login import current_user

from accountability import seal
from i18n import gettext as _
from i18n import ngettext
from models.labels import TERMS, label
from models.vocabulary import Role
from notifications import inbox
from notifications.drift_words import drift_words
from terms import N_
from web import auth, context, errors, formats, kept
from web.signature_words import capacity_of, proved_by

# endpoint, what it is called, the page family it belongs to
NAVIGATION: Final = (
    ("desk.show", N_("Desk"), "desk"),
    ("inbox.index", N_("Inbox"), "inbox"),
    ("tasks.index", N_("Tasks"), "tasks"),
    ("plans.index", N_("Plans"), "plans"),
    ("targets.index", N_("Targets"), "targets"),
    ("accountability.index", N_("Accountability"), "accountability"),
    ("reports.index", N_("Reports"), "reports"),
    ("figures.index", N_("My figures"), "my_figures"),
    ("log.index", N_("Log"), "log"),
    ("reminders.index", N_("Reminders"), "reminders"),
    ("organisation.units", N_("Organisation"), "organisation"),
)

# the vocabularies by name, for templates that hold a code as plain text
KINDS: Final = {kind.__name__: kind for kind in TERMS}

# pages that belong to a place of the navigation without bearing its name
UNDER: Final = {
    "calendar": "organisation", "chasing": "tasks", "comments": "tasks", "recurring": "tasks",
    "rules": "reminders", "previews": "reminders",
    "imports": "plans", "handovers": "organisation", "amendments": "plans", "task_tables": "plans",
    "flows": "plans", "figures": "accountability", "target_tables": "targets", "signing": "tasks",
    "signatures": "tasks", "factor": "account",
}  # fmt: skip


@dataclass(frozen=True)
class NavItem:
    """One place of the navigation."""

    href: str
    label: str
    current: bool
    count: str = ""


@dataclass(frozen=True)
class Banner:
    """A warning for everyone who can do something about it."""

    level: str
    text: str
    href: str = ""


def variables() -> dict[str, Any]:
    """Return what base.html shows around a page, and the words every template uses."""
    common: dict[str, Any] = {
        "term": lambda code: _(label(code)),
        "term_of": _term_of,
        "refusal_texts": errors.texts,
        "has_factor": _has_factor,
        "drift_words": drift_words,
        "proved_by": proved_by,
        "capacity_of": capacity_of,
        "lang": context.language(),
        "here": auth.page_here(),
        "body_name": "",
        "nav": [],
        "me": None,
        "banners": [],
        "seal": None,
    }
    if not current_user or not current_user.is_authenticated:
        return common
    ref = context.ref()
    unread = _unread()
    return common | {
        "kept": kept.once(),
        "me": context.me(),
        "nav": _navigation(unread),
        "inbox_unread": unread,
        "today": ref.on,
        "ref": ref,
        "scope": context.scope(),
        "body_name": ref.settings["body.name"],
        "banners": _banners(),
        "seal": seal.latest(context.now()),
    }


def _has_factor() -> bool:
    """Return whether whoever asks proves himself with a one-time code too."""
    return bool(current_user and current_user.is_authenticated and current_user.has_factor)


def _term_of(kind: str, code: str) -> str:
    """Return the label of a code that stands as plain text, by the name of its vocabulary."""
    return _(label(KINDS[kind](code)))


def _unread() -> str:
    """Return how many tasks of the inbox have something unread, in figures; an empty text for none."""
    if not context.scope().allows("inbox"):
        return ""
    count = inbox.unread(context.now(), seen_by=context.scope())
    return f"{count - 1}+" if count >= inbox.COUNTED else str(count or "")


def _navigation(unread: str) -> list[NavItem]:
    here = UNDER.get(request.blueprint or "", request.blueprint or "")
    return [
        NavItem(url_for(endpoint), _(text), endpoint.split(".")[0] == here, unread if endpoint == "inbox.index" else "")
        for endpoint, text, place in NAVIGATION
        if context.scope().allows(place)
    ]


def _banners() -> list[Banner]:
    """Return the warnings for who asks: reminders that do not go out, a year without its days off."""
    return [*_broken_log(), *_silence(), *_unsignable(), *_missing_years()]


def _broken_log() -> list[Banner]:
    """Tell leadership, inspectors and administration that the log is not as it was written."""
    found = seal.latest(context.now())
    if found is None or found.ok or not context.me().has(Role.LEADER, Role.INSPECTOR, Role.ADMIN):
        return []
    text = _("The log is not intact; found %(moment)s.", moment=formats.moment(found.at))
    return [Banner("alarm", text, url_for("log.index"))]


def _unsignable() -> list[Banner]:
    """Tell office and leadership of what waits and nobody can do (N15)."""
    count = context.ref().unsignable
    if not count or not context.scope().allows("seats"):
        return []
    said = ngettext("%(num)d act waits that nobody can do", "%(num)d acts wait that nobody can do", count)
    return [Banner("alarm", f"{said}.", url_for("organisation.signers"))]


def _silence() -> list[Banner]:
    """Tell office, leadership and administration that nobody is reminded, or that letters do not get out."""
    if not context.me().has(Role.OFFICE, Role.LEADER, Role.ADMIN):
        return []
    at, href = context.now(), url_for("reminders.status_page")
    beat = context.ref().pulse
    if beat.is_silent(at):
        text = _("Reminders have not run since %(moment)s: nobody is reminded.", moment=formats.moment(beat.ran_at))
        return [Banner("alarm", text, href)]
    if beat.is_late(at):
        minutes = int(beat.waited(at).total_seconds()) // 60
        said = ngettext(
            "A letter that is due has waited for %(num)d minute.",
            "A letter that is due has waited for %(num)d minutes.",
            minutes,
        )
        return [Banner("alarm", said, href)]
    return []


def _missing_years() -> list[Banner]:
    """Warn of a year whose days off nobody entered (visible from 1 December, domain §5.2)."""
    ref = context.ref()
    if not context.scope().allows("calendar"):
        return []
    return [
        Banner(
            "warning",
            _("The days off of %(year)s have not been entered; deadlines of that year rest on a forecast.", year=year),
            url_for("calendar.index"),
        )
        for year in ref.calendar.missing_years(ref.on)
    ]
