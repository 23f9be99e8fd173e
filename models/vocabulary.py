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
    COUNTER_EXTENSION = "counter-extension"
    ACCEPT_COUNTER = "accept-counter"
    DECLINE_COUNTER = "decline-counter"
    CORRECT_DATE = "correct-date"
    CONFIRM_DATE = "confirm-date"
    DROP_DATE = "drop-date"
    STATE_CAUSE = "state-cause"
    CONFIRM_CAUSE = "confirm-cause"
    REFUSE_CAUSE = "refuse-cause"
    PROGRESS = "progress"
    COMMENT = "comment"
    RECUR = "recur"
    REPORT_NIL = "report-nil"
    FOLLOW_CALENDAR = "follow-calendar"
    RECORD_EVENT = "record-event"
    RECONFIRM = "reconfirm"
    CHASE = "chase"
    DEMAND_EXPLANATION = "demand-explanation"
    EXPLAIN = "explain"
    COMMIT_PROGRESS = "commit-progress"
    NAME_OFFICER = "name-officer"
    NAME_LEADER = "name-leader"
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


class DeclaredState(StrEnum):
    """How whoever reports sees a task: on time, in danger of being late, late; the same words are worked out beside."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


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
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    TRANSFER = "transfer"


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


class MandateCover(StrEnum):
    """Which steps a mandate covers: all of the seat's, its signatures alone, or all but those."""

    ALL = "all"
    SIGNING = "signing"
    DECIDING = "deciding"


class EventSide(StrEnum):
    """On which side of an organisational change a unit stands."""

    FROM = "from"
    TO = "to"


class Leaving(StrEnum):
    """What somebody leaves when he hands over: his account, a seat, or a role in a unit."""

    ACCOUNT = "account"
    SEAT = "seat"
    ROLE = "role"


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
    DECLINED = "declined"
    LAPSED = "lapsed"


class DelayClass(StrEnum):
    """Whose fault a delay is: of those who work on the task, or of what nobody there could change."""

    SUBJECTIVE = "subjective"
    OBJECTIVE = "objective"


class CorrectionState(StrEnum):
    """Where the correction of a mistyped date stands: a second person confirms it, or it is taken back."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class Meaning(StrEnum):
    """What a signature says, in words chosen from a list."""

    COMPLETED = "completed"
    RESULT_ACCEPTED = "result_accepted"
    CHECKED = "checked"
    RETURNED = "returned"


class SecondSigner(StrEnum):
    """Who signs above the head where completion needs two signatures."""

    SUPERVISOR = "supervisor"
    CHAIR = "chair"
