"""More words of the domain: of letters, of chasing, of documents and of acts on several tasks."""

from __future__ import annotations

from enum import StrEnum


class LetterKind(StrEnum):
    """Which of the three sorts of letter it is."""

    DIGEST = "digest"
    URGENT = "urgent"
    SYSTEM = "system"


class LetterState(StrEnum):
    """The fate of a letter."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"
    SKIPPED = "skipped"


class LineState(StrEnum):
    """The fate of one line of a letter."""

    PLANNED = "planned"
    SENT = "sent"
    FOLDED = "folded"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    """Where a person's reminders reach him beside the inbox."""

    MAIL = "mail"
    INBOX = "inbox"


class LetterGroup(StrEnum):
    """What a reminder is about, as a person switches it off or cannot."""

    AHEAD = "ahead"
    OVERDUE = "overdue"
    WAITING = "waiting"
    NEWS = "news"
    UPKEEP = "upkeep"
    SIGNING = "signing"
    ESCALATION = "escalation"
    CHASING = "chasing"


class ChaseKind(StrEnum):
    """What an act of chasing asks for: that work goes on, or a written explanation by a day."""

    URGE = "urge"
    EXPLANATION = "explanation"


class SourceKind(StrEnum):
    """What a task without a plan comes from (rulings 28)."""

    LETTER = "letter"
    CONCLUSION = "conclusion"
    ORDER = "order"
    DECISION = "decision"
    NOTICE = "notice"
    OTHER = "other"


class BulkAct(StrEnum):
    """What is done to several tasks in one go; each is the step of a single task, taken on every one of them."""

    ASSIGN = "assign"
    OFFICER = "officer"
    LEADER = "leader"
    FIRST_DATE = "first-date"
    WITHDRAW = "withdraw"
    HOLD = "hold"
    UNDO = "undo"


class ClockHolder(StrEnum):
    """Who held the clock of a task at a moment (rulings 10)."""

    LEAD = "lead"
    WAITED = "waited"
    FIRST_SIGNER = "first_signer"
    SECOND_SIGNER = "second_signer"
    DECIDER = "decider"
    HOLD = "hold"
    NOBODY = "nobody"


class Direction(StrEnum):
    """Which way the value of a target is meant to go."""

    UP = "up"
    DOWN = "down"
    HOLD = "hold"


class Cadence(StrEnum):
    """How often a target's value is reported, by the calendar's periods."""

    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"


class Standing(StrEnum):
    """Whether a reported value is final, or an estimate before the final one is known."""

    PROVISIONAL = "provisional"
    OFFICIAL = "official"


class ReportKind(StrEnum):
    """The reports of the product (`accountability/reports/kinds.py` says what each holds)."""

    RESULTS = "a"
    OVERDUE = "b"
    BY_SOURCE = "c"
    BY_TASK = "d"
    MONTHLY = "e"
    TARGETS = "f"
    HEAD = "g"
    HANDOVER = "h"
    CHASING = "i"
    LOG = "k"


class ReportState(StrEnum):
    """How far a report is: composed from the facts, edited by a clerk, issued under a number, archived; or dropped."""

    DRAFT = "draft"
    EDITED = "edited"
    ISSUED = "issued"
    ARCHIVED = "archived"
    DROPPED = "dropped"
