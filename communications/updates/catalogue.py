"""What can be told in an update: each type as one row, from which its form, checks, clocks, tile and API follow.

Facts that several types share are columns of the record (`FACTS`); what is a type's own are its details, kept as text
by name and checked here. A date is written like 2027-01-31, a number like 12.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from communications.updates.vocabulary import Grade
from vendors.registry.vocabulary import CertificateKind, Confidence, DosageForm, Service

SPONSOR, PARTNER = "sponsor", "partner"
TEXT, LONG, CHOICE, DATE, NUMBER = "text", "long", "choice", "date", "number"
LONGEST = {TEXT: 200, LONG: 8000}
FACTS = ("site", "product", "batch", "classification", "detected_at", "aware_at", "planned_date")
Choices = tuple[tuple[str, str], ...]
OFFER, CERTIFICATE = "offer", "certificate"


@dataclass(frozen=True)
class Detail:
    """One fact of a type's own."""

    name: str
    label: str
    kind: str = TEXT
    required: bool = True
    choices: Choices = ()
    help: str = ""

    def problem(self, value: Any) -> str:
        """Why `value` cannot be kept here; empty when it can."""
        if not isinstance(value, str):
            return "Write it as text."
        if not value:
            return ""
        if self.kind == CHOICE:
            return "" if value in dict(self.choices) else "Choose one of the list."
        if self.kind == DATE:
            return "" if as_date(value) else "Write a day like 2027-01-31."
        if self.kind == NUMBER:
            return "" if as_number(value) is not None else "Write a number from 0, like 12.5."
        most = LONGEST[self.kind]
        return "" if len(value) <= most else f"This is too long: at most {most} characters."

    def read(self, value: str) -> Any:
        """The value as its kind: a day, a number, the text; None where there is none."""
        if not value:
            return None if self.kind in (DATE, NUMBER) else ""
        return as_date(value) if self.kind == DATE else as_number(value) if self.kind == NUMBER else value


def as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**11 else None


Rule = Callable[[str, Mapping[str, str]], str]


def nothing(grade: str, details: Mapping[str, str]) -> str:
    return ""


@dataclass(frozen=True)
class UpdateType:
    """One type of update.

    side: who posts it. facts: the shared columns it asks for; needs: those it cannot be posted without. limit: the
    name of the time limit that binds whoever posts, given the class and the details; empty where none does. is_ahead:
    that limit counts back from the planned day. decides: the limit of the other side's decision. investigates: the
    limit within which whoever posted closes what it told. asks_answer: the other side answers by the planned day.
    proposes: the record of the registry that it can become with one click.
    """

    code: str
    label: str
    side: str
    icon: str
    tells: str
    facts: tuple[str, ...]
    needs: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    limit: Rule = nothing
    is_ahead: bool = False
    decides: Rule = nothing
    investigates: str = ""
    asks_answer: bool = False
    proposes: str = ""
    planned_label: str = "Planned for"

    @property
    def has_limit(self) -> bool:
        """Whether there is a time within which it has to be told at all."""
        return self.limit is not nothing

    def detail(self, name: str) -> Detail:
        return next(each for each in self.details if each.name == name)

    def problems(self, details: Mapping[str, Any], *, whole: bool) -> dict[str, str]:
        """{name: why it cannot stand}; `whole`: also what is missing."""
        known = {each.name: each for each in self.details}
        found = {name: "This type of update does not ask for it." for name in details if name not in known}
        for name, each in known.items():
            value = details.get(name, "")
            fault = each.problem(value)
            if not fault and whole and each.required and not value.strip():
                fault = f"{each.label}: this is needed before it can be posted."
            if fault:
                found[name] = fault
        return found

    def read(self, details: Mapping[str, str]) -> dict[str, Any]:
        return {each.name: each.read(details.get(each.name, "")) for each in self.details}


# --- which limit binds ----------------------------------------------------------------------------------------------


