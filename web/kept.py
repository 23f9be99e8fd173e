"""Words typed into a form whose session had ended: kept for the same person, and put back into that form.

They travel in the signed cookie, never a secret among them; what a cookie cannot hold is not kept, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.datastructures import MultiDict

# fields that are not kept: secrets, and what belongs to the session that has ended
UNKEPT: Final = frozenset(
    {
        "csrf_token", "idempotency_key", "version", "content_hash", "password", "password_again", "old_password",
        "code", "next", "username", "meaning",
    }
)  # fmt: skip
# browsers take cookies of 4,096 bytes with their name and attributes
COOKIE_BYTES: Final = 3700
# what is kept in the cookie, and whose it is
TYPED: Final = ("typed", "typed_by")
# the mark of a form that was too long for it
TOO_LONG: Final = "too long"


@dataclass
class Kept:
    """A form that came too late: where it was sent, from which page, with which words; and whether they are back."""

    to: str
    page: str
    fields: MultiDict[str, str]
    is_back: bool = False

    @property
    def words(self) -> list[str]:
        """Return what was typed, to be read and copied."""
        return [words for _name, words in self.fields.items(multi=True)]


def keep(owner: int | None, page: str) -> None:
    """Keep the words of this form for the person whose session has ended; for nobody there is nothing to keep."""
    typed = [(name, words) for name, words in request.form.items(multi=True) if name not in UNKEPT and words.strip()]
    if not typed or owner is None:
        return
    session["typed"], session["typed_by"] = {"to": request.path, "page": page, "fields": typed}, owner
    if _size(dict(session)) > COOKIE_BYTES:
        session["typed"] = TOO_LONG


def state() -> str:
    """Return what the sign-in page says: "kept", "too long", or nothing."""
    found = session.get("typed")
    return "" if found is None else TOO_LONG if found == TOO_LONG else "kept"


def of(person_id: int) -> dict[str, Any]:
    """Return what goes on with the session of this person: his own words, nobody else's, and none that are not there.

    The mark of a form that was too long has been read on the sign-in page.
    """
    is_his = session.get("typed_by") == person_id and state() == "kept"
    return {name: session[name] for name in TYPED} if is_his else {}


def back_to(path: str) -> MultiDict[str, str] | None:
    """Return the words of a form that is sent to this path, to be put back into it; None when there are none."""
    return _put_back(lambda kept: kept.to == path)


def back_on_this_page() -> MultiDict[str, str] | None:
    """Return the words of the form that stood open on this very page; None when there are none."""
    return _put_back(lambda kept: kept.page == request.full_path.rstrip("?"))


def once() -> Kept | None:
    """Return, once, what was typed into a form whose session had ended."""
    if request.method != "GET":
        return None
    if "kept" not in g:
        session.pop("typed_by", None)
        found = session.pop("typed", None)
        g.kept = Kept(found["to"], found["page"], MultiDict(found["fields"])) if isinstance(found, dict) else None
    kept: Kept | None = g.kept
    return kept


def _put_back(fits: Any) -> MultiDict[str, str] | None:
    kept = once()
    if kept is None or not fits(kept):
        return None
    kept.is_back = True
    return kept.fields


def _size(content: dict[str, Any]) -> int:
    """Return how long the cookie would be."""
    interface = current_app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface)
    signer = interface.get_signing_serializer(current_app)
    assert signer is not None  # there is a secret key
    return len(signer.dumps(content))
