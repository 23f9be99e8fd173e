"""The log's key: made once, for the service alone, and the same for everybody who asks."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from accountability import keys


def test_a_key_is_made_once_and_readable_by_the_service_alone(tmp_path: Path) -> None:
    first = keys.public_text(keys.ensure(tmp_path / "data"))
    path = tmp_path / "data" / "log.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.public_text(keys.ensure(tmp_path / "data")) == first
    assert len(base64.b64decode(first)) == 32
    assert [item.name for item in path.parent.iterdir()] == ["log.key"]


def test_many_who_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(12) as pool:
        found = set(pool.map(lambda _: keys.public_text(keys.ensure(tmp_path)), range(24)))
    assert len(found) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_stops_the_start_and_says_what_to_type(tmp_path: Path, mode: int) -> None:
    keys.ensure(tmp_path)
    (tmp_path / "log.key").chmod(mode)
    with pytest.raises(PermissionError, match="chmod 600"):
        keys.ensure(tmp_path)


def test_a_file_that_is_no_key_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    path.write_bytes(b"not a key")
    path.chmod(0o600)
    with pytest.raises(ValueError, match=r"PEM|key|deserialize"):
        keys.ensure(tmp_path)
    assert path.read_bytes() == b"not a key"


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "log.key"
    path.write_bytes(
        other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.chmod(0o600)
    with pytest.raises(TypeError, match="not an Ed25519 key"):
        keys.ensure(tmp_path)
