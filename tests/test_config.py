"""Settings: safe when nothing is set, and a start refused with its reason for each one that cannot be right."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

import config


def load(tmp_path: Path, **written: str) -> dict[str, object]:
    """Return the configuration for some settings; FLASK_DEBUG is Flask's own."""
    flask = {name: text for name, text in written.items() if name.startswith("FLASK_")}
    ours = {f"DONDOC_{name}": text for name, text in written.items() if name not in flask}
    return config.load({"DONDOC_DATA_DIR": str(tmp_path), **ours, **flask})


FAR = {"MAIL_SERVER": "mail.example.vn", "MAIL_DEFAULT_SENDER": "dondoc@example.vn"}
# what is wrong -> the settings, the one that is named, a word of the reason
BAD: dict[str, tuple[dict[str, str], str, str]] = {
    "a setting nobody knows": ({"MAIL_SEVER": "x"}, "MAIL_SEVER", "MAIL_SERVER"),
    "a weak key": ({"SECRET_KEY": "dev"}, "SECRET_KEY", "guess"),
    "a key of one letter": ({"SECRET_KEY": "a" * 40}, "SECRET_KEY", "guess"),
    "debug outside test mode": ({"FLASK_DEBUG": "1"}, "TEST_MODE", "FLASK_DEBUG"),
    "test mode beside a foreign mail server": ({**FAR, "TEST_MODE": "1"}, "TEST_MODE", "real letters"),
    "test mode beside a foreign address": (
        {**FAR, "TEST_MODE": "1", "MAIL_SERVER": "10.0.0.7"},
        "TEST_MODE",
        "real letters",
    ),
    "a set clock outside test mode": ({"NOW": "2026-01-05T08:00"}, "NOW", "test mode"),
    "a moment that is none": ({"TEST_MODE": "1", "NOW": "morgen"}, "NOW", "2026-11-25"),
    "a moment before all zones": ({"TEST_MODE": "1", "NOW": "0001-01-01T00:00"}, "NOW", "edge"),
    "a clock file that is missing": ({"TEST_MODE": "1", "NOW_FILE": "/nowhere/now"}, "NOW_FILE", "no such file"),
    "both ways of encryption": ({**FAR, "MAIL_USE_TLS": "1", "MAIL_USE_SSL": "1"}, "MAIL_USE_SSL", "both"),
    "a password without an account": ({"MAIL_PASSWORD": "geheim"}, "MAIL_USERNAME", "no account"),
    "a password in clear over the net": (
        {**FAR, "MAIL_USERNAME": "dondoc", "MAIL_PASSWORD": "geheim"},
        "MAIL_USERNAME",
        "clear",
    ),
    "a sender nobody can answer": ({"MAIL_SERVER": "mail.example.vn"}, "MAIL_DEFAULT_SENDER", "localhost"),
    "a timeout longer than the lease": ({"MAIL_TIMEOUT": "60", "LEASE_SECONDS": "60"}, "MAIL_TIMEOUT", "lease"),
    "a port that is none": ({"MAIL_PORT": "0"}, "MAIL_PORT", "65535"),
    "a port in words": ({"MAIL_PORT": "smtp"}, "MAIL_PORT", "whole number"),
    "a switch that is neither": ({"TEST_MODE": "maybe"}, "TEST_MODE", "on nor off"),
    "another time zone": ({"TIMEZONE": "UTC"}, "TIMEZONE", "Asia/Ho_Chi_Minh"),
    "a language there is not": ({"LANGUAGE": "fr"}, "LANGUAGE", "vi"),
    "an address with a path": ({"PUBLIC_URL": "https://example.vn/dondoc"}, "PUBLIC_URL", "path"),
    "an address that is none": ({"PUBLIC_URL": "example.vn"}, "PUBLIC_URL", "http"),
    "a proxy that is everybody": ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES", "every"),
    "a proxy that is none": ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES", "10.0.0.0"),
    "a host with a port": ({"TRUSTED_HOSTS": "example.vn:8000"}, "TRUSTED_HOSTS", "ports"),
    "a database of another kind": ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL", "PostgreSQL"),
    "a database in memory": ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL", "memory"),
    "a session for ever": ({"SESSION_HOURS": "1000"}, "SESSION_HOURS", "24"),
    "an hour that is none": ({"REMINDER_HOUR": "25:00"}, "REMINDER_HOUR", "time of day"),
    "a keeper without an address": (
        {"LOG_CHECKPOINT_RECIPIENTS": "chanh-thanh-tra"},
        "LOG_CHECKPOINT_RECIPIENTS",
        "e-mail",
    ),
    "certificates that are not there": ({"MAIL_CA_FILE": "/nowhere/ca.pem"}, "MAIL_CA_FILE", "no such file"),
    "an upload limit of nothing": ({"UPLOAD_MAX_BYTES": "0"}, "UPLOAD_MAX_BYTES", "1024"),
    "a line break in a name": ({"LOG_ORIGIN": "a\nb"}, "LOG_ORIGIN", "line break"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_setting_that_cannot_be_right_stops_the_start_with_its_name_and_reason(what: str, tmp_path: Path) -> None:
    written, name, reason = BAD[what]
    with pytest.raises(config.BadSetting) as caught:
        load(tmp_path, **written)
    assert caught.value.name == name
    assert f"DONDOC_{name}" in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize("what", ["a weak key", "a password without an account", "a password in clear over the net"])
def test_a_refusal_never_repeats_a_secret(what: str, tmp_path: Path) -> None:
    written, _, _ = BAD[what]
    with pytest.raises(config.BadSetting) as caught:
        load(tmp_path, **written)
    assert not any(written.get(name, "\x00") in str(caught.value) for name in ("SECRET_KEY", "MAIL_PASSWORD"))


def test_nothing_set_is_safe(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found["TEST_MODE"] is False
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    assert found["TRUSTED_HOSTS"]
    assert found["MAIL_SERVER"] == ""
    assert found["DATABASE_URL"] == f"sqlite:///{tmp_path / 'dondoc.sqlite3'}"


def test_the_secret_is_made_once_for_this_account_alone(tmp_path: Path) -> None:
    first, second = load(tmp_path / "a")["SECRET_KEY"], load(tmp_path / "a")["SECRET_KEY"]
    other = load(tmp_path / "b")["SECRET_KEY"]
    assert first == second != other
    assert len(str(first)) >= 32
    assert stat.S_IMODE((tmp_path / "a" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_secret_that_others_can_read_or_that_was_cut_short_stops_the_start(tmp_path: Path) -> None:
    load(tmp_path)
    key = tmp_path / "secret_key"
    key.chmod(0o640)
    with pytest.raises(config.BadSetting, match="others may read"):
        load(tmp_path)
    key.chmod(0o600)
    key.write_text("", encoding="utf-8")
    with pytest.raises(config.BadSetting, match="cut short"):
        load(tmp_path)


def test_a_key_that_looks_like_a_number_is_still_a_key(tmp_path: Path) -> None:
    assert load(tmp_path, SECRET_KEY="12345e678901234567")["SECRET_KEY"] == "12345e678901234567"


def test_test_mode_beside_a_mail_server_of_this_machine_is_taken(tmp_path: Path) -> None:
    for server in ("127.0.0.1", "localhost", "::1"):
        assert load(tmp_path, TEST_MODE="1", MAIL_SERVER=server)["TEST_MODE"] is True


def test_cookies_travel_by_https_alone_where_the_site_has_it(tmp_path: Path) -> None:
    secure, plain = load(tmp_path, PUBLIC_URL="https://dondoc.example.vn"), load(tmp_path)
    assert (secure["SESSION_COOKIE_SECURE"], secure["SESSION_COOKIE_NAME"]) == (True, "__Host-dondoc")
    assert plain["SESSION_COOKIE_SECURE"] is False


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(config.BadSetting, match="folder cannot be made"):
        load(tmp_path / "file" / "data")


def test_every_example_of_the_table_can_be_written_as_it_stands() -> None:
    skipped = {"MAIL_CA_FILE", "NOW_FILE", "SECRET_KEY", "MAIL_PASSWORD"}  # files of another machine, and secrets
    for setting in config.SETTINGS:
        if setting.name not in skipped:
            assert setting.value(setting.example) not in (None, "")


def test_the_cookie_outlives_the_session_and_no_slow_answer_writes_it_again(tmp_path: Path) -> None:
    found = load(tmp_path, SESSION_HOURS="8")
    assert found["PERMANENT_SESSION_LIFETIME"] == timedelta(hours=32)
    assert found["SESSION_REFRESH_EACH_REQUEST"] is False
