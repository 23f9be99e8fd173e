"""The form of the code: nothing too long, nothing that could run in a page from outside, nothing left for later."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE_LINES, FUNCTION_LINES = 400, 40
# one file by its purpose: an inspector carries it away and reads it whole
ONE_FILE = {"accountability/outside/verify_log.py"}
# put together here, so that this file does not find itself
MARKS = (("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("Not", "ImplementedError"))
LATER = re.compile("|".join(rf"\b{''.join(parts)}\b" for parts in MARKS))


def tracked(*patterns: str) -> list[Path]:
    """Return the files of the checkout that match."""
    found = subprocess.run(["git", "ls-files", *patterns], capture_output=True, text=True, cwd=ROOT, check=True)
    return [ROOT / name for name in found.stdout.splitlines() if (ROOT / name).exists()]


CODE = [path for path in tracked("*.py") if "migrations/versions" not in str(path)]
TEMPLATES = tracked("templates/*.html")


def test_no_module_is_longer_than_anybody_reads_at_once() -> None:
    assert {
        str(path.relative_to(ROOT)) for path in CODE if path.read_text(encoding="utf-8").count("\n") > MODULE_LINES
    } <= ONE_FILE


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in CODE
        if "tests" not in path.relative_to(ROOT).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > FUNCTION_LINES
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    assert [str(path) for path in CODE if LATER.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_that_the_content_policy_forbids_and_no_unescaped_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "letters" not in path.parts:
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert "|safe" not in text.replace(" ", "")
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)


def test_built_files_are_not_kept_in_the_checkout() -> None:
    assert tracked("*.mo", "*.pyc", "*.sqlite3", "instance/*") == []
