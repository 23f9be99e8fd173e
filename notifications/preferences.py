"""What a person can do without by letter and what always reaches him; who hears in his place while he is away.

What is switched off, or told by the inbox alone, is written down all the same and stands in his inbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from models.words import (
    Channel,
    LetterGroup,
)
from notifications.stages import CLIMBING, Audience, family_of

G = LetterGroup
# family -> what its rules are about: up to its day, and after it
GROUPS: Final[dict[str, tuple[LetterGroup, LetterGroup]]] = {
    **dict.fromkeys(("T", "REPORT", "PLEDGE"), (G.AHEAD, G.OVERDUE)),
    **dict.fromkeys(("REDO", "HOLD"), (G.OVERDUE, G.OVERDUE)),
    **dict.fromkeys(("UNRECEIVED", "WAITED", "ANSWER", "ANSWERED"), (G.WAITING, G.WAITING)),
    **dict.fromkeys(
        (
            "ASSIGNED",
            "INVITED",
            "RETURNED",
            "EXTENDED",
            "REFUSED",
            "SUPERVISED",
            "STOPPED",
            "HANDED_BACK",
            "DATED",
            "INHERITED",
        ),
        (G.NEWS, G.NEWS),
    ),
    **dict.fromkeys(
        ("ACCEPTED", "DECLINED", "LAPSED", "REDATED", "CAUSE_DECIDED", "MENTIONED", "CONTEST_SETTLED"), (G.NEWS, G.NEWS)
    ),
    **dict.fromkeys(("NODATE", "NOLEAD", "SILENT", "EVENT"), (G.UPKEEP, G.UPKEEP)),
    **dict.fromkeys(("UNSIGNED", "HANDED_IN", "ASKED", "UNDECIDED", "COUNTERED", "OFFERED"), (G.SIGNING, G.SIGNING)),
    **dict.fromkeys(("ACCEPT", "CONTESTED", "CONTEST", "RENEW"), (G.SIGNING, G.SIGNING)),
    **dict.fromkeys(("EXPLAIN", "EXPLAINED", "DEMANDED", "COMMITTED", "CHASED", "CAUSED"), (G.CHASING, G.CHASING)),
}
# what nobody can switch off, and nobody hears in another's place
LOCKED: Final = frozenset({G.SIGNING, G.ESCALATION, G.CHASING})
SWITCHABLE: Final = tuple(group for group in G if group not in LOCKED)
# why a line has no letter
SWITCHED_OFF: Final = "switched_off"
AWAY: Final = "away"


@dataclass(frozen=True)
class Wish:
    """What a person wants of his letters; nothing said: every letter, at the hour of the house."""

    off: frozenset[LetterGroup] = frozenset()
    channel: Channel = Channel.MAIL
    not_before: time | None = None

    @classmethod
    def of(cls, off: str | None, channel: Channel | None, not_before: str | None) -> Wish:
        """Return a wish from its columns, all empty for a person who said nothing."""
        groups = frozenset(G(name) for name in (off or "").split(",") if name)
        return cls(groups, channel or Channel.MAIL, time.fromisoformat(not_before) if not_before else None)

    def silences(self, group: LetterGroup) -> bool:
        """Return whether a group is told by the inbox alone."""
        return group not in LOCKED and (self.channel == Channel.INBOX or group in self.off)


def group_of(rule: str, audiences: tuple[Audience, ...] = ()) -> LetterGroup:
    """Return what a rule is about for those who hear it so; what climbs to somebody is one group of its own."""
    if any(audience in CLIMBING for audience in audiences):
        return G.ESCALATION
    up_to, after = GROUPS[family_of(rule)]
    return after if "+" in rule else up_to


def is_locked(family: str, audience: Audience | None = None) -> bool:
    """Return whether no rule of a family can be switched off for those who hear it so."""
    return audience in CLIMBING or GROUPS[family][0] in LOCKED
