"""What is said of tables of tasks that come in: refusals of a whole file, and what is wrong with a single row."""

from __future__ import annotations

from typing import Final

from terms import N_
from workflow.answers import Answer, Kind

TABLES: Final[dict[str, Answer]] = {
    "table_unreadable": Answer(
        Kind.WRONG_TYPE,
        N_("The table cannot be read."),
        "%(why)s",
        N_("Bring the table of tasks as .xlsx or .csv. Nothing of this file was kept."),
    ),
    "table_no_heading": Answer(
        Kind.INVALID,
        N_("No table of tasks was found in the file."),
        N_("No row names a column of tasks (such as “Nhiệm vụ”) beside a unit, a time or a number."),
        N_("Put a heading row over the columns: TT, Nhiệm vụ, Đơn vị chủ trì, Đơn vị phối hợp, Thời hạn, Sản phẩm."),
    ),
    "table_empty": Answer(
        Kind.INVALID,
        N_("The table holds no task."),
        N_("Below its heading there is no row with a task."),
        N_("Write the tasks below the heading and bring the file again."),
    ),
    "table_too_long": Answer(
        Kind.INVALID,
        N_("The table holds too many tasks."),
        N_("It has %(count)s rows; at most %(limit)s are taken at once."),
        N_("Bring it in parts."),
    ),
    "table_known": Answer(
        Kind.CONFLICT,
        N_("This file was taken into the plan already."),
        N_("It was confirmed on %(day)s and gave %(count)s tasks."),
        N_("Bring a table of further tasks, or change the tasks that are there."),
    ),
    "table_has_faults": Answer(
        Kind.INVALID,
        N_("Nothing was taken: rows of the table are not right yet."),
        N_("%(count)s rows have a fault, and a table is taken whole or not at all."),
        N_("Correct the rows in your file and bring it again."),
    ),
}

# what can be wrong with one row
FAULTS: Final[dict[str, Answer]] = {
    "no_text": Answer(
        Kind.INVALID,
        N_("The row names no task."),
        N_("It says who or when, and not what is to be done."),
        N_("Write the task, or empty the row."),
    ),
    "text_too_long": Answer(
        Kind.INVALID,
        N_("The task is too long."),
        N_("It has %(length)s letters; at most %(limit)s are kept."),
        N_("Shorten it, or divide it into several rows."),
    ),
    "unit_unknown": Answer(
        Kind.INVALID,
        N_("“%(name)s” is no unit that is known."),
        N_("No unit has this name, short name or abbreviation today, and none is guessed."),
        N_("Write the unit as in the list of units."),
    ),
    "unit_near": Answer(
        Kind.INVALID,
        N_("“%(name)s” is no unit that is known."),
        N_("No unit has exactly this name, short name or abbreviation today; near to it: %(units)s."),
        N_("Write the unit as in the list of units."),
    ),
    "unit_ambiguous": Answer(
        Kind.INVALID,
        N_("“%(name)s” can be more than one unit."),
        N_("It fits %(units)s, and none is guessed."),
        N_("Write the full name of the unit that is meant."),
    ),
    "unit_general": Answer(
        Kind.INVALID,
        N_("“%(name)s” names nobody in particular."),
        N_("A duty belongs to units by their names, so that each can answer for it."),
        N_("Name the units one by one, or leave the cell empty."),
    ),
    "unit_outside": Answer(
        Kind.INVALID,
        N_("“%(name)s” cannot lead."),
        N_("A body outside the chain of command is invited; it never owes a task here."),
        N_("Name a unit of the body as lead, and the other among those who coordinate."),
    ),
    "time_open": Answer(
        Kind.INVALID,
        N_("The time “%(words)s” is not certain."),
        "%(why)s",
        N_("Write a day (15/6/2026), a month, quarter or year, “hằng quý” or “thường xuyên”, or leave the cell empty."),
    ),
    "words_too_long": Answer(
        Kind.INVALID,
        N_("The words of this cell are too long."),
        N_("They have %(length)s letters; at most %(limit)s are kept."),
        N_("Shorten them."),
    ),
    "twice_in_table": Answer(
        Kind.INVALID,
        N_("The same task stands in row %(row)s."),
        N_("A task that is entered twice would be counted and reminded twice."),
        N_("Take one of the rows out."),
    ),
    "known_in_plan": Answer(
        Kind.INVALID,
        N_("The plan has this task already."),
        N_("A task that is entered twice would be counted and reminded twice."),
        N_("Take the row out; the task that is there can be changed."),
    ),
}

# what is allowed and worth a look
REMARKS: Final[dict[str, str]] = {
    "no_lead": N_("no lead unit: it stays to be decided"),
    "no_time": N_("no time: it stays to be decided"),
    "several_leads": N_("several leads: a person decides at assigning"),
    "person": N_("a person is named: whom it is given to is decided at assigning"),
}
