"""Which unit of the directory a name in a plan means: surely one, or a question to a person, never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.vocabulary import NameForm
from vietnamese import fold, normalise
from workflow.planning.names import is_generic, without_entry
from workflow.reference import Reference, UnitFacts

LIMIT_CANDIDATES: Final = 5
LIMIT_WORDS: Final = 40

_WORD: Final = re.compile(r"[^\W_]+\.?")
# The two schools of setting a tone (hoà, hòa) and of writing i (quí, quý) are one name.
_SPELLINGS: Final = (("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"), ("uỷ", "ủy"), ("uý", "úy"),
                     ("uỵ", "ụy"), ("uỳ", "ùy"), ("uỹ", "ũy"), ("oè", "òe"), ("oé", "óe"), ("quí", "quý"))  # fmt: skip
_AND: Final = frozenset({"và", "va"})
_PROVINCE: Final = re.compile(r" (?:tỉnh|thành phố)(?: .+)?$")


@dataclass(frozen=True, slots=True)
class UnitNames:
    """What a unit is called: officially and in short today, and otherwise (aliases, former names, its code)."""

    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The unit a name surely means (None: ask), the units it may mean, and how it was found.

    `how`: exact, alias, abbreviation, no_accent, province (its own province left out or added) when one was
    found; ambiguous, generic (nobody in particular), unknown when not.
    """

    unit_id: int | None
    candidates: tuple[int, ...]
    how: str


def directory(ref: Reference) -> dict[int, UnitNames]:
    """Return the names of the units that exist on the reference's day; former names count as aliases."""
    return {unit.id: _names(unit, ref) for unit in ref.units.values() if _exists(unit, ref)}


def resolve(name: str, units: Mapping[int, UnitNames]) -> Resolution:
    """Return which unit a name as written means; what fits several units, or none, is left to a person."""
    words = _spelled(without_entry(name.strip()))
    if not words or len(words.split()) > LIMIT_WORDS:
        return Resolution(None, (), "unknown")
    for how, fits in _WAYS:
        found = tuple(unit_id for unit_id, names in units.items() if fits(words, names))
        if found:
            return Resolution(found[0], found, how) if len(found) == 1 else Resolution(None, found, "ambiguous")
    return Resolution(None, _near(words, units), "generic" if is_generic(name.strip()) else "unknown")


def _names(unit: UnitFacts, ref: Reference) -> UnitNames:
    """Return a unit's names of the day, and all others it has or had."""
    today = [name.text for name in unit.names if name.form != NameForm.ALIAS and name.holds_on(ref.on)]
    others = [name.text for name in unit.names if name.text not in today]
    return UnitNames(tuple(today), (*others, unit.code))


def _exists(unit: UnitFacts, ref: Reference) -> bool:
    return unit.from_on <= ref.on and (unit.to_on is None or ref.on < unit.to_on)


def _spelled(text: str) -> str:
    """Return a name in one spelling, with single blanks and the capitals it has."""
    text = " ".join(normalise(text).strip(" .,;:").split())
    for one, other in _SPELLINGS:
        for case in (str.lower, str.capitalize, str.upper):
            text = text.replace(case(one), case(other))
    return text


def _is_name(words: str, unit: UnitNames) -> bool:
    return _among(words, unit.names)


def _is_alias(words: str, unit: UnitNames) -> bool:
    return _among(words, unit.aliases)


def _among(words: str, names: Collection[str]) -> bool:
    return any(_spelled(name).casefold() == words.casefold() for name in names)


def _is_short_for(words: str, unit: UnitNames) -> bool:
    """Tell whether some words stand as their initials: "UBND tỉnh", "Sở KH&ĐT", "P. Nội vụ", "BDT"."""
    written = _WORD.findall(words)
    return any(_aligned(written, _WORD.findall(_spelled(name))) for name in _all(unit))


def _all(unit: UnitNames) -> tuple[str, ...]:
    return (*unit.names, *unit.aliases)


def _aligned(written: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether each written word is a word of the name or the initials of some that follow each other."""
    places = {0}
    for word in written:
        places = {end for place in places for end in _ends(word, name, place)}
    return len(name) in places and bool(name)


def _ends(word: str, name: Sequence[str], place: int) -> Iterator[int]:
    """Yield where a written word can end in a name when it begins at a place; "và" may be left out."""
    starts = [place]
    if place and place < len(name) and name[place].casefold() in _AND:
        starts.append(place + 1)
    for start in starts:
        if start < len(name) and word.casefold() == name[start].casefold():
            yield start + 1
        letters = word.rstrip(".")
        if letters.isupper() and (len(letters) > 1 or word.endswith(".")):
            yield from _initials_end(letters, name, start)


def _initials_end(letters: str, name: Sequence[str], start: int) -> Iterator[int]:
    """Yield the end of the words whose first letters these are, with "và" counted or not."""
    at, used = start, 0
    while at < len(name) and used < len(letters):
        if fold(name[at][0]) == fold(letters[used]):
            used += 1
        elif not (at > start and name[at].casefold() in _AND):
            return
        at += 1
    if used == len(letters):
        yield at


def _is_without_accents(words: str, unit: UnitNames) -> bool:
    """Tell whether the words are a name typed without accents; an accent that contradicts is no typing habit."""
    return any(_bare_of(words, _spelled(name)) for name in _all(unit))


def _bare_of(words: str, name: str) -> bool:
    written, real = words.casefold().split(), name.casefold().split()
    pairs = zip(written, real, strict=False)
    return len(written) == len(real) and all(
        one == two or (fold(one) == fold(two) and one.isascii() and fold(one) != "") for one, two in pairs
    )


def _is_but_for_province(words: str, unit: UnitNames) -> bool:
    """Tell whether the name is a unit's but for the province: "Sở Y tế" and "Sở Y tế tỉnh X"."""
    bare = _PROVINCE.sub("", words).casefold()
    for name in unit.names:
        real = _spelled(name).casefold()
        if _PROVINCE.sub("", real) == bare and (real.startswith(words.casefold()) or words.casefold().startswith(real)):
            return True
    return False


# The ways from the surest on; the first that finds any unit decides.
_WAYS: Final[tuple[tuple[str, Callable[[str, UnitNames], bool]], ...]] = (
    ("exact", _is_name),
    ("alias", _is_alias),
    ("abbreviation", _is_short_for),
    ("no_accent", _is_without_accents),
    ("province", _is_but_for_province),
)


def _near(words: str, units: Mapping[int, UnitNames]) -> tuple[int, ...]:
    """Return the units whose names share most words with these, for a person to choose from."""
    wanted = set(fold(words).split())
    shares = {
        unit_id: max((_share(wanted, name) for name in _all(unit)), default=0.0) for unit_id, unit in units.items()
    }
    likely = [unit_id for unit_id, share in shares.items() if share >= 0.5]
    return tuple(sorted(likely, key=lambda unit_id: -shares[unit_id])[:LIMIT_CANDIDATES])


def _share(wanted: set[str], name: str) -> float:
    real = set(fold(name).split())
    return 2 * len(wanted & real) / (len(wanted) + len(real)) if real else 0.0
