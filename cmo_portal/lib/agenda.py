"""What is due in the days ahead as SVG text, one lane a name; and how two sides used the clock, as a bar of two parts.

As in `charts.py`: colours from classes, sizes from attributes, the same facts in words or a table beside the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cmo_portal.lib.texts import cut

TOP, LANE = 22, 49  # pixels: of the axis, of one lane
LATE_AT, FIRST, LAST = 2.6, 8.0, 97.0  # per cent of the width: where late marks, today and the last day stand
WEEKS_LABELLED = 2
LONGEST_NAME = 44

BESIDE = 3  # days that share a mark: on a phone the marks of single days would cover each other

OURS = mark_safe('<circle class="ag-us" cx="0" cy="0" r="7"/>')
THEIRS = mark_safe('<rect class="ag-them" x="-6" y="-6" width="12" height="12" transform="rotate(45)"/>')
LATE = mark_safe('<path class="tl-bad" d="M0 -9 L8.5 6.5 L-8.5 6.5 Z"/>')
OURS_AT, THEIRS_AT, LATE_LINE = 24, 38, 30  # pixels from the lane's top


@dataclass(frozen=True)
class Dated:
    """One thing that is due: its day, and whether the reader's own side has the ball."""

    on: date
    is_ours: bool = True


@dataclass(frozen=True)
class AgendaLane:
    """What is due for one name (a CMO, or a kind of deadline)."""

    name: str
    dated: Sequence[Dated]


def agenda(lanes: Sequence[AgendaLane], today: date, title: str, days: int = 90, key: str = "agenda") -> SafeString:
    """The lanes from `today` on, `days` long; what is late stands before today. `key` makes its id unique on a page.

    A circle is ours, a diamond below it theirs, a triangle late. What is due within `BESIDE` days on one side is one
    mark at the first of them, with its number in it.
    """

    def place(when: date) -> float:
        return FIRST + (when - today).days / max(days, 1) * (LAST - FIRST)

    height = TOP + LANE * len(lanes) + 2
    mondays = [today + timedelta(days=n) for n in range(days + 1) if (today + timedelta(days=n)).weekday() == 0]
    axis = format_html_join(
        "",
        '<line class="ax" x1="{0}%" x2="{0}%" y1="16" y2="{1}"/>{2}',
        ((f"{place(monday):.2f}", height, monday_words(monday, n, place)) for n, monday in enumerate(mondays)),
    )
    now = format_html('<line class="ax-now" x1="{0}%" x2="{0}%" y1="16" y2="{1}"/>', f"{FIRST:.2f}", height)
    rows = format_html_join(
        "", "{}", ((lane_marks(lane, TOP + LANE * n, today, days, place),) for n, lane in enumerate(lanes))
    )
    return format_html(
        '<svg class="tl agenda" width="100%" height="{0}" role="img" aria-labelledby="{1}-t">'
        '<title id="{1}-t">{2}</title><text class="now" x="{3}%" y="11" text-anchor="middle">today</text>'
        "{4}{5}{6}</svg>",
        *(height, key, title, f"{FIRST:.2f}", axis, now, rows),
    )


def monday_words(monday: date, number: int, place: Callable[[date], float]) -> SafeString | str:
    """The day of every second Monday, where today's own word leaves room for it."""
    at = place(monday)
    if number % WEEKS_LABELLED or not FIRST + 9 < at < LAST - 2:
        return ""
    return format_html(
        '<text x="{}%" y="11" text-anchor="middle">{} {}</text>', f"{at:.2f}", monday.day, f"{monday:%b}"
    )


def lane_marks(lane: AgendaLane, y: int, today: date, days: int, place: Callable[[date], float]) -> SafeString:
    late, name = sum(dated.on < today for dated in lane.dated), cut(lane.name, LONGEST_NAME)
    marks = [mark(LATE, LATE_AT, y + LATE_LINE, late)] if late else []
    for is_ours, shape, line in ((True, OURS, OURS_AT), (False, THEIRS, THEIRS_AT)):
        ahead = [d.on for d in lane.dated if d.is_ours == is_ours and 0 <= (d.on - today).days <= days]
        marks += [mark(shape, place(day), y + line, count) for day, count in together(ahead)]
    return format_html(
        '<line class="ax" x1="0" x2="100%" y1="{0}" y2="{0}"/><text class="lane" x="{1}%" y="{2}">{3}</text>{4}',
        *(y + LANE - 1, f"{FIRST + 0.8:.2f}", y + 13, name, format_html_join("", "{}", ((each,) for each in marks))),
    )


def together(days: Sequence[date]) -> list[tuple[date, int]]:
    """(the first day, how many) of each run of days that lie less than `BESIDE` days after its first."""
    runs: list[tuple[date, int]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][0]).days < BESIDE:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        else:
            runs.append((day, 1))
    return runs


def mark(shape: SafeString, at: float, y: int, count: int) -> SafeString:
    words = format_html('<text class="in" x="0" y="3.5" text-anchor="middle">{}</text>', count) if count > 1 else ""
    return format_html('<svg x="{}%" y="{}" overflow="visible">{}{}</svg>', f"{at:.2f}", y, shape, words)


def clock_bar(ours: float, theirs: float, width: int = 96, height: int = 6) -> SafeString:
    """How much of the time each side had the ball: ours from the left; the words stand beside it."""
    whole = ours + theirs
    share = ours / whole * width if whole > 0 else 0
    parts = format_html(
        '<rect class="ag-us" width="{0}" height="{2}"/><rect class="ag-them" x="{0}" width="{1}" height="{2}"/>',
        *(f"{share:.1f}", f"{width - share:.1f}", height),
    )
    return format_html(
        '<svg class="clockbar" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true">{2}{3}</svg>',
        *(width, height, format_html('<rect class="bar-track" width="{}" height="{}"/>', width, height)),
        parts if whole > 0 else "",
    )
