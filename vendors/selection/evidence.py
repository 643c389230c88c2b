"""What can stand behind a mark: the candidate site's own records that the person may see, or an address outside.

A record is kept by its type and number and opened through the walls each time, so that it shows what it says today
and nothing to those who may not read it. An upper floor adds its kinds of record with `sources.append`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.texts import folded
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import Record
from vendors.registry.files import rules
from vendors.registry.models import Capability, CapacityOffer, Certificate, Site
from vendors.registry.supply import Agreement
from vendors.regulatory.models import RegulatoryEvent

MOST = 400  # records of one kind that are searched, the newest first
SHOWN = 12  # of one kind on the page


@dataclass(frozen=True)
class Source:
    """A kind of record that can be evidence.

    rows(site, reader): those of the site that the reader may see, the newest first. words(record): its title and what
    tells it from others. address(record): the page that opens it.
    """

    title: str
    permission: str
    model: type[Record]
    rows: Callable[[Site, Actor], QuerySet[Any]]
    words: Callable[[Any], tuple[str, str]]
    address: Callable[[Any], str]


@dataclass(frozen=True)
class Piece:
    """A record as the picker shows it; `reference` is what a form sends."""

    reference: str
    title: str
    hint: str
    url: str


@dataclass(frozen=True)
class Shelf:
    """The records of one kind that answer to the words: those shown, and how many more do."""

    title: str
    pieces: list[Piece]
    more: int


def own_page(record: Any) -> str:
    return str(record.get_absolute_url())


def until(record: Any) -> str:
    return f"until {full_day(record.expires_date)}" if record.expires_date else "without an end"


def events_of(site: Site, reader: Actor) -> QuerySet[Any]:
    return RegulatoryEvent.objects.shown_to(reader).of_site(site).order_by("-event_date", "number")


def event_words(event: RegulatoryEvent) -> tuple[str, str]:
    found = event.get_outcome_display() or event.get_type_display()
    return str(event), f"{found}, {full_day(event.event_date)}, {event.area or event.legal_name}"


def files_of(site: Site, reader: Actor) -> QuerySet[Any]:
    """Files of the site, of its CMO and of its certificates, as far as the page of each opens to the reader."""
    papers = Certificate.objects.visible_to(reader).filter(site=site).values("number")
    found = Q(pk__in=[])
    for about, numbers in (
        ("vendors.site", [site.number]),
        ("vendors.vendor", [site.vendor.number]),
        ("vendors.certificate", papers),
    ):
        if about in rules and reader.may(rules[about].read):
            found |= Q(about_type=about, about_number__in=numbers)
    return Attachment.objects.visible_to(reader).filter(found, is_retired=False).order_by("-created_at", "number")


def of_site(model: Any, *order: str, **narrowed: Any) -> Callable[[Site, Actor], QuerySet[Any]]:
    def rows(site: Site, reader: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.visible_to(reader).filter(site=site, **narrowed)
        return found.select_related("site").order_by(*order)

    return rows


sources: list[Source] = [
    Source(
        "Inspections and other acts of authorities",
        P.REGULATORY_VIEW,
        RegulatoryEvent,
        events_of,
        event_words,
        own_page,
    ),
    Source(
        "Certificates and licences",
        P.SITE_VIEW,
        Certificate,
        of_site(Certificate, "-issue_date", "number", is_retired=False),
        lambda paper: (str(paper), f"{paper.authority}, {until(paper)}"),
        own_page,
    ),
    Source(
        "Capabilities",
        P.SITE_VIEW,
        Capability,
        of_site(Capability, "service", "number", is_retired=False),
        lambda row: (str(row), f"{row.get_scale_display()}{f', {row.equipment}' if row.equipment else ''}"),
        lambda row: reverse("vendors:site-detail", args=[row.site.number]),
    ),
    Source(
        "Capacity offers",
        P.SITE_VIEW,
        CapacityOffer,
        of_site(CapacityOffer, "-window_start", "number", is_withdrawn=False),
        lambda offer: (str(offer), f"{full_day(offer.window_start)} to {full_day(offer.window_end)}, {until(offer)}"),
        own_page,
    ),
    Source(
        "Agreements",
        P.AGREEMENT_VIEW,
        Agreement,
        lambda site, reader: (
            Agreement.objects.visible_to(reader).filter(vendor=site.vendor_id).order_by("-created_at", "number")
        ),
        lambda paper: (str(paper), f"{paper.reference}, {until(paper)}" if paper.reference else until(paper)),
        own_page,
    ),
    Source(
        "Files",
        P.SITE_VIEW,
        Attachment,
        files_of,
        lambda file: (file.title or file.name, f"{file.name}, added {full_day(file.created_at)}"),
        lambda file: reverse("vendors:file-download", args=[file.number]),
    ),
]


def open_sources(reader: Actor) -> Iterable[Source]:
    return (source for source in sources if reader.may(source.permission))


def shelves(site: Site, reader: Actor, words: str) -> list[Shelf]:
    """The site's records by kind, those that hold all the words, accents and case aside."""
    wanted = folded(words).split()
    found = []
    for source in open_sources(reader):
        pieces = [piece_of(source, record) for record in source.rows(site, reader)[:MOST]]
        hits = [piece for piece in pieces if all(word in folded(f"{piece.title} {piece.hint}") for word in wanted)]
        if hits:
            found.append(Shelf(source.title, hits[:SHOWN], max(0, len(hits) - SHOWN)))
    return found


def piece_of(source: Source, record: Any) -> Piece:
    title, hint = source.words(record)
    return Piece(f"{source.model.record_type()}:{record.number}", title, hint, source.address(record))


def picked(site: Site, reader: Actor, reference: str) -> dict[str, str]:
    """Values of the evidence that names this record. Raises ValidationError for one the picker would not offer."""
    about_type, _, number = reference.partition(":")
    for source in open_sources(reader):
        if source.model.record_type() == about_type:
            record = source.rows(site, reader).filter(number=number).first()
            if record is not None:
                title = source.words(record)[0][:200]
                return {"kind": "record", "title": title, "about_type": about_type, "about_number": number}
    raise ValidationError("Choose a record of this candidate's site from the list.")


def address_of(about_type: str, about_number: str, reader: Actor) -> str | None:
    """The page that opens the record; None where the reader may not see it."""
    for source in open_sources(reader):
        if source.model.record_type() == about_type:
            rows: Any = source.model.objects
            record = rows.visible_to(reader).filter(number=about_number).first()
            return None if record is None else source.address(record)
    return None
