"""What will be said about one due item and when: the policy that holds, as a sentence, and the next reminder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cmo_portal.records.actors import PARTNER, SWEEP, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import NEVER, DueItem
from cmo_portal.records.offsets import UNITS, Offset
from communications.notices.recipients import People
from communications.notices.sweep import Planner
from vendors.registry.deadline_policies import Rung

HEARS = {
    Rung.OWNER: "whoever answers for it",
    Rung.MANAGER: "those in charge on that side",
    Rung.FACILITATORS: "the facilitators of both sides",
}


@dataclass(frozen=True)
class Told:
    """sentence: which reminders come. next_at: the next one's moment; None when no more come."""

    sentence: str
    next_at: datetime | None


def told_about(item: DueItem, now: datetime, reader: Actor) -> Told | None:
    """The sweep's own plan of the item, in words.

    The bookkeeper looks, because a CMO reads no policy of its sponsor: when it is reminded, it may know. It does not
    learn who hears of it there, nor when its sponsor reminds its own people: None.
    """
    is_partner = reader.company_kind == PARTNER
    if is_partner and item.side != PARTNER:
        return None
    with acting_as(SWEEP):
        plan = Planner([item], now).plan(item, People([item], now).place_of(item))
    owed = plan.passed(now)
    following = now if owed and plan.latest(owed) is not None else plan.next_look(now)
    stages = sorted(plan.moments, key=plan.moments.__getitem__)
    before = [offset for offset in stages if offset.amount > 0]
    after = [offset for offset in stages if offset.amount < 0]
    parts = [listed(before, "before")] if before else []
    parts += ["on the day"] if any(offset.amount == 0 for offset in stages) else []
    first = f"Reminded {' and '.join(part for part in parts if part)}." if parts else "No reminder before it is late."
    late = [f"{offset.says}{hears(plan.rungs.get(offset, ''), is_partner)}" for offset in after]
    return Told(
        sentence=first + (f" When late: {'; '.join(late)}." if late else ""),
        next_at=None if following == NEVER or not item.is_open else following,
    )


def hears(rung: str, is_partner: bool) -> str:
    """Of a rung a CMO reads only the one on which both sides hear."""
    is_shown = rung == Rung.FACILITATORS or (rung and not is_partner)
    return f", also to {HEARS[Rung(rung)]}" if is_shown else ""


def listed(offsets: Iterable[Offset], word: str) -> str:
    """`14, 7 and 1 days before`; offsets of several units one unit after the other."""
    by_unit: dict[str, list[int]] = {}
    for offset in offsets:
        by_unit.setdefault(offset.unit, []).append(abs(offset.amount))
    said = []
    for unit, amounts in by_unit.items():
        *most, last = map(str, amounts)
        numbers = f"{', '.join(most)} and {last}" if most else last
        said.append(f"{numbers} {UNITS[unit]}{'' if numbers == '1' else 's'}")
    return f"{', '.join(said)} {word}"
