"""Every act that is written into the log can be told as a sentence."""

from __future__ import annotations

import re
from pathlib import Path

from models.vocabulary import Action
from tests.house.test_form import tracked
from web.sentences import SENTENCES

PACKAGES = ("workflow", "accountability", "notifications", "cli", "web")
WRITTEN = re.compile(r'(?:recorded|note|note_now)\(\s*(?:[a-z_.]+,\s*)?"([a-z]+\.[a-z_]+)"')
NAMED = re.compile(r'^[A-Z_]+: Final = "((?:letter|log|access|export|plan)\.[a-z_]+)"$', re.MULTILINE)


def written_in(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return set(WRITTEN.findall(text)) | set(NAMED.findall(text))


def test_every_act_that_some_service_writes_has_a_sentence() -> None:
    acts = {act for package in PACKAGES for path in tracked(f"{package}/*.py") for act in written_in(path)}
    acts |= {f"task.{action.value.replace('-', '_')}" for action in Action}
    assert len(acts) > 40
    assert acts - SENTENCES.keys() == set()
