"""The numbers of the decrees on yearly evaluation, as settings with a day from which they hold."""

from __future__ import annotations

from typing import Final

from terms import N_

# setting -> what it means; all are per cent
SHARES: Final = {
    "evaluation.90.done": N_("NĐ 90/2020, completion: more than so many per cent of tasks and targets done"),
    "evaluation.90.failed_done": N_("NĐ 90/2020, no completion: fewer than so many per cent of tasks and targets done"),
    "evaluation.90.on_time": N_("NĐ 90/2020, good completion: at least so many per cent on time"),
    "evaluation.90.ahead": N_("NĐ 90/2020, excellent completion: at least so many per cent exceeded"),
    "evaluation.90.short": N_("NĐ 90/2020, completion: at most so many per cent short in progress"),
    "evaluation.90.failed_short": N_("NĐ 90/2020, no completion: more than so many per cent short in progress"),
    "evaluation.90.units": N_("NĐ 90/2020, completion: at least so many per cent of subordinate units completed"),
    "evaluation.335.cost": N_("NĐ 335/2025: per cent taken from a product's score for each delay or return"),
    "evaluation.335.quota": N_("NĐ 335/2025: excellent at most so many per cent of those rated good"),
    "evaluation.335.quota_most": N_("NĐ 335/2025: the same in exceptional units"),
    "evaluation.233.ahead": N_("NĐ 233/2026, excellent completion: at least so many per cent exceeded"),
    "evaluation.233.short": N_("NĐ 233/2026, completion: at most so many per cent short in progress"),
    "evaluation.233.failed_done": N_("NĐ 233/2026, no completion: fewer than so many per cent of tasks done"),
}
BANDS: Final = N_("NĐ 335/2025: points from which excellent, good and plain completion begin")
