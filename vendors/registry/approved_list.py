"""The approved supplier list: what each site may be used for, today or as it stood at the end of any past day.

The past is read from the trail, which keeps every change of a qualification with its moment; nothing is stored twice.
Names of CMOs, sites and products are today's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import TrailEvent
from vendors.registry.models import Site
from vendors.registry.supply import PILLS, Product, Qualification
from vendors.registry.vocabulary import DosageForm, QualificationStatus, Service

IN_USE = (QualificationStatus.APPROVED, QualificationStatus.CONDITIONAL)
ANY = "Any"
READ = ("site", "service", "dosage_form", "product", "status", "conditions", "expires_date", "status_date")


@dataclass(frozen=True)
class Line:
    """One scope as it stood: site x service x dosage form, with product where it is narrower."""

    number: str
    cmo: str
    cmo_number: str
    site: str
    site_number: str
    place: str
    fei: str
    service: str
    dosage_form: str
    product: str
    status: str
    conditions: str
    expires_date: date | None
    since_date: date | None

    @property
    def status_words(self) -> str:
        return str(QualificationStatus(self.status).label)

    @property
    def pill(self) -> str:
        return PILLS[self.status]

    @property
    def may_be_used(self) -> bool:
        return self.status in IN_USE

    @property
    def service_words(self) -> str:
        return str(Service(self.service).label)

    @property
    def form_words(self) -> str:
        return str(DosageForm(self.dosage_form).label) if self.dosage_form else ANY

    @property
    def order(self) -> tuple[str, ...]:
        return (self.cmo.casefold(), self.site.casefold(), self.service_words, self.form_words, self.number)


def lines_as_of(reader: Actor, day: date) -> list[Line]:
    """Every scope that existed at the end of `day` in the reader's zone, retired ones left out; by CMO and site.

    Four queries, whatever the number of scopes. A scope whose last day had passed counts as expired, also where the
    daily task had not said so yet.
    """
    states = list(states_at(reader, end_of(day)))
    sites = {row.number: row for row in Site.objects.visible_to(reader).select_related("vendor")}
    products = dict(Product.objects.visible_to(reader).values_list("number", "code"))
    lines = [line_of(state, sites, products, day) for state in states if state.get("site") in sites]
    return sorted((line for line in lines if line.status != QualificationStatus.RETIRED), key=lambda line: line.order)


def end_of(day: date) -> datetime:
    """The moment at which `day` is over, in the active zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def states_at(reader: Actor, moment: datetime) -> Iterator[dict[str, Any]]:
    """The values of each qualification as they stood before `moment`, folded from its trail."""
    events = (
        TrailEvent.objects.visible_to(reader)
        .filter(record_type=Qualification.record_type(), at__lt=moment)
        .order_by("record_number", "seq")
    )
    state: dict[str, Any] = {}
    for event in events.iterator(chunk_size=2000):
        if state and state["number"] != event.record_number:
            yield state
            state = {}
        state.setdefault("number", event.record_number)
        for name, pair in event.says["changes"].items():
            if name in READ:
                state[name] = pair[1]
    if state:
        yield state


def line_of(state: dict[str, Any], sites: dict[str, Site], products: dict[str, str], day: date) -> Line:
    site = sites[state["site"]]
    ends = as_date(state.get("expires_date"))
    status = state.get("status", QualificationStatus.PENDING)
    if status in IN_USE and ends is not None and ends < day:
        status = QualificationStatus.EXPIRED
    return Line(
        number=state["number"],
        cmo=site.vendor.name,
        cmo_number=site.vendor.number,
        site=site.name,
        site_number=site.number,
        place=site.place,
        fei=site.fei,
        service=state["service"],
        dosage_form=state.get("dosage_form") or "",
        product=products.get(state.get("product") or "", ""),
        status=str(status),
        conditions=state.get("conditions") or "",
        expires_date=ends,
        since_date=as_date(state.get("status_date")),
    )


def as_date(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


HEADER = (
    "CMO", "Site", "Place", "FEI", "Service", "Dosage form", "Product", "Status", "Since", "Until", "Conditions",
    "Number",
)  # fmt: skip


def as_cells(lines: Iterable[Line]) -> Iterator[tuple[object, ...]]:
    """Rows of the exported list."""
    for line in lines:
        yield (
            line.cmo,
            line.site,
            line.place,
            line.fei,
            line.service_words,
            line.form_words,
            line.product or ANY,
            line.status_words,
            line.since_date,
            line.expires_date,
            line.conditions,
            line.number,
        )
