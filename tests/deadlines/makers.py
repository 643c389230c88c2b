"""Certificates that end at chosen days, each with its due item, at a CMO of one's own or at Alpenglow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import write, write_many
from vendors.registry.models import Certificate, Site, Vendor


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def alpenglow() -> Site:
    """A site of Alpenglow as Northgate knows it: the CMO has joined and reads what is shared."""
    found: Site = Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate")
    return found


def certificate(cast: Any, reference: str, ends: date, site: Site | None = None) -> DueItem:
    """The due item of a new certificate that ends on `ends`: of `site`, else of a new site of Alpenglow.

    Each has a site of its own, because a newer certificate of a site ends what was owed of the older.
    """
    if site is None:
        site = Site(vendor=alpenglow().vendor, name=f"Works {reference[:20]}")
        write(site, by=cast.sam, action="test")
    made = Certificate(
        site=site,
        kind="gmp",
        authority="BASG",
        reference=reference,
        issue_date=date(2020, 1, 5),
        expires_date=ends,
    )
    write(made, by=cast.sam, action="certificate.add")
    return item_of(made)


def item_of(made: Certificate) -> DueItem:
    found: DueItem = DueItem.objects.get(kind="certificate.expires", record_number=made.number)
    return found


def change(item: DueItem, **values: Any) -> DueItem:
    DueItem.objects.filter(pk=item.pk).update(**values)
    item.refresh_from_db()
    return item


def silence() -> None:
    """Closes what the demo owes, so that a test sees its own rows only."""
    DueItem.objects.update(is_open=False, closed_at=timezone.now(), next_remind_at=None)


def fill(count: int, cast: Any) -> tuple[Vendor, Site]:
    """`count` items of as many CMOs of Northgate, which wait for Sam, Leo and the CMO, and `count` of Alpenglow."""
    silence()
    vendors = [Vendor(sponsor=cast.sam.company, name=f"Cost Pharma {n:04}") for n in range(count)]
    write_many(vendors, by=cast.sam, action="test")
    owners = [*vendors, *[alpenglow().vendor] * count]
    sites = [Site(vendor=vendor, name=f"Cost site {n:04}") for n, vendor in enumerate(owners)]
    write_many(sites, by=cast.sam, action="test")
    given = {"kind": "gmp", "authority": "BASG", "issue_date": date(2020, 1, 5)}
    rows = [
        Certificate(site=site, reference=f"C-{n}", expires_date=in_days(min(n % count, 79) - 1), **given)
        for n, site in enumerate(sites)
    ]
    write_many(rows, by=cast.sam, action="test")
    for n, who in enumerate((cast.sam, cast.leo)):
        DueItem.objects.filter(record_number__in=[row.number for row in rows[n:count:3]]).update(holder_ref=who.ref)
    theirs = [row.number for row in rows[2:count:3]]
    DueItem.objects.filter(record_number__in=theirs).update(side="partner")
    return vendors[0], sites[0]


def a_moment(days: int = 0, hours: int = 0) -> datetime:
    return timezone.now() + timedelta(days=days, hours=hours)
