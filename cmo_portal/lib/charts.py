"""Charts as SVG text: colours from classes, sizes from attributes, words escaped, no script and no inline style.

Functions return safe strings for templates and for the PDF reports. Positions along the width are per cents, so that a
chart fills its column; heights are pixels. The same values always stand in text or a table beside the chart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

MINIMUM_LABELLED = 3.5  # per cent of the total below which a stacked segment is too narrow for its number
TOP_ROOM, LABELS = 18, 6  # pixels above columns for their sums; columns that are labelled
LABEL_GAP = 9.0  # per cent of the width that two labels of a timeline need between their middles


def sparkline(
    values: Sequence[float], label: str, target: float | None = None, state: str = "", width: int = 96, height: int = 26
) -> SafeString:
    """A line of two or more values with its target dashed; `state` (ok, warn, bad) colours the last point."""
    reach = [*values, target] if target is not None else list(values)
    low, high = min(reach), max(reach)
    rise = (high - low) or 1

    def x(index: int) -> str:
        return f"{3 + index * (width - 8) / max(len(values) - 1, 1):.1f}"

    def y(value: float) -> str:
        return f"{height - 4 - (value - low) / rise * (height - 8):.1f}"

    path = " ".join(f"{'L' if index else 'M'}{x(index)} {y(value)}" for index, value in enumerate(values))
    goal = (
        format_html('<line class="goal" x1="0" x2="{}" y1="{}" y2="{}"/>', width, y(target), y(target))
        if target is not None
        else ""
    )
    return format_html(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">'
        '{3}<path d="{4}"/><circle class="{5}" cx="{6}" cy="{7}" r="2.75"/></svg>',
        *(width, height, label, goal, path, state, x(len(values) - 1), y(values[-1])),
    )


def strip(
    mine: float | None,
    median: float | None = None,
    low: float | None = None,
    high: float | None = None,
    split: bool = False,
    minimum: float = 0,
    maximum: float = 5,
    width: int = 50,
    height: int = 18,
) -> SafeString:
    """One score cell's panel: dot = mine, bar = median, line = range (amber when `split`). Dashed until I scored."""
    middle = height / 2
    frame = format_html('<svg class="strip" width="{}" height="{}" aria-hidden="true">', width, height)
    if mine is None or median is None or low is None or high is None:
        line = format_html('<line class="st-hid" x1="4" x2="{0}" y1="{1}" y2="{1}"/>', width - 4, middle)
        return format_html("{}{}</svg>", frame, line)

    def x(value: float) -> float:
        return 5 + (value - minimum) / ((maximum - minimum) or 1) * (width - 10)

    steps = range(int(minimum), int(maximum) + 1)
    ticks = format_html_join(
        "", '<circle class="st-tick" cx="{}" cy="{}" r="1"/>', ((f"{x(step):.1f}", middle) for step in steps)
    )
    return format_html(
        '{0}{1}<line class="st-range{2}" x1="{3}" x2="{4}" y1="{5}" y2="{5}"/>'
        '<rect class="st-med" x="{6}" y="{7}" width="2" height="15" rx="1"/>'
        '<circle class="st-me" cx="{8}" cy="{5}" r="3.5"/></svg>',
        *(frame, ticks, " wide" if split else "", f"{x(low):.1f}", f"{x(high) + 0.01:.2f}", middle),
        *(f"{x(median) - 1:.1f}", middle - 7.5, f"{x(mine):.1f}"),
    )


def hbar(percent: float, kind: str = "", height: int = 8) -> SafeString:
    """A bar of 0 to 100 per cent of its column; the number stands beside it."""
    return format_html(
        '<svg class="hbar" width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none"'
        ' aria-hidden="true">'
        '<rect class="bar-track" width="100" height="{0}"/><rect class="bar-fill {1}" width="{2}" height="{0}"/></svg>',
        *(height, kind, f"{min(max(percent, 0), 100):.1f}"),
    )


def stacked(parts: Sequence[float], total: float = 100) -> SafeString:
    """Segments in the categories' order on a scale of `total`; their numbers lie in a layer that does not stretch."""
    segments, labels, start = [], [], 0.0
    for index, value in enumerate(parts, 1):
        segments.append((index, f"{start / total * 100:.2f}", f"{max(value / total * 100 - 0.28, 0):.2f}"))
        if value / total * 100 >= MINIMUM_LABELLED:
            labels.append((f"{(start + value / 2) / total * 100:.2f}", f"{value:.1f}"))
        start += value
    bars = format_html_join("", '<rect class="c{}" x="{}" y="0" width="{}" height="28"/>', segments)
    words = format_html_join("", '<text class="on" x="{}%" y="18" text-anchor="middle">{}</text>', labels)
    return format_html(
        '<div class="stkw"><svg class="stk" width="100%" height="28" viewBox="0 0 100 28" preserveAspectRatio="none"'
        ' aria-hidden="true">{}</svg><svg class="stk-t" width="100%" height="28" aria-hidden="true">{}</svg></div>',
        *(bars, words),
    )


