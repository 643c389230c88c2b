"""How often a site is audited: a pure, versioned model that explains itself sentence by sentence.

The shape is PIC/S PI 037-1 (risk-based inspection planning): complexity x criticality gives the intrinsic risk, which
with the compliance risk gives class A, B or C. The months of the classes (36, 24, 12), the cells and the caps are the
portal's own default; EU GMP 5.29 and ICH Q9(R1) ask for intervals set by risk and name none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cmo_portal.lib.calendars import add_months
from cmo_portal.lib.wording import full_day

VERSION = "1"
LOW, MEDIUM, HIGH = "low", "medium", "high"
MONTHS = {"A": 36, "B": 24, "C": 12}
CLASSES = {  # (intrinsic risk, compliance risk) -> class
    (LOW, LOW): "A", (LOW, MEDIUM): "A", (LOW, HIGH): "B",
    (MEDIUM, LOW): "A", (MEDIUM, MEDIUM): "B", (MEDIUM, HIGH): "C",
    (HIGH, LOW): "B", (HIGH, MEDIUM): "C", (HIGH, HIGH): "C",
}  # fmt: skip
STERILE_CAP = 24  # months, for sterile and biologic work
CONDITIONAL_CAP = 6  # months, while a qualification is conditional
ACTION_WINDOW = 24  # months in which an authority's official action counts
STALE_AFTER = 36  # months after which the last audit says too little
MANY_MAJORS = 5  # more than these make the compliance risk high


@dataclass(frozen=True)
class OfficialAction:
    """An act of an authority that speaks against a site: OAI, warning letter, import alert, non-compliance."""

    on: date
    words: str


@dataclass(frozen=True)
class Compliance:
    """What is known of how well a site complies. Facts of several sources are added up with `+`.

    critical, major: open or last found, as the source counts them. red_quarters: quarters in a row with a red KPI.
    """

    critical: int = 0
    major: int = 0
    actions: tuple[OfficialAction, ...] = ()
    has_vai: bool = False
    has_open_capa: bool = False
    red_quarters: int = 0

    def __post_init__(self) -> None:
        if min(self.critical, self.major, self.red_quarters) < 0:
            raise ValueError("A count cannot be negative.")

    def __add__(self, other: Compliance) -> Compliance:
        return Compliance(
            critical=self.critical + other.critical,
            major=self.major + other.major,
            actions=tuple(sorted({*self.actions, *other.actions}, key=lambda each: (each.on, each.words))),
            has_vai=self.has_vai or other.has_vai,
            has_open_capa=self.has_open_capa or other.has_open_capa,
            red_quarters=max(self.red_quarters, other.red_quarters),
        )


@dataclass(frozen=True)
class Facts:
    """Everything the model asks about a site.

    complexity: 3 sterile, biologic, HPAPI, ATMP; 2 non-sterile drug product or API; 1 packaging, testing, storage.
    criticality: 3 sole source or medically necessary; 2 one alternative; 1 several. The `_why` are a person's words.
    events: days on which something happened that calls for an audit and is not decided yet.
    """

    complexity: int
    criticality: int
    complexity_why: str = ""
    criticality_why: str = ""
    is_sterile_or_biologic: bool = False
    is_conditional: bool = False
    compliance: Compliance = field(default_factory=Compliance)
    last_audit_end: date | None = None
    events: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        for name, value in (("complexity", self.complexity), ("criticality", self.criticality)):
            if value not in (1, 2, 3):
                raise ValueError(f"{name} is 1, 2 or 3, not {value!r}.")


@dataclass(frozen=True)
class Assessment:
    """What the model says. `due` is None for a site that was never audited: its audit is due now."""

    version: str
    score: int
    intrinsic: str
    compliance: str
    risk_class: str
    months: int
    due: date | None
    is_due_now: bool
    sentences: tuple[str, ...]


def intrinsic_risk(complexity: int, criticality: int) -> str:
    """Products 1 and 2 are low, 3 and 4 medium, 6 and 9 high."""
    score = complexity * criticality
    return LOW if score <= 2 else MEDIUM if score <= 4 else HIGH


def compliance_risk(known: Compliance, last_audit_end: date | None, today: date) -> tuple[str, list[str]]:
    """(low, medium or high, what makes it so). The first level for which there is a reason counts."""
    since = add_months(today, -ACTION_WINDOW)
    high = [f"{known.critical} critical {word(known.critical, 'finding')}"] if known.critical else []
    high += [f"{known.major} major findings"] if known.major > MANY_MAJORS else []
    high += [action.words for action in known.actions if since <= action.on <= today]
    if last_audit_end is not None and today > add_months(last_audit_end, STALE_AFTER):
        high.append(f"no audit for more than {STALE_AFTER} months")
    if high:
        return HIGH, high
    medium = [f"{known.major} major {word(known.major, 'finding')}"] if known.major else []
    medium += ["a VAI with an open CAPA"] if known.has_vai and known.has_open_capa else []
    medium += [f"a red KPI in {known.red_quarters} quarters"] if known.red_quarters >= 2 else []
    return (MEDIUM, medium) if medium else (LOW, ["nothing on record speaks against it"])


def word(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def cap_of(facts: Facts, months: int) -> tuple[int, list[str]]:
    """The months after the hard caps, and a sentence for each cap that shortens them."""
    said = []
    if facts.is_sterile_or_biologic and months > STERILE_CAP:
        months = STERILE_CAP
        said.append(f"Sterile or biologic work is audited every {STERILE_CAP} months at least.")
    if facts.is_conditional and months > CONDITIONAL_CAP:
        months = CONDITIONAL_CAP
        said.append(f"A conditional qualification is followed up within {CONDITIONAL_CAP} months.")
    return months, said


def assess(facts: Facts, today: date) -> Assessment:
    """The interval of a site and why, with the date the next audit is due by."""
    intrinsic = intrinsic_risk(facts.complexity, facts.criticality)
    compliance, reasons = compliance_risk(facts.compliance, facts.last_audit_end, today)
    risk_class = CLASSES[intrinsic, compliance]
    months, capped = cap_of(facts, MONTHS[risk_class])
    score = facts.complexity * facts.criticality
    said = [
        f"Complexity {facts.complexity}{because(facts.complexity_why)}.",
        f"Criticality {facts.criticality}{because(facts.criticality_why)}.",
        f"Intrinsic risk {facts.complexity} x {facts.criticality} = {score}: {intrinsic}.",
        f"Compliance risk {compliance}: {', '.join(reasons)}.",
        f"Both together make class {risk_class}: every {MONTHS[risk_class]} months.",
        *capped,
    ]
    due, is_due_now = next_due(facts, months, today, said)
    return Assessment(VERSION, score, intrinsic, compliance, risk_class, months, due, is_due_now, tuple(said))


def because(why: str) -> str:
    return f": {why}" if why else ""


def next_due(facts: Facts, months: int, today: date, said: list[str]) -> tuple[date | None, bool]:
    """The date, and whether it has come; adds the sentences that explain it."""
    if facts.last_audit_end is None:
        said.append("The site was never audited: an audit is due now.")
        return None, True
    due = add_months(facts.last_audit_end, months)
    said.append(f"The last audit ended on {full_day(facts.last_audit_end)}: the next is due by {full_day(due)}.")
    if facts.events:
        first = min(facts.events)
        said.append(f"What happened on {full_day(first)} calls for an audit now, whatever the interval.")
        due = min(due, first)
    return due, due <= today
