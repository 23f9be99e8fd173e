"""The child that reads strange files: what it may not do, how it is ended, and that others are served meanwhile."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.readers import Unreadable
from tests.fixtures.files import para, word
from workflow.planning import safely
from workflow.planning.reading import read_safely

ROOT = Path(__file__).parents[3]
PLAN = "KẾ HOẠCH\n\nNăm 2026\n\nI. NHIỆM VỤ\n\n1. Văn phòng tổ chức hội nghị trước ngày 30/6/2026.\n".encode()


def fenced(work: str, *args: str) -> str:
    """Run Python behind the fence and return what it printed."""
    code = f"import sys\nfrom workflow.planning import fence\nfence.close()\n{work}"
    done = subprocess.run(
        [sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip()


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """Listen on this machine: whoever calls is heard."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        yield server


def test_no_socket_is_opened_behind_the_fence(canary: socket.socket) -> None:
    work = """
import socket
for call in (lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1]))), lambda: socket.socket()):
    try:
        call()
        print("reached")
    except PermissionError:
        print("refused")
"""
    assert fenced(work, str(canary.getsockname()[1])) == "refused\nrefused"
    with pytest.raises(TimeoutError):
        canary.accept()


@pytest.mark.parametrize(
    "work",
    [
        "open(sys.argv[1], 'w')",
        "import os; os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)",
        "import os; os.mkdir(sys.argv[1])",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "bytearray(2 * 1024**3)",
        "[open('/dev/null') for _ in range(100)]",
    ],
    ids=["files", "descriptors", "folders", "programs", "shells", "forks", "memory", "open files"],
)
def test_nothing_is_written_started_or_hoarded_behind_the_fence(work: str, tmp_path: Path) -> None:
    assert fenced(f"{work}\nprint('done')", str(tmp_path / "new")) == ""
    assert list(tmp_path.iterdir()) == []


def test_reading_a_file_and_saying_so_is_all_that_is_left(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("x")
    assert fenced("print(open(sys.argv[1]).read())", str(tmp_path / "old")) == "x"


def test_computing_time_ends_by_the_kernel() -> None:
    began = time.perf_counter()
    assert fenced("fence.allow_seconds(1)\nwhile True: pass") == ""
    assert time.perf_counter() - began < 20


def test_a_document_that_names_pictures_and_links_elsewhere_calls_nobody(canary: socket.socket) -> None:
    place = f"http://127.0.0.1:{canary.getsockname()[1]}/a"
    relations = "".join(
        f'<Relationship Id="r{n}" Type="x/{kind}" Target="{place}" TargetMode="External"/>'
        for n, kind in enumerate(("image", "hyperlink"))
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: dict[str, str | bytes] = {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{space}">{relations}</Relationships>'
    }
    assert read_safely(word(para("x"), parts), "a.docx")["text"] == "x\n"
    with pytest.raises(TimeoutError):
        canary.accept()


def test_the_child_sees_nothing_of_its_parents_surroundings() -> None:
    work = "import os; os.write(1, repr(dict(os.environ)).encode())"
    done = subprocess.run([*safely._COMMAND[:4], "-c", work], env={}, cwd=ROOT, capture_output=True, check=True)
    assert "DONDOC" not in done.stdout.decode()


def test_the_caller_hears_how_far_a_long_file_is() -> None:
    heard: list[tuple[int, int]] = []
    body = "".join(para(f"{n}. Giao Văn phòng kiểm tra.") for n in range(1, 1_601))
    read_safely(word(body), "a.docx", lambda done, of_all: heard.append((done, of_all)))
    assert heard == [(500, 1_600), (1_000, 1_600), (1_500, 1_600)]


def test_a_child_that_hangs_is_ended_and_leaves_no_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    work = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(safely, "_COMMAND", (*safely._COMMAND[:4], "-c", work))
    monkeypatch.setattr(safely, "LIMIT_SECONDS", 2)
    with pytest.raises(Unreadable) as refused:
        read_safely(PLAN, "a.txt")
    assert refused.value.code == "too_hard"
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_others_are_read_while_one_file_takes_long_and_too_many_are_told_to_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    slow = f"import time; open({str(started)!r}, 'w').close(); time.sleep(60)"
    real = safely._COMMAND
    monkeypatch.setattr(safely, "LIMIT_SECONDS", 6)
    monkeypatch.setattr(safely, "LIMIT_WAIT_SECONDS", 0.2)
    codes: list[str] = []

    def long() -> None:
        with pytest.raises(Unreadable) as refused:
            read_safely(b"x", "a.txt")
        codes.append(refused.value.code)

    def hold() -> threading.Thread:
        monkeypatch.setattr(safely, "_COMMAND", (*real[:4], "-c", slow))
        started.unlink(missing_ok=True)
        thread = threading.Thread(target=long)
        thread.start()
        deadline = time.monotonic() + 5
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        monkeypatch.setattr(safely, "_COMMAND", real)
        return thread

    one = hold()
    began = time.perf_counter()
    assert len(read_safely(PLAN, "a.txt")["tasks"]) == 1
    assert time.perf_counter() - began < 5
    two = hold()
    with pytest.raises(Unreadable) as refused:
        read_safely(PLAN, "a.txt")
    assert refused.value.code == "busy"
    one.join()
    two.join()
    assert codes == ["too_hard", "too_hard"]
    assert len(read_safely(PLAN, "a.txt")["tasks"]) == 1


@pytest.mark.parametrize("answer", ["{}", "[]", '"x"', json.dumps({"refused": "no such reason", "details": {}})])
def test_an_answer_that_is_none_is_a_refusal(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safely, "_COMMAND", (*safely._COMMAND[:4], "-c", f"print({answer!r})"))
    with pytest.raises(Unreadable) as refused:
        read_safely(PLAN, "a.txt")
    assert refused.value.code in {"too_hard", "damaged"}