def columns(
    stacks: Sequence[Sequence[int]], kinds: Sequence[str], labels: Sequence[str], title: str, height: int = 120
) -> SafeString:
    """One column a label, its parts upon each other in the order of `kinds` from the top, the sum above it.

    `kinds` name the colours (`k-major`); with many columns only some are labelled, the first always.
    """
    most, slot = max((sum(stack) for stack in stacks), default=0) or 1, 100 / max(len(stacks), 1)
    every, floor = -(-len(stacks) // LABELS) or 1, TOP_ROOM + height
    bars, words = [], []
    for place, stack in enumerate(stacks):
        y, middle = float(floor), f"{(place + 0.5) * slot:.2f}"
        for kind, value in reversed(list(zip(kinds, stack, strict=True))):
            tall = value / most * height
            y -= tall
            if value:
                bars.append((kind, f"{(place + 0.2) * slot:.2f}", f"{y:.2f}", f"{0.6 * slot:.2f}", f"{tall:.2f}"))
        words.append((middle, f"{y - 5:.1f}", "sum", str(sum(stack))))
        if place % every == 0:
            words.append((middle, f"{floor + 16}", "lab", labels[place]))
    return format_html(
        '<svg class="cols-chart" width="100%" height="{0}" role="img" aria-label="{1}">{2}{3}'
        '<line class="ax-strong" x1="0" x2="100%" y1="{4}" y2="{4}"/></svg>',
        *(floor + 22, title),
        format_html_join("", '<rect class="k-{}" x="{}%" y="{}" width="{}%" height="{}"/>', bars),
        format_html_join("", '<text x="{}%" y="{}" class="{}" text-anchor="middle">{}</text>', words),
        floor,
    )


def weight_band(weight: float, low: float, high: float, maximum: float = 60) -> SafeString:
    """Where a weight (per cent) keeps the leader first: band = range, dot = agreed weight, ticks = flip points."""

    def x(value: float) -> float:
        return min(max(value, 0), maximum) / maximum * 100

    edges = [f"{x(value):.2f}" for value, inside in ((low, low > 0), (high, high < maximum)) if inside]
    ticks = format_html_join(
        "", '<rect class="fl-edge" x="{}%" y="3" width="2" height="16" rx="1"/>', ((edge,) for edge in edges)
    )
    return format_html(
        '<svg class="flip" width="100%" height="22" aria-hidden="true">'
        '<rect class="fl-track" x="0" y="9" width="100%" height="4" rx="2"/>'
        '<rect class="fl-safe" x="{}%" y="7" width="{}%" height="8" rx="2"/>{}'
        '<circle class="fl-now" cx="{}%" cy="11" r="5"/></svg>',
        *(f"{x(low):.2f}", f"{x(high) - x(low):.2f}", ticks, f"{x(weight):.2f}"),
    )


def heat_class(percent: float) -> str:
    """The step of the one-hue ramp, `r0` (under half a per cent) to `r6` (70 or more)."""
    return f"r{sum(percent >= bound for bound in (0.5, 5, 15, 30, 50, 70))}"


@dataclass(frozen=True)
class Inspection:
    """One mark: `outcome` is NAI, VAI or OAI (shape and colour), anything else a plain ring; `words` stand under it."""

    on: date
    outcome: str
    words: str


@dataclass(frozen=True)
class Lane:
    """One site; `open_spans` are (from, to or None for still open) while an OAI is unresolved."""

    name: str
    inspections: Sequence[Inspection]
    open_spans: Sequence[tuple[date, date | None]] = field(default_factory=tuple)


MARKS = {
    "NAI": mark_safe('<circle class="tl-ok" cx="0" cy="0" r="6"/>'),
    "VAI": mark_safe('<rect class="tl-warn" x="-5.5" y="-5.5" width="11" height="11" transform="rotate(45)"/>'),
    "OAI": mark_safe('<path class="tl-bad" d="M0 -8 L8 6 L-8 6 Z"/>'),
}
PLAIN_MARK = mark_safe('<circle class="tl-plain" cx="0" cy="0" r="5"/>')
TOP, LANE = 26, 46


def timeline(
    lanes: Sequence[Lane], start: date, end: date, today: date, title: str, key: str = "timeline"
) -> SafeString:
    """Inspections by site between `start` and `end`: one lane a site, years as the axis, a line at today.

    `title` names the picture for assistive technology; `key` makes its id unique on a page.
    """

    def x(when: date) -> float:
        return (when - start).days / max((end - start).days, 1) * 100

    height = TOP + LANE * len(lanes) + 4
    years = [date(year, 1, 1) for year in range(start.year, end.year + 1)]
    axis = format_html_join(
        "",
        '<line class="ax" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/><text x="{3}%" y="14">{4}</text>',
        (
            (f"{x(year):.2f}", TOP - 4, height, f"{x(year) + 0.6:.2f}", year.year)
            for year in years
            if start <= year <= end
        ),
    )
    rows = format_html_join(
        "",
        "{}",
        ((lane_marks(lane, TOP + LANE * index + LANE // 2 - 6, today, x),) for index, lane in enumerate(lanes)),
    )
    now = format_html(
        '<line class="ax-now" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>'
        '<text class="now" x="{3}%" y="{4}" text-anchor="{5}">today</text>',
        *(f"{x(today):.2f}", TOP - 4, height, f"{x(today) + (-0.7 if x(today) > 94 else 0.7):.2f}", height - 4),
        "end" if x(today) > 94 else "start",
    )
    return format_html(
        '<svg class="tl" width="100%" height="{0}" role="img" aria-labelledby="{1}-t">'
        '<title id="{1}-t">{2}</title>{3}{4}{5}</svg>',
        *(height, key, title, axis, rows, now if start <= today <= end else ""),
    )


def lane_marks(lane: Lane, y: int, today: date, place: Callable[[date], float]) -> SafeString:
    """The line, the open-OAI bands and the marks of one site; labels that would touch go above their mark."""
    bands = format_html_join(
        "",
        '<rect class="tl-span" x="{}%" y="{}" width="{}%" height="24" rx="4"/>',
        ((f"{place(a):.2f}", y - 12, f"{place(b or today) - place(a):.2f}") for a, b in lane.open_spans),
    )
    marks, last = [], -LABEL_GAP
    for event in sorted(lane.inspections, key=lambda inspection: inspection.on):
        at = place(event.on)
        above = at - last < LABEL_GAP
        last = -LABEL_GAP if above else at
        anchor = "start" if at < 3 else "end" if at > 97 else "middle"
        mark = MARKS.get(event.outcome, PLAIN_MARK)
        text = format_html('<text y="{}" text-anchor="{}">{}</text>', -12 if above else 21, anchor, event.words)
        marks.append(format_html('<svg x="{}%" y="{}" overflow="visible">{}{}</svg>', f"{at:.2f}", y, mark, text))
    line = format_html('<line class="ax-strong" x1="0" x2="100%" y1="{0}" y2="{0}"/>', y)
    return format_html("{}{}{}", line, bands, format_html_join("", "{}", ((mark,) for mark in marks)))


@dataclass(frozen=True)
class Plan:
    """One audit in the plan: preparation from, on site from and to, report due; `words` beside the days on site."""

    prepare: date
    first: date
    last: date
    report: date
    words: str


def plan_chart(plans: Sequence[Plan], start: date, weeks: int = 8) -> SafeString:
    """Audits of the next weeks, one row of 36 px each, a line every Monday; `start` is a Monday."""
    days = weeks * 7
    height = 22 + 36 * len(plans) + 2

    def x(when: date) -> float:
        return min(max((when - start).days, 0), days) / days * 100

    mondays = [start + timedelta(weeks=week) for week in range(weeks)]
    axis = format_html_join(
        "",
        '<line class="ax" x1="{0}%" x2="{0}%" y1="18" y2="{1}"/><text x="{2}%" y="11">{3}</text>',
        ((f"{x(monday):.2f}", height, f"{x(monday) + 0.4:.2f}", f"{monday.day} {monday:%b}") for monday in mondays),
    )
    rows = format_html_join("", "{}", ((plan_row(plan, 32 + 36 * index, x),) for index, plan in enumerate(plans)))
    return format_html('<svg width="100%" height="{}" aria-hidden="true">{}{}</svg>', height, axis, rows)


def plan_row(plan: Plan, y: int, place: Callable[[date], float]) -> SafeString:
    after = plan.last + timedelta(days=1)
    spans = (("g-prep", plan.prepare, plan.first), ("g-site", plan.first, after), ("g-rep", after, plan.report))
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="16" rx="3"/>',
        ((kind, f"{place(a):.2f}", y, f"{max(place(b) - place(a) - 0.15, 0):.2f}") for kind, a, b in spans),
    )
    late = place(after) > 88
    at = place(plan.first) - 0.6 if late else place(after) + 0.6
    words = conditional_escape(plan.words)
    return bars + format_html(
        '<text x="{}%" y="{}" text-anchor="{}">{}</text>', f"{at:.2f}", y + 12, "end" if late else "start", words
    )
