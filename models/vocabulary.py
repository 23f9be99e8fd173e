"""The words of the domain: one code each, stored as text; their labels are in `labels.py`."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What people did with a task."""

    DRAFT = "draft"
    ASSIGNED = "assigned"
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    SUBMITTED = "submitted"
    SIGNED_OFF = "signed_off"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class TimingState(StrEnum):
    """Where a task stands in time; worked out, never stored."""

    NO_DATE = "no_date"
    WAITING_EVENT = "waiting_event"
    ONGOING = "ongoing"
    ON_TRACK = "on_track"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    HANDED_IN_TIME = "handed_in_time"
    HANDED_IN_LATE = "handed_in_late"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE = "done"
    ON_HOLD = "held"
    STOPPED = "stopped"


class OfficialClass(StrEnum):
    """The classes of official statistics (Quyết định 42/2014/QĐ-TTg), and tasks without a deadline."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_LATE = "open_late"
    NO_DEADLINE = "no_deadline"


class Action(StrEnum):
    """What can be done to a task; each is one POST at /tasks/<id>/<action>."""

    ASSIGN = "assign"
    RECEIVE = "receive"
    DECLINE = "decline"
    START = "start"
    WAIT = "wait"
    ANSWER = "answer"
    RESUME = "resume"
    HOLD = "hold"
    HAND_IN = "hand-in"
    SIGN_OFF = "sign-off"
    CONFIRM = "confirm"
    RETURN = "return"
    WITHDRAW_SIGNATURE = "withdraw-signature"
    REOPEN = "reopen"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    REQUEST_EXTENSION = "request-extension"
    GRANT_EXTENSION = "grant-extension"
    REFUSE_EXTENSION = "refuse-extension"
    PROGRESS = "progress"
    COMMENT = "comment"
    CHASE = "chase"
    DEMAND_EXPLANATION = "demand-explanation"
    EXPLAIN = "explain"
    COMMIT_PROGRESS = "commit-progress"
    GIVE_DUTY = "give-duty"
    BREAK_DOWN = "break-down"
    SPLIT = "split"
    ACCEPT = "accept"
    CONTEST = "contest"
    UPHOLD_CONTEST = "uphold-contest"
    DISMISS_CONTEST = "dismiss-contest"
    RENEW_WAIT = "renew-wait"


class TaskKind(StrEnum):
    """What sort of duty a task is; the later kinds belong to coordination and recurrence."""

    LEAD = "lead"
    COMMON = "common"
    SUB = "sub"
    DUTY = "duty"
    DEFINITION = "definition"
    OCCURRENCE = "occurrence"
    INVITATION = "invitation"


class DeadlineKind(StrEnum):
    """What deadline words mean."""

    BY = "by"
    RANGE = "range"
    RECURRING = "recurring"
    ONGOING = "ongoing"
    EVENT = "event"
    COMBINED = "combined"
    MILESTONES = "milestones"
    DURATION = "duration"
    URGENT = "urgent"
    NONE = "none"


class DeadlineCause(StrEnum):
    """Why a task has the date it has."""

    ORIGINAL = "original"
    EVENT = "event"
    EXTENSION = "extension"
    CORRECTION = "correction"
    HOLD = "hold"


class Role(StrEnum):
    """What a person may do beside the seats he holds; `head` and `leader` follow from seats."""

    HEAD = "head"
    OFFICER = "officer"
    OFFICE = "office"
    LEADER = "leader"
    INSPECTOR = "inspector"
    ADMIN = "admin"


class UnitKind(StrEnum):
    """What sort of unit it is."""

    BODY = "body"
    LEADERSHIP = "leadership"
    OFFICE = "office"
    INSPECTORATE = "inspectorate"
    DIVISION = "division"
    EXTERNAL = "external"


class UnitChange(StrEnum):
    """What happens to a unit by a decision."""

    RENAME = "rename"
    PLACE = "place"
    END = "end"


class NameForm(StrEnum):
    """How a unit is called: officially, in short, or as people write it."""

    FULL = "full"
    SHORT = "short"
    ALIAS = "alias"


class Rank(StrEnum):
    """The weight of a post in signing and answering."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    HEAD = "head"
    DEPUTY = "deputy"


class Capacity(StrEnum):
    """How a post is held: fully, in charge without appointment, or acting. All three are charged."""

    FULL = "full"
    IN_CHARGE = "in_charge"
    ACTING = "acting"


class MandateKind(StrEnum):
    """How somebody signs for a post he does not hold (Nghị định 30/2020 Điều 13)."""

    KT = "KT"
    TL = "TL"
    TUQ = "TUQ"


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"
    IN_LIEU = "in_lieu"
    SWAPPED_OFF = "swapped_off"
    MAKE_UP = "make_up"
    WORKING = "working"


class PlanState(StrEnum):
    """Where a plan is in its life."""

    READ = "read"
    PUBLISHED = "published"
    CLOSED = "closed"
    SUPERSEDED = "superseded"


class ClauseKind(StrEnum):
    """What a sentence of the plan turned out to be."""

    HEADING = "heading"
    TASK = "task"
    TARGET = "target"
    OBJECTIVE = "objective"
    OTHER = "other"


class TargetOp(StrEnum):
    """How a value is held against its target."""

    EQUAL = "="
    MORE = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="
    BETWEEN = "between"
    ABOUT = "about"


class Part(StrEnum):
    """How a unit beside the lead takes part: it coordinates, or (outside the Ban) is invited."""

    COORDINATES = "coordinates"
    INVITED = "invited"


class ExtensionState(StrEnum):
    """Where a request for more time stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    COUNTERED = "countered"
    LAPSED = "lapsed"


class Meaning(StrEnum):
    """What a signature says, in words chosen from a list."""

    COMPLETED = "completed"
    RESULT_ACCEPTED = "result_accepted"
    CHECKED = "checked"


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


class ClockHolder(StrEnum):
    """Who held the clock of a task at a moment (rulings 10)."""

    LEAD = "lead"
    WAITED = "waited"
    FIRST_SIGNER = "first_signer"
    SECOND_SIGNER = "second_signer"
    DECIDER = "decider"
    HOLD = "hold"
    NOBODY = "nobody"
