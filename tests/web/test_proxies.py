"""Behind a proxy: what it forwards is believed, what anybody else writes into the same headers is not."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from cli import serve
from tests.fixtures.live import free_port, running
from tests.fixtures.people import Visitor
from tests.fixtures.places import build
from web.proxies import BehindProxies

NETWORKS = ("10.0.0.0/24", "127.0.0.1/32", "2001:db8::/64")


def seen(peer: str, **headers: str) -> tuple[str, str]:
    """Return the address and scheme the application sees of a request that comes from a peer with these headers."""
    found: list[tuple[str, str]] = []

    def inner(environ: Any, start: Any) -> list[bytes]:
        found.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))
        start("200 OK", [])
        return []

    written = [(name.replace("_", "-"), text) for name, text in headers.items()]
    environ = EnvironBuilder(headers=written, environ_base={"REMOTE_ADDR": peer}).get_environ()
    run_wsgi_app(BehindProxies(inner, NETWORKS), environ)
    return found[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1, 198.51.100.7, 10.0.0.9", "198.51.100.7"),
        ("198.51.100.7,10.0.0.9 , 10.0.0.8", "198.51.100.7"),
        ("198.51.100.7:50612", "198.51.100.7"),
        ("[2001:db9::7]:50612", "2001:db9::7"),
        ("2001:db9::7, 2001:db8::1", "2001:db9::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, unknown", "10.0.0.5"),
        ("10.0.0.9, 10.0.0.8", "10.0.0.5"),
        ("", "10.0.0.5"),
        (", ,", "10.0.0.5"),
    ],
)
def test_the_visitor_is_the_last_address_that_is_no_proxy_of_ours(forwarded: str, address: str) -> None:
    assert seen("10.0.0.5", X_Forwarded_For=forwarded)[0] == address


@pytest.mark.parametrize(
    ("written", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http, https", "https"), ("ftp", "http"), ("", "http"), ("x,", "http")],
)
def test_the_scheme_is_the_one_the_proxy_names_when_it_is_one_of_the_web(written: str, scheme: str) -> None:
    assert seen("10.0.0.5", X_Forwarded_Proto=written)[1] == scheme


@pytest.mark.parametrize("peer", ["198.51.100.9", "10.0.1.5", "2001:db9::1", "", "localhost"])
def test_nobody_else_is_believed(peer: str) -> None:
    assert seen(peer, X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="https") == (peer, "http")


def test_a_proxy_that_is_seen_as_an_address_of_the_newer_kind_is_the_same_proxy() -> None:
    assert seen("::ffff:10.0.0.5", X_Forwarded_For="198.51.100.7")[0] == "198.51.100.7"


@pytest.mark.parametrize(("trusted", "answers"), [("127.0.0.1", [422, 422]), ("", [422, 429])])
def test_one_guesser_behind_a_proxy_does_not_shut_out_the_others_there(
    trusted: str, answers: list[int], app_of: Callable[..., Any], clock_at: Callable[[str], None]
) -> None:
    app, _ = app_of("world", build, TRUSTED_PROXIES=trusted)
    first, other = ({"X-Forwarded-For": f"198.51.100.{number}"} for number in (7, 8))
    person = Visitor(app)
    person.get("/login")
    for number in range(49):
        person.post("/login", {"username": f"ai_do_{number}", "password": "sai"}, headers=first)
    found = [
        person.post("/login", {"username": f"ai_khac_{number}", "password": "sai"}, headers=headers).status_code
        for number, headers in enumerate((first, other))
    ]
    assert found == answers
    if trusted:
        assert person.post("/login", {"username": "x", "password": "sai"}, headers=first).status_code == 429


@pytest.mark.parametrize(("trusted", "sent"), [("127.0.0.1", True), ("10.0.0.5", False)])
def test_a_browser_is_told_to_stay_with_https_when_a_trusted_proxy_says_it_came_so(
    trusted: str, sent: bool, app_of: Callable[..., Any]
) -> None:
    app, _ = app_of("world", build, TRUSTED_PROXIES=trusted)
    headers = Visitor(app).get("/login", headers={"X-Forwarded-Proto": "https"}).headers
    assert ("Strict-Transport-Security" in headers) is sent


@pytest.fixture
def served(app_of: Callable[..., Any]) -> Iterator[tuple[Flask, str]]:
    """Serve the small Ban as `flask serve` does, behind a proxy on this machine."""
    app, _ = app_of("world", build, TRUSTED_PROXIES="127.0.0.1")
    with running(serve.server_of(app, "127.0.0.1", port := free_port())):
        yield app, f"http://127.0.0.1:{port}"


@pytest.mark.database("sqlite")  # what is shown is what the server passes on, not the database
def test_the_server_passes_on_what_the_proxy_forwards(served: tuple[Flask, str]) -> None:
    _, url = served
    forwarded = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/login", headers=forwarded), timeout=10) as answer:
        assert answer.headers["Strict-Transport-Security"]
    with urllib.request.urlopen(f"{url}/login", timeout=10) as answer:
        assert answer.headers["Strict-Transport-Security"] is None
