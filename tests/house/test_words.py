"""Every word has its label, every label its Vietnamese, and the manual names every setting, command and status."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask

import config
import i18n
from cli import lifecycle
from models import guards, vocabulary, words
from models.labels import TERMS

ROOT = Path(__file__).parents[2]
KINDS = [
    kind
    for module in (vocabulary, words)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, StrEnum) and kind is not StrEnum
]
OPERATIONS = ROOT / "docs" / "operations.md"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_code_of_the_vocabulary_has_a_label(kind: type[StrEnum]) -> None:
    assert set(TERMS[kind]) == set(kind)


def test_every_text_is_there_in_vietnamese_and_none_is_left_over() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "translations" / "check.py"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("setting", config.SETTINGS, ids=lambda setting: setting.name)
def test_the_manual_names_every_setting_with_its_default_and_meaning(setting: config.Setting) -> None:
    manual = OPERATIONS.read_text(encoding="utf-8")
    assert f"`DONDOC_{setting.name}`" in manual
    assert setting.meaning.split(". ")[0].strip(".") in manual


def test_the_manual_names_every_command(fresh_app: Flask) -> None:
    manual = OPERATIONS.read_text(encoding="utf-8")
    names = [f"flask {name}" for name in fresh_app.cli.commands]
    assert [name for name in names if name not in manual and name.split()[1] not in {"run", "shell"}] == []


def test_the_glossary_names_every_status_and_action() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    codes = [f"`{code}`" for kind in (vocabulary.Status, vocabulary.TimingState, vocabulary.Action) for code in kind]
    assert [code for code in codes if code not in glossary] == []


def test_every_row_of_the_fault_table_names_tests_that_are_there() -> None:
    table = OPERATIONS.read_text(encoding="utf-8").split("| what happens |")[1].split("\n\n")[0]
    rows = [row for row in table.splitlines()[2:] if row.startswith("|")]
    assert len(rows) >= 20
    for row in rows:
        folder = ""
        names = re.findall(r"`([a-z_/]+\.py)`", row.rsplit("|", 2)[1])
        assert names, row
        for name in names:
            folder = name.rpartition("/")[0] or folder
            assert (ROOT / "tests" / folder / name.rpartition("/")[2]).exists(), name


def test_the_state_diagram_in_the_documents_is_drawn_from_the_table_of_steps(fresh_app: Flask) -> None:
    page = (ROOT / "docs" / "life-cycle.md").read_text(encoding="utf-8")
    with fresh_app.app_context(), i18n.speaking("en"):
        assert page.splitlines() == lifecycle.pages()


def test_the_state_diagram_has_an_arrow_for_each_move_the_database_lets_through_and_no_other() -> None:
    legal = {(old, new) for old, found in guards.TRANSITIONS.items() for new in found}
    assert set(lifecycle.arrows()) - set(lifecycle.THROUGH) == legal
    assert all({(old, via), (via, new)} <= legal for (old, new), via in lifecycle.THROUGH.items())
