"""Two versions of a plan laid side by side, clause by clause: what stayed, what changed, what went, what came.

Cost grows with the length and not with its square: clauses that both versions hold once and alike are anchors, and
only what lies between two anchors is compared word by word, in pieces of bounded size.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from vietnamese import fold

# the pairs compared between two anchors; beyond, only what has the same number is held to be the same clause
MOST_PAIRS: Final = 2_500
ALIKE: Final = 0.5
# clauses of one number are the same clause with fewer words in common
ALIKE_AT_ONE_NUMBER: Final = 0.4
MOST_WORDS: Final = 3_000

_NUMBER: Final = re.compile(r"^\s*(?:[-+•*–]|\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-zđ]|[IVXLC]{1,6})[.)])\s+")
_WORD: Final = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class Wording:
    """A clause as it is compared: the section it stands in, and its words."""

    path: str
    text: str

    @property
    def number(self) -> str:
        """Return the number before the words, within its section."""
        found = _NUMBER.match(self.text)
        return f"{self.path} {found[0].strip()}" if found else ""

    @property
    def key(self) -> str:
        """Return the words without number, accents and spacing: what makes two clauses the same."""
        return " ".join(fold(_NUMBER.sub("", self.text)).split())


@dataclass(frozen=True)
class Alignment:
    """Which clause of the old version is which of the new one: pairs of numbers, and those without a partner."""

    same: list[tuple[int, int]] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)


def align(old: Sequence[Wording], new: Sequence[Wording]) -> Alignment:
    """Return how the clauses of two versions belong together; each clause is in exactly one of the four lists."""
    old_keys, new_keys = [clause.key for clause in old], [clause.key for clause in new]
    anchors = _anchors(old_keys, new_keys)
    same, changed = list(anchors), list[tuple[int, int]]()
    left_old, left_new = set(range(len(old))), set(range(len(new)))
    for low, high in zip([(-1, -1), *anchors], [*anchors, (len(old), len(new))], strict=True):
        between = _gap(old, new, old_keys, new_keys, range(low[0] + 1, high[0]), range(low[1] + 1, high[1]))
        for one, other in between:
            (same if old_keys[one] == new_keys[other] else changed).append((one, other))
    for one, other in (*same, *changed):
        left_old.discard(one)
        left_new.discard(other)
    same += _moved(old_keys, new_keys, left_old, left_new)
    return Alignment(sorted(same), sorted(changed), sorted(left_old), sorted(left_new))


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """Return two wordings as stretches of words: `same`, `old` for what went, `new` for what came."""
    one, other = _WORD.findall(old), _WORD.findall(new)
    if len(one) + len(other) > MOST_WORDS:
        return [("old", old), ("new", new)]
    found: list[tuple[str, str]] = []
    words = [word.strip() for word in one], [word.strip() for word in other]
    for _tag, low, high, first, last in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if _tag == "equal":
            found.append(("same", "".join(other[first:last])))
            continue
        found += [
            (kind, text)
            for kind, text in (("old", "".join(one[low:high])), ("new", "".join(other[first:last])))
            if text
        ]
    return found


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs of clauses that each version holds once and alike, in one order in both."""
    counts = (Counter(old), Counter(new))
    places = {key: place for place, key in enumerate(new) if counts[1][key] == 1 == counts[0][key]}
    pairs = [(place, places[key]) for place, key in enumerate(old) if key in places]
    return _rising(pairs)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs that rises in both numbers."""
    tails, ends, before = list[int](), list[int](), [-1] * len(pairs)
    for number, (_one, other) in enumerate(pairs):
        place = bisect_left(tails, other)
        if place == len(tails):
            tails.append(other)
            ends.append(number)
        else:
            tails[place], ends[place] = other, number
        before[number] = ends[place - 1] if place else -1
    found, number = list[tuple[int, int]](), ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _gap(
    old: Sequence[Wording],
    new: Sequence[Wording],
    old_keys: Sequence[str],
    new_keys: Sequence[str],
    ones: range,
    others: range,
) -> list[tuple[int, int]]:
    """Return the pairs between two anchors: equal ones from both ends, then the most alike in order."""
    found, low, high = list[tuple[int, int]](), 0, 0
    most = min(len(ones), len(others))
    while low < most and old_keys[ones[low]] == new_keys[others[low]]:
        found.append((ones[low], others[low]))
        low += 1
    while high < most - low and old_keys[ones[-1 - high]] == new_keys[others[-1 - high]]:
        found.append((ones[-1 - high], others[-1 - high]))
        high += 1
    ones, others = ones[low : len(ones) - high], others[low : len(others) - high]
    if len(ones) * len(others) > MOST_PAIRS:
        return found + _by_number(old, new, ones, others)
    return found + _most_alike(old, new, old_keys, new_keys, ones, others)


def _by_number(old: Sequence[Wording], new: Sequence[Wording], ones: range, others: range) -> list[tuple[int, int]]:
    places = {new[place].number: place for place in reversed(others) if new[place].number}
    return _rising([(place, places[old[place].number]) for place in ones if old[place].number in places])


def _most_alike(
    old: Sequence[Wording],
    new: Sequence[Wording],
    old_keys: Sequence[str],
    new_keys: Sequence[str],
    ones: range,
    others: range,
) -> list[tuple[int, int]]:
    """Return the pairs in order with the largest sum of likeness, none of them below the least that counts."""
    sums = [[0.0] * (len(others) + 1) for _ in range(len(ones) + 1)]
    likeness = [[_likeness(old[one], new[other], old_keys[one], new_keys[other]) for other in others] for one in ones]
    for row in range(len(ones) - 1, -1, -1):
        for column in range(len(others) - 1, -1, -1):
            pair = likeness[row][column]
            joined = pair + sums[row + 1][column + 1] if pair else 0.0
            sums[row][column] = max(joined, sums[row + 1][column], sums[row][column + 1])
    found, row, column = list[tuple[int, int]](), 0, 0
    while row < len(ones) and column < len(others):
        pair = likeness[row][column]
        if pair and sums[row][column] == pair + sums[row + 1][column + 1]:
            found.append((ones[row], others[column]))
            row, column = row + 1, column + 1
        elif sums[row][column] == sums[row + 1][column]:
            row += 1
        else:
            column += 1
    return found


def _likeness(one: Wording, other: Wording, one_key: str, other_key: str) -> float:
    """Return how alike two clauses are, from 0 to 1; 0 when they are not the same clause changed."""
    words, others = Counter(one_key.split()), Counter(other_key.split())
    size = sum(words.values()) + sum(others.values())
    share = 2 * sum((words & others).values()) / size if size else 1.0
    is_one_number = bool(one.number) and one.number == other.number
    least = ALIKE_AT_ONE_NUMBER if is_one_number else ALIKE
    return min(1.0, share + 0.1 * is_one_number) if share >= least else 0.0


def _moved(old: Sequence[str], new: Sequence[str], left_old: set[int], left_new: set[int]) -> list[tuple[int, int]]:
    """Pair what stands unchanged at another place, and take it from what is left."""
    places: dict[str, list[int]] = {}
    for place in sorted(left_new, reverse=True):
        places.setdefault(new[place], []).append(place)
    found = [(place, places[old[place]].pop()) for place in sorted(left_old) if old[place] and places.get(old[place])]
    for one, other in found:
        left_old.discard(one)
        left_new.discard(other)
    return found
