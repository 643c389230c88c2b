"""What became of the audits that `seed_scale` makes: days and statuses that fit together, always the same. No database.

Days follow from each other as they do in life: some reports and some responses are late, some responses are returned,
some CAPAs are not effective. Whatever lies after `today` has not happened yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from cmo_portal.lib.calendars import add_business_days

YEARS_BACK, MONTHS_AHEAD = 4, 6
SPAN = timedelta(days=YEARS_BACK * 365 + MONTHS_AHEAD * 30)
FEWEST, MOST = 7, 17  # findings of an audit that was held; about ten over all audits
CLASSES = (("critical", 2), ("major", 22), ("other", 54), ("observation", 17), ("positive", 5))
SYSTEMS = (
    ("quality", 26), ("facilities", 17), ("materials", 10), ("production", 18),
    ("packaging", 6), ("laboratory", 12), ("outsourcing", 4), ("data", 7),
)  # fmt: skip
ANSWERED = ("critical", "major", "other")
CHECKED = ("critical", "major")
CORRECTED = {"critical": 15, "major": 30, "other": 60}  # business days, the default limits


def days(number: int) -> timedelta:
    return timedelta(days=number)


def pick(chance: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return chance.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]


@dataclass(frozen=True)
class AuditStory:
    """One audit. Days that have not come are None."""

    kind: str
    status: str
    start: date
    end: date
    notified: date | None
    report_due: date | None
    issued: date | None
    findings: int

    @property
    def is_held(self) -> bool:
        return self.findings > 0


@dataclass(frozen=True)
class CapaStory:
    """What was done about one finding, as far as it has come. check: the day of the check that is planned or held;
    checked: that of the one that was judged, which a CAPA that did not work keeps."""

    response: str = "due"
    status: str = "proposed"
    rounds: int = 0
    response_due: date | None = None
    first: date | None = None
    responded: date | None = None
    returned: date | None = None
    accepted: date | None = None
    agreed: date | None = None
    implemented: date | None = None
    check: date | None = None
    checked: date | None = None
    judged: date | None = None
    effective: bool = True
    closed: date | None = None


def audit_story(number: int, wave: int, waves: int, today: date) -> AuditStory:
    """The audit `number`, which is the `wave`-th of its site: visits of a site lie a fraction of the span apart."""
    chance = Random(f"audit {number}")  # noqa: S311 - always the same on purpose
    gap = SPAN / waves
    start = today - days(YEARS_BACK * 365) + gap * wave + gap * chance.random()
    start -= days(max(0, start.weekday() - 2))  # a visit begins on Monday to Wednesday
    end = start + days(chance.choice((1, 2, 2, 3)))
    kind = pick(chance, (("routine", 70), ("qualification", 14), ("for_cause", 8), ("follow_up", 8)))
    notice = chance.randint(2, 9) if kind == "for_cause" else chance.randint(24, 75)
    letter = start - days(notice)
    report = end + days(chance.choice((18, 22, 25, 27, 28, 29, 30, 33, 41)))
    if chance.random() < 0.025 and letter <= today:
        return AuditStory(kind, "cancelled", start, end, letter, None, None, 0)
    if end >= today:
        status = "in_progress" if start <= today else "notified" if letter <= today else "planned"
        return AuditStory(kind, status, start, end, letter if letter <= today else None, None, None, 0)
    held = chance.randint(FEWEST, MOST)
    status = "follow_up" if report <= today else written(end, today)
    issued = report if report <= today else None
    return AuditStory(kind, status, start, end, letter, end + days(30), issued, held)


def written(end: date, today: date) -> str:
    """How far a report has come that is not issued."""
    steps = ((4, "closeout_held"), (14, "report_draft"), (20, "report_review"))
    gone = (today - end).days
    return next((status for limit, status in steps if gone <= limit), "factual_check")


def capa_story(chance: Random, classification: str, issued: date, today: date) -> CapaStory:
    """Step by step until the first that lies ahead."""
    story = CapaStory(response_due=add_business_days(issued, 15))
    first = issued + days(chance.choice((9, 13, 15, 17, 19, 20, 21, 24, 33)))
    if first > today:
        return story
    story = replace(story, response="submitted", rounds=1, first=first, responded=first)
    answer = first + days(chance.choice((5, 9, 14, 20, 26, 29, 36, 48)))
    if answer <= today and chance.random() < 0.22:
        due = add_business_days(answer, 15)
        story = replace(story, response="returned", returned=answer, response_due=due)
        again = answer + days(chance.randint(6, 24))
        if again > today:
            return story
        story = replace(story, response="submitted", rounds=2, responded=again)
        answer = again + days(chance.choice((6, 11, 18, 25, 34)))
    if answer > today:
        return story
    agreed = add_business_days(answer, CORRECTED[classification])
    story = replace(story, response="accepted", status="implementing", accepted=answer, agreed=agreed)
    return work_story(chance, classification, story, agreed, today)


def work_story(chance: Random, classification: str, story: CapaStory, agreed: date, today: date) -> CapaStory:
    """From the agreed date on."""
    done = agreed + days(chance.choice((-16, -9, -5, -3, -1, 0, 0, 6, 21)))
    if done > today:
        return story
    story = replace(story, status="implemented", implemented=done)
    closed = done + days(chance.randint(2, 20))
    if classification in CHECKED:
        check = done + days(chance.randint(45, 110))
        judged = check + days(chance.choice((0, 3, 8, 15, 24, 29, 40)))
        story = replace(story, status="effectiveness_due", check=check)
        if judged > today:
            return story
        if chance.random() < 0.06:
            again = replace(story, status="not_effective", judged=judged, effective=False, checked=check)
            return replace(again, agreed=None, implemented=None, check=None)
        story = replace(story, status="effective", judged=judged, checked=check)
        closed = judged + days(chance.randint(1, 6))
    return story if closed > today else replace(story, status="closed", closed=closed)
