"""The pages of the organisation: everybody reads who heads what; forms are for those whose they are."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from models.base import db
from models.people import Mandate, RoleGrant, Tenure
from models.vocabulary import Role
from tests.fixtures.handing import hand_account
from tests.fixtures.people import Visitor
from tests.fixtures.places import PEOPLE, World
from workflow.organization import people as people_service

DECISION = "QĐ 12/QĐ-BDT ngày 05/01/2026"
KEY = re.compile(r'name="idempotency_key" value="([0-9a-f]{32})"')
EVERYBODY = [username for username, *_ in PEOPLE]
Visit = Callable[..., Visitor]


def text(answer: Any) -> str:
    """Return a page as people read it."""
    return html.unescape(answer.get_data(as_text=True))


def rows(world_app: tuple[Flask, World], kind: type[Any]) -> list[Any]:
    """Return the rows of a table, detached."""
    with world_app[0].app_context():
        return list(db.session.scalars(db.select(kind).order_by(kind.id)))


def held(world_app: tuple[Flask, World], post: str) -> int:
    """Return the id of the tenure of a post of the small Ban."""
    return int(next(row.id for row in rows(world_app, Tenure) if row.post_id == world_app[1].post[post]))


def end_seat(office: Visitor, chair: Visitor, world_app: tuple[Flask, World], on: str) -> None:
    """Have office and leadership end the time of the first division's head, through the pages."""
    end = f"/admin/seats/{world_app[1].post['head_a']}/holders/{held(world_app, 'head_a')}/end"
    assert office.post(end, {"to_on": on, "decision": DECISION}).status_code == 302
    assert chair.post(f"{end}/confirm").status_code == 302


def hand_over(visitor: Visit, world_app: tuple[Flask, World], to: str = "officer_a", on: str = "2026-01-05") -> None:
    """Have office and leadership hand the first division to somebody else, through the pages."""
    world, office, chair = world_app[1], visitor("office"), visitor("chair")
    seat = f"/admin/seats/{world.post['head_a']}"
    end_seat(office, chair, world_app, on)
    fields = {"person_id": world.person[to], "capacity": "full", "from_on": on, "decision": DECISION}
    assert office.post(f"{seat}/holders", fields).status_code == 302
    entered = rows(world_app, Tenure)[-1].id
    assert chair.post(f"{seat}/holders/{entered}/confirm").status_code == 302


