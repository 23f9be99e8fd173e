"""Files of evidence: kinds told by content and name together, names cleaned, kept by their hash and nowhere else."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from documents.vault import Vault
from workflow import files
from workflow.errors import Refusal
from workflow.given import Upload


def zipped(*names: str) -> bytes:
    """Return a zip archive with files of these names."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


WORD, SHEET = zipped("[Content_Types].xml", "word/document.xml"), zipped("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep files in a folder of this test alone."""
    monkeypatch.setitem(files._place, "vault", tmp_path / "files")
    return tmp_path / "files"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("A.PDF", b"%PDF-1.7", "application/pdf"),
        ("a.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", SHEET, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.png", b"\x89PNG\r\n\x1a\nx", "image/png"),
        ("a.jpeg", b"\xff\xd8\xffx", "image/jpeg"),
        ("a.txt", "Tiếng Việt".encode(), "text/plain"),
        ("a.csv", "\ufeffsố;chữ".encode(), "text/csv"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, data: bytes, kind: str) -> None:
    assert files.media_type(Upload(name, data)) == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", b"MZ"),
        ("a", b"x"),
        ("", b"x"),
        ("a.pdf", b""),
        ("a.pdf", b"MZ%PDF-"),
        ("a.pdf.exe", b"%PDF-1.7"),
        ("a.docx", SHEET),
        ("a.docx", zipped("x")),
        ("a.docx", b"PK\x03\x04 cut off"),
        ("a.xlsx", WORD),
        ("a.png", b"%PDF-1.7"),
        ("a.txt", b"\xff\xfe\x00"),
        ("a.txt", b"a\x00b"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        (".pdf", b"%PDF-1.7"),
    ],
)
def test_anything_else_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        files.media_type(Upload(name, data))
    assert caught.value.code == "file_type"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Báo cáo.pdf", "Báo cáo.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\Báo cáo.docx", "Báo cáo.docx"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("a\x00b\x1b[31m.pdf", "a b [31m.pdf"),
        ("gpj.\u202efdp.exe.pdf", "gpj. fdp.exe.pdf"),
        ("  .. .pdf", "file.pdf"),
        ("Hoa\u0300.pdf", "Hoà.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
    ],
)
def test_a_name_is_shown_without_folders_tricks_or_endlessness(sent: str, shown: str) -> None:
    assert files.name_of(sent) == shown


def test_more_than_ten_files_or_one_bad_one_keep_nothing(kept_in: Path) -> None:
    good = Upload("a.pdf", b"%PDF-1.7")
    for uploads in ((good,) * 11, (good, Upload("b.exe", b"MZ"))):
        with pytest.raises(Refusal):
            files.keep(uploads)
    assert not kept_in.exists()
    assert len(files.keep((good,) * 10)) == 10


def test_what_is_kept_is_found_by_its_hash_alone_and_readable_by_the_service_alone(kept_in: Path) -> None:
    (facts,) = files.keep((Upload("../../x/Báo cáo.pdf", b"%PDF-1.7"),))
    sha = hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert facts == {"sha256": sha, "size": 8, "media_type": "application/pdf", "filename": "Báo cáo.pdf"}
    found = [path for path in kept_in.rglob("*") if path.is_file()]
    assert found == [kept_in / sha[:2] / sha]
    assert stat.S_IMODE(found[0].stat().st_mode) == 0o600
    assert files.vault().get(sha) == b"%PDF-1.7"


def test_the_same_content_is_kept_once_and_a_damaged_copy_is_made_whole(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    sha = vault.put(b"abc")
    assert vault.put(b"abc") == sha
    vault.path(sha).write_bytes(b"abd")
    assert not vault.holds(sha)
    with pytest.raises(ValueError, match="not what was kept"):
        vault.get(sha)
    vault.put(b"abc")
    assert vault.holds(sha)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "sha", ["", "../../etc/passwd", "0" * 63, "0" * 65, "A" * 64, "/" * 64, "0" * 62 + "..", "é" * 64]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, sha: str) -> None:
    vault = Vault(tmp_path)
    with pytest.raises(ValueError, match="not a SHA-256"):
        vault.path(sha)
    assert not vault.holds(sha)


def test_nothing_half_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        Vault(tmp_path).put(b"abc")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
