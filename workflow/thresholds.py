"""The numbers of the decrees on yearly evaluation as issued: defaults of dated settings (`reference.SETTINGS`)."""

from __future__ import annotations

from typing import Any, Final

# setting -> number; what each means: `workflow/organization/evaluation_rules.py`
DEFAULTS: Final[dict[str, Any]] = {
    "evaluation.90.done": 70,
    "evaluation.90.failed_done": 50,
    "evaluation.90.on_time": 80,
    "evaluation.90.ahead": 50,
    "evaluation.90.short": 20,
    "evaluation.90.failed_short": 50,
    "evaluation.90.units": 70,
    "evaluation.335.cost": 25,
    "evaluation.335.bands": [90, 70, 50],
    "evaluation.335.quota": 20,
    "evaluation.335.quota_most": 25,
    "evaluation.233.ahead": 30,
    "evaluation.233.short": 20,
    "evaluation.233.failed_done": 70,
}
