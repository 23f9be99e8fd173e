"""Behind a reverse proxy: who the visitor is and whether he came by https, believed from trusted proxies alone."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SCHEMES: Final = frozenset({"http", "https"})
# some proxies write the port, too: 192.0.2.7:50612 or [2001:db8::7]:50612
WITH_PORT: Final = re.compile(r"\[([^\]]+)\](?::\d+)?|([^:]+):\d+")


class BehindProxies:
    """The application as its visitors reach it: through the proxies of these networks, or directly."""

    def __init__(self, app: WSGIApplication, networks: Iterable[str]) -> None:
        self._app = app
        self._networks = [ipaddress.ip_network(network) for network in networks]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request, with the visitor's own address and scheme when a trusted proxy passed it on."""
        if self._trusts(_address(environ.get("REMOTE_ADDR", ""))):
            self._believe(environ)
        return self._app(environ, start_response)

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)

    def _believe(self, environ: WSGIEnvironment) -> None:
        visitor = self._visitor(environ.get("HTTP_X_FORWARDED_FOR", ""))
        if visitor is not None:
            environ["REMOTE_ADDR"] = str(visitor)
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in SCHEMES:
            environ["wsgi.url_scheme"] = scheme

    def _visitor(self, forwarded: str) -> Address | None:
        """Return the last address that no proxy of ours has; what stands before it was written by the visitor."""
        for written in reversed(forwarded.split(",")):
            address = _address(written)
            if not self._trusts(address):
                return address
        return None


def init_app(app: Flask) -> None:
    """Believe the proxies that the settings name; without any, nobody."""
    app.wsgi_app = BehindProxies(  # type: ignore[method-assign]  # Flask's own way to put something before it
        app.wsgi_app, app.config["TRUSTED_PROXIES"]
    )


def _address(written: str) -> Address | None:
    """Return a written address; None when it is none."""
    words = written.strip()
    if ported := WITH_PORT.fullmatch(words):
        words = ported[1] or ported[2]
    try:
        found = ipaddress.ip_address(words)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