def by_class(grade: str, details: Mapping[str, str]) -> str:
    """Not classified yet is no duty to tell: whoever tells then, tells early."""
    names = {
        Grade.CRITICAL: "notify_critical_hours",
        Grade.MAJOR: "notify_major_hours",
        Grade.MINOR: "notify_minor_days",
    }
    return names.get(Grade(grade), "") if grade else ""


def once_confirmed(grade: str, details: Mapping[str, str]) -> str:
    return "notify_oos_days" if details.get("confirmed") == "confirmed" else ""


def by_stage(grade: str, details: Mapping[str, str]) -> str:
    names = {"announced": "notify_inspection_hours", "unannounced": "notify_unannounced_hours",
             "under_way": "notify_inspection_hours", "result": "notify_observations_days"}  # fmt: skip
    return names.get(details.get("stage", ""), "")


def always(name: str) -> Rule:
    return lambda grade, details: name


def by_size(grade: str, details: Mapping[str, str]) -> str:
    return "decide_minor_days" if grade == Grade.MINOR else "decide_major_days"


def own(*rows: Detail) -> tuple[Detail, ...]:
    return rows


EVENT = ("site", "product", "batch", "classification", "detected_at", "aware_at")
EVENT_NEEDS = ("site", "classification", "aware_at")
YES_NO = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet"))
OF_PARTNER = (
    UpdateType(
        "batch_status", "Batch status or schedule", PARTNER, "package", "Progress, delay or a new date of a batch",
        ("site", "product", "batch", "planned_date"), ("product", "batch"),
        own(
            Detail("stage", "Where it stands", CHOICE, choices=(
                ("planned", "Planned"), ("in_process", "In process"), ("testing", "In testing"),
                ("ready", "Ready for release"), ("delayed", "Delayed"), ("stopped", "Stopped"))),
            Detail("quantity", "Quantity", required=False, help="With its unit, like 24,000 vials."),
        ),
        planned_label="Next date",
    ),
    UpdateType(
        "deviation", "Deviation", PARTNER, "triangle-alert", "Critical, major or minor, on your sponsor's batches",
        EVENT, EVENT_NEEDS,
        own(
            Detail("action", "What was done at once", LONG),
            Detail("impact", "What it may mean for product", LONG, required=False),
            Detail("reference", "Your own number", required=False),
        ),
        limit=by_class, investigates="investigate_days",
    ),
    UpdateType(
        "change_proposal", "Change proposal", PARTNER, "git-compare", "Site, equipment, supplier, method, process",
        ("site", "product", "classification", "planned_date"), ("site", "classification", "planned_date"),
        own(
            Detail("current", "As it is now", LONG),
            Detail("proposed", "As it is proposed", LONG),
            Detail("why", "Why", LONG),
            Detail("filing", "Does it touch what is filed?", CHOICE, choices=YES_NO),
            Detail("reference", "Your own number", required=False),
        ),
        limit=always("notify_change_days"), is_ahead=True, decides=by_size,
    ),
    UpdateType(
        "oos", "Out-of-specification result", PARTNER, "flask-conical", "A result outside its limits",
        ("site", "product", "batch", "detected_at", "aware_at"), ("site", "product", "batch", "aware_at"),
        own(
            Detail("test", "Test"),
            Detail("specification", "Limit"),
            Detail("result", "Result"),
            Detail("confirmed", "How far it is looked into", CHOICE,
                   choices=(("open", "Laboratory investigation open"), ("confirmed", "Confirmed"))),
        ),
        limit=once_confirmed, investigates="investigate_days",
    ),
    UpdateType(
        "inspection", "Authority inspection", PARTNER, "shield-alert", "Announced, under way or its result",
        ("site", "aware_at", "planned_date"), ("site", "aware_at"),
        own(
            Detail("authority", "Authority", help="Like FDA, AGES, ANVISA."),
            Detail("stage", "Stage", CHOICE, choices=(
                ("announced", "Announced"), ("unannounced", "Began unannounced"), ("under_way", "Under way"),
                ("result", "Result"))),
            Detail("scope", "What it looks at", required=False),
            Detail("observations", "Observations", NUMBER, required=False, help="How many, where there is a result."),
        ),
        limit=by_stage, planned_label="First day",
    ),
    UpdateType(
        "capacity_offer", "Capacity offer", PARTNER, "gauge", "Open or lost slots, line downtime",
        ("site",), ("site",),
        own(
            Detail("line", "Line"),
            Detail("service", "Service", CHOICE, choices=tuple(Service.choices)),
            Detail("dosage_form", "Dosage form", CHOICE, required=False, choices=tuple(DosageForm.choices)),
            Detail("window_start", "Window from", DATE),
            Detail("window_end", "Window to", DATE),
            Detail("quantity", "Quantity", NUMBER),
            Detail("unit", "Unit", help="batches, kg, vials"),
            Detail("confidence", "Confidence", CHOICE, choices=tuple(Confidence.choices)),
            Detail("expires_date", "Offer ends on", DATE),
        ),
        proposes=OFFER,
    ),
    UpdateType(
        "certificate_renewal", "Certificate renewal", PARTNER, "file-check", "A new certificate or licence",
        ("site",), ("site",),
        own(
            Detail("kind", "Kind", CHOICE, choices=tuple(CertificateKind.choices)),
            Detail("authority", "Issued by"),
            Detail("reference", "Reference"),
            Detail("covers", "What it covers", required=False),
            Detail("inspection_end_date", "Inspection ended on", DATE, required=False),
            Detail("issue_date", "Issued on", DATE),
            Detail("expires_date", "Expires on", DATE, required=False),
        ),
        proposes=CERTIFICATE,
    ),
    UpdateType(
        "key_person", "Key-person change", PARTNER, "users", "Key roles that change hands",
        ("site", "planned_date"), ("site", "planned_date"),
        own(
            Detail("role", "Role", help="Like head of quality, qualified person, site head."),
            Detail("leaves", "Who leaves it", required=False),
            Detail("follows", "Who follows", required=False),
        ),
        limit=always("notify_key_person_days"), is_ahead=True, planned_label="Changes on",
    ),
    UpdateType(
        "complaint", "Complaint", PARTNER, "message-square", "What reached you about a product in the market",
        EVENT, ("product", *EVENT_NEEDS),
        own(
            Detail("market", "Market", required=False),
            Detail("source", "From whom", required=False, help="Like pharmacy or distributor. No patient's name."),
            Detail("action", "What was done at once", LONG, required=False),
        ),
        limit=by_class, investigates="complaint_days",
    ),
)  # fmt: skip
OF_SPONSOR = (
    UpdateType(
        "forecast", "Forecast", SPONSOR, "trending-up", "What you expect to order, and when",
        ("product",), ("product",),
        own(
            Detail("period", "Period", help="Like Q1 to Q4 2027."),
            Detail("quantities", "Quantities", LONG, help="One line for each period."),
            Detail("binding", "Binding for", required=False, help="Like the first three months."),
        ),
    ),
    UpdateType(
        "specification_change", "Specification change", SPONSOR, "file-text", "A new limit, method or artwork",
        ("site", "product", "planned_date"), ("product", "planned_date"),
        own(
            Detail("current", "As it is now", LONG),
            Detail("proposed", "As it shall be", LONG),
            Detail("why", "Why", LONG),
        ),
        decides=always("decide_specification_days"), planned_label="Valid from",
    ),
    UpdateType(
        "answer_due", "Answer due", SPONSOR, "reply", "Something you need an answer to by a day",
        ("site", "product", "batch", "planned_date"), ("planned_date",),
        asks_answer=True, planned_label="Answer by",
    ),
)  # fmt: skip

TYPES: dict[str, UpdateType] = {row.code: row for row in (*OF_PARTNER, *OF_SPONSOR)}
CHOICES = [(row.code, row.label) for row in TYPES.values()]


def types_of(side: str) -> list[UpdateType]:
    """What a company of this kind can post."""
    return [row for row in TYPES.values() if row.side == side]
