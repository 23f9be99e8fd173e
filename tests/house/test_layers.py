"""The modules beside the packages: nothing imports app, and the small helpers know nothing above them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_form import ROOT, tracked

PACKAGES = {"web", "cli", "notifications", "accountability", "workflow", "models", "documents"}
# module -> what of the project it may import
MAY: dict[str, set[str]] = {
    "clock": set(),
    "terms": set(),
    "vietnamese": set(),
    "version": set(),
    "config_values": {"clock", "terms"},
    "config": {"config_values", "terms"},
    "i18n": set(),
}
OWN = PACKAGES | MAY.keys() | {"app"}


def imported(path: Path) -> Iterator[str]:
    """Give the project's own modules that a file imports, by their first name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.split(".")[0] for name in names if name.split(".")[0] in OWN)


@pytest.mark.parametrize("name", MAY)
def test_a_helper_imports_only_what_lies_below_it(name: str) -> None:
    assert set(imported(ROOT / f"{name}.py")) <= MAY[name]


def test_nothing_imports_the_module_that_puts_the_parts_together() -> None:
    inside = [
        path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in PACKAGES | {f"{name}.py" for name in MAY}
    ]
    assert [str(path) for path in inside if "app" in set(imported(path))] == []


def test_documents_know_no_settings_and_no_language() -> None:
    found = {name for path in tracked("documents/*.py") for name in imported(path)}
    assert found <= {"documents", "terms", "vietnamese"}
