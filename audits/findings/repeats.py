"""Whether a finding was found before at the same site: a pure comparison that explains itself.

Earlier findings of the same site, issued within a number of years, are compared by clause, system and words. What is
proposed names its grounds; a person decides. Source of the rule: PIC/S PI 040-1, a repeated deficiency weighs more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cmo_portal.lib.texts import folded

VERSION = "1"
ALIKE, VERY_ALIKE = 0.34, 0.6  # share of words in common
NEEDED = 3  # points; a clause alone, or a system alone, is not enough
COMMON = frozenset(
    re.findall(
        r"\w+",
        """that this with from were have been which their there they them than then also into when where while only such
        each every other another some more most must should would could does done made make used uses using being
        because before after during within without between under over about against through again site area areas
        found finding audit showed seen shown record records recorded procedure procedures document documents
        documented batch batches product products first second third three four five several are was had has not nor
        but for the and all any its his her can may one two out""",
    )
)


@dataclass(frozen=True)
class Facts:
    """What is compared of a finding. clauses: clauses of the register, as `clauses.topic` gives them."""

    number: str
    site: str
    system: str
    clauses: frozenset[str]
    words: frozenset[str]
    day: date


@dataclass(frozen=True)
class Match:
    """An earlier finding that looks the same: its number, how strong, and why in words."""

    number: str
    points: int
    grounds: tuple[str, ...]

    @property
    def why(self) -> str:
        text = ", ".join(self.grounds)
        return f"{text[:1].upper()}{text[1:]}"


def words_of(*texts: str) -> frozenset[str]:
    """The words that carry meaning, without endings: `Smoke studies` and `smoke study` are the same."""
    found = re.findall(r"[^\W\d_]{3,}", folded(" ".join(texts)))
    return frozenset(stem(word) for word in found if word not in COMMON)


def stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending).removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word


def share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Words in common as a share of the shorter text; 0 where fewer than two are the same."""
    both = len(mine & theirs)
    return both / min(len(mine), len(theirs)) if both > 1 else 0.0


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier, 28 February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def compare(new: Facts, old: Facts) -> Match:
    """Points and grounds: same clause 2, same system 1, alike in words 1, very alike (three words or more) 2."""
    points, grounds = 0, []
    same = sorted(new.clauses & old.clauses)
    if same:
        points += 2
        grounds.append(f"same clause, {same[0]}" if len(same) == 1 else f"same clauses, {' and '.join(same[:3])}")
    if new.system and new.system == old.system:
        points += 1
        grounds.append("same system")
    common, both = share(new.words, old.words), new.words & old.words
    if common >= ALIKE:
        points += 2 if common >= VERY_ALIKE and len(both) > 2 else 1
        grounds.append(f"words in common: {', '.join(sorted(both)[:5])}")
    return Match(old.number, points, tuple(grounds))


def find(new: Facts, earlier: Iterable[Facts], *, years: int, ruled_out: Iterable[str] = ()) -> list[Match]:
    """What may be the same, the strongest first: same site, before `new`, within `years`, not ruled out by a person."""
    no, first = set(ruled_out), years_before(new.day, years)
    found = [
        (compare(new, old), old.day)
        for old in earlier
        if old.site == new.site and old.number != new.number and old.number not in no and first <= old.day <= new.day
    ]
    enough = [(match, day) for match, day in found if match.points >= NEEDED]
    return [match for match, day in sorted(enough, key=lambda pair: (-pair[0].points, -pair[1].toordinal()))]
