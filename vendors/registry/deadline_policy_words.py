"""Deadline policies as people write and read them: `14, 7, 1, 0, -3`, and the days to which they lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from cmo_portal.lib.wording import full_day
from cmo_portal.records.offsets import Due, Offset, Place, offsets_of
from vendors.registry.deadline_policies import Rung

MOST = 20  # reminders of one date


def read_offsets(text: str) -> list[str]:
    """`14, 7, 1, 0, -3`, `5b`, `24h` as offsets. Raises ValidationError with a sentence that names the bad one."""
    pieces = [piece.strip() for piece in text.replace(";", ",").split(",") if piece.strip()]
    try:
        found = offsets_of(pieces)
    except ValueError as refusal:
        raise ValidationError(str(refusal)) from None
    if len(found) > MOST:
        raise ValidationError(f"{len(found)} reminders of one date are too many: write {MOST} at most.")
    return [str(offset) for offset in found]


def read_lateness(text: str) -> list[str]:
    """`3`, `3, 10`, `5b` or `24h` after the date, as offsets."""
    found = []
    for offset in offsets_of(read_offsets(text)):
        if offset.amount == 0:
            raise ValidationError("0 is not late: write after how many days, like 3, 5b (business days) or 24h.")
        found.append(str(Offset(-abs(offset.amount), offset.unit)))
    return found


def climbing(typed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """{offset: rung} from {rung: offsets}. Raises ValidationError where two rungs share a moment."""
    found: dict[str, str] = {}
    for rung, offsets in typed.items():
        for offset in offsets:
            if offset in found:
                raise ValidationError({rung: f"{Offset.of(offset).says}: give each a time of its own."})
            found[offset] = rung
    return found


def written(offset: str) -> str:
    """`14` for days, `5b` and `24h` as they are: what the form's field holds."""
    return offset.removesuffix("d")


def lateness(escalation: Mapping[str, str], rung: str) -> str:
    return ", ".join(written(offset).removeprefix("-") for offset, who in escalation.items() if who == rung)


def offsets_in_words(offsets: Iterable[Any]) -> str:
    """`14, 7 and 1 days before, on the day` is harder to read than it is short: each by itself."""
    return ", ".join(offset.says for offset in offsets_of(offsets))


def rung_in_words(rung: str) -> str:
    label = str(Rung(rung).label)
    return label[:1].lower() + label[1:]


def escalation_in_words(escalation: Mapping[str, str]) -> str:
    ordered = sorted(escalation.items(), key=lambda pair: -Offset.of(pair[0]).amount)
    return ", ".join(f"{Offset.of(offset).says}: {rung_in_words(rung)}" for offset, rung in ordered)


def days_of(offsets: Iterable[Any], day: date, place: Place) -> list[tuple[str, str]]:
    """(`16 Mar 2027`, `14 days before`) in the order in which they come, for what is due on `day` at `place`.

    Hours count from the end of the day and name the time too.
    """
    due = Due(day)
    moments = {offset: offset.moment(due, place) for offset in offsets_of(offsets)}
    ordered = sorted(moments, key=moments.__getitem__)  # two may come at the same moment, like `1` and `1b`
    found = []
    for offset in ordered:
        at = moments[offset].astimezone(place.zone)
        hour = f", {at:%H:%M}" if offset.unit == "h" else ""
        found.append((f"{at:%a} {full_day(at.date())}{hour}", offset.says))
    return found
