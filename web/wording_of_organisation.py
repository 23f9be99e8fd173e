"""The sentences of organisational change, of handing over, and of acts that nobody may do."""

from __future__ import annotations

from typing import Final

from terms import N_

# act -> the sentence; a part of the one table in `wording.py`
SENTENCES: Final[dict[str, str]] = {
    "unit.enter_merge": N_("%(who)s entered a merger of units; it waits for a second person."),
    "unit.enter_split": N_("%(who)s entered the split of a unit; it waits for a second person."),
    "unit.enter_dissolve": N_("%(who)s entered the dissolution of units; it waits for a second person."),
    "unit.enter_transfer": N_("%(who)s entered a transfer of functions; it waits for a second person."),
    "unit.merge": N_("%(who)s confirmed a merger of units."),
    "unit.split": N_("%(who)s confirmed the split of a unit."),
    "unit.dissolve": N_("%(who)s confirmed the dissolution of units."),
    "unit.transfer": N_("%(who)s confirmed a transfer of functions."),
    "unit.happened": N_("The change of the organisation took effect; open work passed to its heirs."),
    "unit.sign_list": N_("%(who)s signed off the list of inherited tasks."),
    "task.inherit": N_("The task passed to %(unit)s, the heir of the unit that led it."),
    "task.inherit_part": N_("The task passed to the heir of a unit that took part."),
    "task.redistribute": N_("%(who)s passed the inherited task on to %(unit)s."),
    "task.hand_over": N_("%(who)s handed the task over to another officer."),
    "handover.sign": N_("%(who)s signed a handover."),
    "signers.none": N_("Nobody can do what waits here; the superior is told."),
    "signers.found": N_("Somebody can do again what nobody could, or it waits no more."),
}
