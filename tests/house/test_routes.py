"""The route map, walked: strangers see the public pages, every role what its places allow, nothing breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from models.vocabulary import Action
from tests.fixtures.people import Visitor
from tests.fixtures.places import PEOPLE, World
from web.auth import PUBLIC
from workflow.permissions import PLACES, Scope

# signed-in pages that are everybody's own: they show only the person who asks
# files by name: no number stands in their address
FILES = frozenset({"static", "assets.vendor"})
OWN = frozenset({"auth.logout", "auth.language"})
USERNAMES = [username for username, *_ in PEOPLE]
HUGE = 10**30


def routes(app: Flask, method: str) -> Iterator[Rule]:
    """Give the routes that take a method, in order."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if method in (rule.methods or ()):
            yield rule


def address(app: Flask, rule: Rule, number: int) -> str:
    """Return an address of a route, its numbers filled in."""
    texts = {"action": Action.COMMENT, "filename": "app.css", "name": "bootstrap.css", "form": "docx"}
    values = {name: texts.get(name, number) for name in rule.arguments}
    with app.test_request_context():
        return str(
            app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"})))
        )


def test_every_page_says_which_family_it_belongs_to(world_app: tuple[Flask, World]) -> None:
    app, _ = world_app
    unmarked = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC | OWN and getattr(app.view_functions[rule.endpoint], "place", None) not in PLACES
    }
    assert unmarked == set()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_sees_the_public_pages_and_is_sent_to_sign_in_everywhere_else(
    method: str, world_app: tuple[Flask, World]
) -> None:
    app, _ = world_app
    stranger = Visitor(app)
    stranger.get("/login")
    wrong = {}
    for rule in routes(app, method):
        if rule.endpoint in PUBLIC:
            continue
        answer = stranger.open(
            method, address(app, rule, 1), data={"csrf_token": stranger.token} if method == "POST" else None
        )
        if answer.status_code != 302 or not (answer.location or "").startswith("/login"):
            wrong[rule.rule] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("username", USERNAMES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_opens_for_every_role_that_may_see_it_and_refuses_every_other(
    username: str, language: str, world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, world = world_app
    person = visitor(username)
    person.post("/language", {"language": language, "next": "/"})
    with app.app_context():
        scope = Scope(world.actor(username))
    wrong = {}
    for rule in routes(app, "GET"):
        if rule.arguments or rule.endpoint in PUBLIC | OWN:
            continue
        place = getattr(app.view_functions[rule.endpoint], "place", "")
        expected = 200 if scope.allows(place) else 403
        answer = person.get(rule.rule)
        if answer.status_code != expected:
            wrong[rule.rule] = (answer.status_code, expected)
    assert wrong == {}


@pytest.mark.parametrize("number", [0, 1, 99_999, 2**31, HUGE])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_number_in_an_address_breaks_the_server(
    number: int, method: str, world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, _ = world_app
    people = [visitor("chair"), visitor("admin"), visitor("office")]
    broken = {}
    for rule in routes(app, method):
        if not rule.arguments or rule.endpoint in FILES:
            continue
        for person in people:
            data: dict[str, Any] = {"csrf_token": person.token, "reason": "x"}
            answer = person.open(method, address(app, rule, number), data=data if method == "POST" else None)
            if answer.status_code >= 500 or (number in (0, 2**31, HUGE) and answer.status_code == 200):
                broken[rule.rule] = answer.status_code
    assert broken == {}


def test_an_empty_form_is_answered_and_changes_nothing(
    world_app: tuple[Flask, World], visitor: Callable[..., Visitor]
) -> None:
    app, _ = world_app
    broken = {}
    for username in ("chair", "office", "admin", "head_a"):
        person = visitor(username)
        for rule in routes(app, "POST"):
            if rule.endpoint in OWN:
                continue
            answer = person.post(address(app, rule, 1))
            if answer.status_code >= 500:
                broken[username, rule.rule] = answer.status_code
    assert broken == {}