# ------------------------------------------------------------------------------------------------ reading
@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everybody_reads_units_people_and_seats(
    username: str, language: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    world, person = world_app[1], visitor(username)
    person.post("/language", {"language": language, "next": "/"})
    paths = [
        "units",
        "people",
        "seats",
        f"units/{world.unit['CSDT']}",
        f"people/{world.person['head_a']}",
        f"seats/{world.post['head_a']}",
    ]
    for path in paths:
        answer = person.get(f"/admin/{path}")
        assert answer.status_code == 200, path
        assert "Triệu Minh Đức" in text(answer), path
        assert "@bandantoc" not in text(answer) or username in ("admin", "head_a"), path


def test_forms_are_shown_to_those_whose_they_are(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    world = world_app[1]
    pages = {
        "/admin/units?do=create": {"admin"},
        f"/admin/units/{world.unit['VP']}?do=end": {"admin"},
        "/admin/people?do=create": {"admin"},
        f"/admin/people/{world.person['officer_a']}?do=password": {"admin"},
        "/admin/seats?do=post": {"admin"},
        f"/admin/seats/{world.post['head_a']}?do=enter": {"chair", "vice", "head_office", "office"},
        f"/admin/seats/{world.post['head_a']}?do=mandate": {"chair", "vice", "head_office", "office"},
    }
    people = {username: visitor(username) for username in EVERYBODY}
    for path, whose in pages.items():
        assert {username for username, person in people.items() if 'id="form"' in text(person.get(path))} == whose, path


def test_an_empty_seat_is_seen_as_vacant_on_its_days(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    office, world = visitor("office"), world_app[1]
    end_seat(office, visitor("chair"), world_app, "2026-02-01")
    assert "còn trống" not in text(office.get("/admin/seats?on=2026-01-31"))
    assert "còn trống" in text(office.get("/admin/seats?on=2026-02-01"))
    assert "còn trống" in text(office.get(f"/admin/seats/{world.post['head_a']}"))


@pytest.mark.parametrize("on", ["", "hôm nay", "2026-02-30", "1900-01-01", "9" * 40])
def test_a_day_in_the_address_that_is_none_shows_today(on: str, visitor: Visit) -> None:
    assert "05/01/2026" in text(visitor("head_a").get(f"/admin/seats?on={on}"))


# ------------------------------------------------------------------------------------------------ two people
def test_a_seat_changes_hands_by_two_people_and_rights_with_it_at_the_next_request(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    world, before, after = world_app[1], visitor("head_a"), visitor("officer_b")
    with world_app[0].app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    task = f"/tasks/{world.drafts[0]}"
    assert before.get(task).status_code == 200
    assert after.get(task).status_code == 404
    with world_app[0].app_context():
        hand_account(world.person["head_a"])
    hand_over(visitor, world_app, "officer_b")
    assert before.get(task).status_code in (403, 404)
    assert before.post(f"{task}/receive").status_code in (403, 404)
    assert after.get(task).status_code == 200
    assert after.post(f"{task}/receive").status_code == 302


def test_whoever_entered_a_holder_sees_no_button_and_is_refused(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    world, office = world_app[1], visitor("office")
    seat = f"/admin/seats/{world.post['head_a']}"
    office.post(f"{seat}/holders/{held(world_app, 'head_a')}/end", {"to_on": "2026-02-01", "decision": DECISION})
    office.post(
        f"{seat}/holders",
        {"person_id": world.person["officer_a"], "capacity": "acting", "from_on": "2026-02-01", "decision": DECISION},
    )
    confirm = f"{seat}/holders/{rows(world_app, Tenure)[-1].id}/confirm"
    assert confirm not in text(office.get(seat))
    refused = office.post(confirm)
    assert refused.status_code == 403
    assert "Cần người thứ hai xác nhận." in text(refused)
    assert confirm in text(visitor("vice").get(seat))


def test_an_end_is_entered_by_one_person_and_confirmed_by_another(
    visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    world, office, vice = world_app[1], visitor("office"), visitor("vice")
    seat = f"/admin/seats/{world.post['head_a']}"
    end = f"{seat}/holders/{held(world_app, 'head_a')}/end"
    for taken_back in (True, False):
        assert office.post(end, {"to_on": "2026-01-05", "decision": DECISION}).status_code == 302
        assert f"{end}/confirm" not in text(office.get(seat))
        assert office.post(f"{end}/confirm").status_code == 403
        assert f"{end}/confirm" in text(vice.get(seat))
        assert "Triệu Minh Đức thôi giữ chức danh từ ngày 05/01/2026" in text(vice.get("/admin/seats"))
        assert "còn trống" not in text(vice.get("/admin/seats"))
        assert vice.post(f"{end}/{'take-back' if taken_back else 'confirm'}").status_code == 302
    assert "còn trống" in text(vice.get("/admin/seats"))
    assert vice.post(f"{end}/confirm").status_code == 409
    assert vice.post(f"{end}/take-back").status_code == 409


def test_a_mandate_is_entered_confirmed_and_ended_by_the_page(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    world, office, vice = world_app[1], visitor("office"), visitor("vice")
    seat = f"/admin/seats/{world.post['head_a']}"
    fields = {
        "person_id": world.person["officer_a"],
        "kind": "TL",
        "scope": "Ký xác nhận",
        "from_on": "2026-01-05",
        "last_on": "2026-01-09",
        "decision": DECISION,
    }
    assert office.post(f"{seat}/mandates", fields).status_code == 302
    mandate = rows(world_app, Mandate)[0]
    assert (mandate.from_at, mandate.to_at) == (world.at("2026-01-05T00:00"), world.at("2026-01-10T00:00"))
    assert office.post(f"{seat}/mandates/{mandate.id}/confirm").status_code == 403
    assert vice.post(f"{seat}/mandates/{mandate.id}/confirm").status_code == 302
    assert "Lý Thị Én" in text(visitor("head_b").get("/admin/seats"))
    assert vice.post(f"{seat}/mandates/{mandate.id}/revoke", {"decision": DECISION}).status_code == 302
    assert rows(world_app, Mandate)[0].to_at == world.at("2026-01-05T08:00")


# ------------------------------------------------------------------------------------------------ administration
def test_a_new_account_shows_its_password_once_and_signs_in(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    admin = visitor("admin")
    key = KEY.search(text(admin.get("/admin/people?do=create")))
    assert key is not None
    fields = {"username": "nguyen.an", "name": "Nguyễn Văn An", "email": "an@x.vn", "idempotency_key": key[1]}
    made = admin.post("/admin/people", fields)
    secret = re.search(r'<code class="secret">([a-z0-9-]{19})</code>', text(made))
    assert made.status_code == 200
    assert secret is not None
    again = admin.post("/admin/people", fields, follow_redirects=True)
    assert secret[1] not in text(again)
    newcomer = Visitor(world_app[0])
    assert newcomer.sign_in("nguyen.an", secret[1]).status_code == 302
    assert made.headers["Cache-Control"] == "no-store"


def test_a_reset_password_is_shown_once_and_ends_the_session(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    admin, officer = visitor("admin"), visitor("officer_a")
    answer = admin.post(f"/admin/people/{world_app[1].person['officer_a']}/password")
    assert '<code class="secret">' in text(answer)
    assert officer.get("/").status_code == 302


def test_a_closed_account_is_out_at_its_next_request(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    admin, officer, person = visitor("admin"), visitor("officer_a"), world_app[1].person["officer_a"]
    assert officer.get("/").status_code == 200
    assert admin.post(f"/admin/people/{person}/close").status_code == 302
    assert officer.get("/").status_code == 302
    assert visitor("chair").get(f"/admin/people/{person}").status_code == 404
    assert admin.post(f"/admin/people/{person}/open").status_code == 302


def test_a_role_is_given_and_ended_by_the_page(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    admin, person = visitor("admin"), world.person["officer_a"]
    fields = {"role": "office", "unit_id": world.unit["VP"], "from_on": "2026-01-05"}
    assert admin.post(f"/admin/people/{person}/roles", fields).status_code == 302
    answered = admin.post(f"/admin/people/{person}/roles", fields)
    assert answered.status_code == 409
    assert "đã có vai trò này" in text(answered)
    with app.app_context():
        grant = next(
            row.id
            for row in db.session.scalars(db.select(RoleGrant))
            if row.person_id == person and row.role == Role.OFFICE
        )
    assert admin.post(f"/admin/people/{person}/roles/{grant}/end", {"to_on": "2026-01-05"}).status_code == 302
    with app.app_context():
        assert Role.OFFICE not in world.actor("officer_a").roles


def test_a_unit_is_made_renamed_placed_and_ended_by_the_page(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    admin, world = visitor("admin"), world_app[1]
    made = admin.post(
        "/admin/units",
        {
            "code": "DTTS",
            "name": "Phòng Dân tộc thiểu số",
            "kind": "division",
            "parent_id": world.unit["BDT"],
            "from_on": "05/01/2026",
        },
    )
    assert made.status_code == 302
    unit = made.location or ""
    assert (
        admin.post(
            f"{unit}/name",
            {"form": "full", "name": "Phòng Tuyên truyền", "from_on": "2026-02-01", "decision": DECISION},
        ).status_code
        == 302
    )
    assert (
        admin.post(
            f"{unit}/parent", {"parent_id": world.unit["VP"], "from_on": "2026-03-01", "decision": DECISION}
        ).status_code
        == 302
    )
    assert admin.post(f"{unit}/end", {"to_on": "2026-04-01", "decision": DECISION}).status_code == 302
    office = visitor("office")
    for path in re.findall(r'action="(/admin/units/events/\d+/confirm)"', text(office.get(unit))):
        assert office.post(path).status_code == 302
    page = text(admin.get(unit))
    for words in ("Phòng Dân tộc thiểu số", "Phòng Tuyên truyền", "31/01/2026", "Văn phòng", "31/03/2026"):
        assert words in page


def test_a_refused_form_keeps_what_was_typed_and_says_why(visitor: Visit) -> None:
    answer = visitor("admin").post(
        "/admin/units", {"code": "CSDT", "name": "Phòng Thứ Hai", "kind": "division", "from_on": "2026-01-05"}
    )
    assert answer.status_code == 409
    assert 'value="Phòng Thứ Hai"' in text(answer)
    assert "đã được dùng" in text(answer)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"kind": "castle"}, 422),
        ({"kind": "division", "from_on": "31/02/2026"}, 422),
        ({"kind": "division", "from_on": "2026-01-05", "code": "X" * 5000, "name": "P"}, 422),
        (
            {"kind": "division", "from_on": "2026-01-05", "code": "X", "name": "P\u0301\u0000", "parent_id": "9" * 30},
            422,
        ),
        ({"kind": "division", "from_on": "2026-01-05", "code": "X", "name": "P", "parent_id": "999999"}, 404),
    ],
)
def test_a_form_that_cannot_be_read_is_answered(fields: dict[str, str], status: int, visitor: Visit) -> None:
    assert visitor("admin").post("/admin/units", fields).status_code == status


@pytest.mark.parametrize("username", [name for name in EVERYBODY if name != "admin"])
def test_administration_is_refused_to_everybody_else(
    username: str, visitor: Visit, world_app: tuple[Flask, World]
) -> None:
    person, world = visitor(username), world_app[1]
    for path in (
        "/admin/units",
        "/admin/people",
        "/admin/seats",
        f"/admin/people/{world.person['officer_a']}/password",
        f"/admin/units/{world.unit['VP']}/end",
    ):
        assert person.post(path, {"to_on": "2026-02-01"}).status_code == 403, path


def test_the_administrator_has_no_say_over_tasks_or_seats(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        world.assign(world.drafts[0], "CSDT", date(2026, 1, 30))
    admin = visitor("admin")
    for path in ("/tasks", f"/tasks/{world.drafts[0]}", "/plans", "/tasks/new"):
        assert admin.get(path).status_code in (403, 404), path
    for action in ("assign", "receive", "cancel", "sign-off", "confirm", "comment"):
        assert admin.post(f"/tasks/{world.drafts[0]}/{action}", {"reason": "x", "text": "x"}).status_code in (
            403,
            404,
        ), action
    seat = f"/admin/seats/{world.post['head_a']}"
    assert (
        admin.post(
            f"{seat}/holders/{held(world_app, 'head_a')}/end", {"to_on": "2026-02-01", "decision": DECISION}
        ).status_code
        == 403
    )
    assert admin.post(f"{seat}/holders", {"person_id": world.person["officer_a"]}).status_code == 403


def test_the_same_form_sent_twice_makes_one_unit(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    admin = visitor("admin")
    fields = {
        "code": "DTTS",
        "name": "Phòng Dân tộc thiểu số",
        "kind": "division",
        "from_on": "2026-01-05",
        "idempotency_key": "a" * 32,
    }
    assert admin.post("/admin/units", fields).location == admin.post("/admin/units", fields).location


def test_two_forms_of_one_page_have_keys_of_their_own(visitor: Visit, world_app: tuple[Flask, World]) -> None:
    app, world = world_app
    with app.app_context():
        key, _ = people_service.create("nguyen.an", "Nguyễn Văn An", "", by=world.actor("admin"), at=world.at())
    office = visitor("office")
    seat = f"/admin/seats/{world.post['head_a']}"
    office.post(f"{seat}/holders/{held(world_app, 'head_a')}/end", {"to_on": "2026-02-01", "decision": DECISION})
    for person, first, last in ((key, "2026-02-01", "2026-03-01"), (world.person["officer_a"], "2026-03-01", "")):
        office.post(
            f"{seat}/holders",
            {"person_id": person, "capacity": "full", "from_on": first, "to_on": last, "decision": DECISION},
        )
    keys = KEY.findall(text(visitor("vice").get(seat)))
    assert len(keys) == len(set(keys)) == 6
