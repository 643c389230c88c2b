"""Due items as rows of a page: where they lead, whom they are about, who has the ball; the same queries for any number.

A colleague is named; of the other side only the company, because its people's work among themselves is their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from cmo_portal.accounts.models import User
from cmo_portal.lib import wording
from cmo_portal.lib.agenda import clock_bar
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DueItem, kinds, words_of
from communications.deadlines.ball import is_late, is_mine, others_name
from communications.notices.catalogue import to_do
from vendors.registry.models import Vendor


@dataclass(frozen=True)
class Row:
    """One due item in words. ours, theirs: seconds for which each side has had the ball up to now."""

    item: DueItem
    url: str
    place: str
    place_url: str
    who: str
    is_mine: bool
    is_late: bool
    state: str
    due_words: str
    ours: int
    theirs: int
    other: str
    reader_side: str

    @property
    def kind(self) -> str:
        return words_of(self.item.kind)

    @property
    def icon(self) -> str:
        return to_do(self.item.kind).icon

    @property
    def verb(self) -> str:
        return to_do(self.item.kind).button if self.is_mine else "Open"

    @property
    def waits(self) -> str:
        """Under a heading that says which side it waits for: the colleague's name where there is one."""
        return "" if self.is_mine or self.who in (self.place, self.other) else self.who

    @property
    def bar(self) -> SafeString:
        return clock_bar(self.ours, self.theirs)

    @property
    def clock_words(self) -> str:
        """`Your side 3 days, Alpenglow 12 days`; a side that never had the ball is left out."""
        has_it = self.item.side == self.reader_side
        sides = (("your side", self.ours, has_it), (self.other, self.theirs, not has_it))
        said = ", ".join(f"{name} {wording.length(used)}" for name, used, has in sides if used > 0 or has)
        return said[:1].upper() + said[1:]


def rows_of(items: Sequence[DueItem], reader: User, now: datetime) -> list[Row]:
    """The items in words, in their order."""
    vendors, people, addresses = vendors_of(items, reader), people_of(items, reader), addresses_of(items)
    return [row_of(item, reader, now, vendors, people, addresses) for item in items]


def row_of(
    item: DueItem,
    reader: User,
    now: datetime,
    vendors: dict[str, Any],
    people: dict[str, str],
    addresses: dict[tuple[str, str], str],
) -> Row:
    vendor = vendors.get(item.vendor_ref)
    place = others_name(vendor, reader) if vendor else ""
    is_partner = reader.company_kind == PARTNER
    other = place or ("your sponsor" if is_partner else "the CMO")
    state, due_words = due_in_words(item, now)
    return Row(
        item=item,
        url=addresses.get((item.kind, item.record_number))
        or reverse("communications:deadline-detail", args=[item.number]),
        place=place,
        place_url=vendor.get_absolute_url() if vendor and not is_partner else "",
        who=holder_words(item, reader, people, other),
        is_mine=is_mine(item, reader),
        is_late=is_late(item, now),
        state=state,
        due_words=due_words,
        ours=item.used(reader.company_kind, now),
        theirs=item.used(SPONSOR if is_partner else PARTNER, now),
        other=other,
        reader_side=reader.company_kind,
    )


def due_in_words(item: DueItem, now: datetime) -> tuple[str, str]:
    local = timezone.localtime(now)
    if item.due_at is not None:
        return wording.hours_left(item.due_at, local, local.date())
    return wording.days_left(item.due_date, local.date())


def holder_words(item: DueItem, reader: User, people: dict[str, str], other: str) -> str:
    """`You`, a colleague by name, `Your side`, or the other company."""
    if item.side != reader.company_kind:
        return other
    if is_mine(item, reader):
        return "You"
    return people.get(item.holder_ref, "Your side")


def vendors_of(items: Iterable[DueItem], reader: User) -> dict[str, Any]:
    refs = {item.vendor_ref for item in items if item.vendor_ref}
    rows = Vendor.objects.visible_to(reader).select_related("sponsor").filter(number__in=refs)
    return {vendor.number: vendor for vendor in rows} if refs else {}


def people_of(items: Iterable[DueItem], reader: User) -> dict[str, str]:
    """The reader's colleagues who hold one of the items, by number."""
    refs = {item.holder_ref for item in items if item.holder_ref and item.side == reader.company_kind} - {reader.ref}
    return dict(User.objects.visible_to(reader).filter(number__in=refs).values_list("number", "name")) if refs else {}


def addresses_of(items: Iterable[DueItem]) -> dict[tuple[str, str], str]:
    """The pages of the records: without a query where the number is all an address needs, else one query a model."""
    found: dict[tuple[str, str], str] = {}
    asked: dict[Any, set[tuple[str, str]]] = defaultdict(set)
    for item in items:
        key, model = (item.kind, item.record_number), kinds[item.kind].model
        try:
            found[key] = model(number=item.record_number).get_absolute_url()  # type: ignore[attr-defined]
        except ObjectDoesNotExist:
            asked[model].add(key)
    for model, keys in asked.items():
        rows = model._base_manager.select_related().filter(number__in={number for _, number in keys})
        pages = {record.number: record.get_absolute_url() for record in rows}
        found |= {key: pages[key[1]] for key in keys if key[1] in pages}
    return found
