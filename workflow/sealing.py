"""Secrets that the system must be able to read again: sealed with a key worked out from SECRET_KEY, never in clear."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

# what the key is for: another use of SECRET_KEY has another key
PURPOSE: Final = b"dondoc second factor 1"

_key: dict[str, bytes] = {}


def use(secret: str) -> None:
    """Say what the server's secret is; called once when the parts are put together."""
    _key["key"] = hmac.digest(secret.encode(), PURPOSE, hashlib.sha256)


def seal(text: str, at: datetime) -> str:
    """Return a text sealed, with the moment of sealing."""
    return _fernet().encrypt_at_time(text.encode(), int(at.timestamp())).decode()


def unseal(sealed: str, at: datetime | None = None, within: timedelta | None = None) -> str | None:
    """Return what was sealed; None when another key sealed it, it was changed, or it is too old."""
    try:
        if at is None or within is None:
            return _fernet().decrypt(sealed.encode()).decode()
        seconds = int(within.total_seconds())
        return _fernet().decrypt_at_time(sealed.encode(), seconds, int(at.timestamp())).decode()
    except (InvalidToken, UnicodeError):
        return None


def drawn_from(*parts: str) -> bytes:
    """Return 64 bytes that only this server can work out from some texts: the same texts give the same bytes."""
    return hmac.digest(_key["key"], "\n".join(parts).encode(), hashlib.sha512)


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key["key"]))
