"""What follows what at a CMO: a dated record is no longer owed once a newer one of the same scope has taken its place.

An obligation stands in the due item of its own record. What ends it is often the write of another one, so whoever
adds, renews or retires a record brings its neighbours in step here, in the same transaction. Of two who write at one
place at once the second waits for the first, or each would decide without having seen the other's record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cmo_portal.records import deadlines
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.bulk import lock_many
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.record import Record
from vendors.registry.models import CapacityOffer, Certificate, Site, Vendor
from vendors.registry.supply import Agreement
from vendors.registry.vocabulary import AgreementKind

# What upper subjects owe at a CMO or a site: (record that was written) -> their QuerySets. Their hooks add to it.
further: list[Callable[[Record], Sequence[Any]]] = []


def owed_certificates() -> Any:
    """Certificates that somebody has to renew, before their day and after it, until a newer one of the kind for
    the same, from the same authority, is there or the certificate is retired."""
    return Certificate.objects.current()


def owed_agreements() -> Any:
    """Agreements that came into force and have to be renewed or ended.

    A CDA is followed by any CDA of the CMO that runs longer. Of other kinds several run side by side: only one under
    the same title takes an agreement's place.
    """
    follower = Agreement.objects.filter(
        Q(expires_date__isnull=True) | Q(expires_date__gt=OuterRef("expires_date")),
        Q(kind=AgreementKind.CDA) | Q(title__iexact=OuterRef("title")),
        vendor=OuterRef("vendor"),
        kind=OuterRef("kind"),
        effective_date__isnull=False,
        ended_date__isnull=True,
    )
    rows = Agreement.objects.filter(effective_date__isnull=False, ended_date__isnull=True, vendor__is_retired=False)
    return rows.exclude(Exists(follower.exclude(pk=OuterRef("pk"))))


def is_owed_offer(offer: CapacityOffer, today: date) -> bool:
    """A promise lapses with its own day: nobody can call it any more, and nobody has to do anything about it."""
    site = offer.site
    return not (offer.is_withdrawn or offer.expires_date < today or site.is_retired or site.vendor.is_retired)


@contextmanager
def together(record: Record) -> Iterator[None]:
    """One transaction for the write of `record` and what follows from it. What its neighbours share is locked first:
    the site of a certificate, the CMO of an agreement, a CMO with its sites; records that have none lock nothing."""
    with transaction.atomic():
        with acting_as(SWEEP):  # a lock that the walls kept from a person would be none
            if isinstance(record, Certificate | Site):
                lock_many(Site, [record.site_id if isinstance(record, Certificate) else record.pk])
            elif isinstance(record, Agreement | Vendor):
                lock_many(Vendor, [record.vendor_id if isinstance(record, Agreement) else record.pk])
            if isinstance(record, Vendor):
                lock_many(Site, list(Site.objects.filter(vendor=record.pk).values_list("pk", flat=True)))
        yield
        follow(record)


def follow(record: Record) -> None:
    """Brings the due items around `record` in step, after it was written. Other records have none that depend on it.

    The bookkeeper looks, not the person, who need not see everything that is due there.
    """
    now = timezone.now()
    with acting_as(SWEEP):
        for rows in [*neighbours(record), *(rows for each in further for rows in each(record))]:
            for batch in deadlines.batches(rows):
                deadlines.keep(batch, now)


def neighbours(record: Record) -> Sequence[Any]:
    """QuerySets of what may be owed differently since `record` was written."""
    if isinstance(record, Certificate):
        return (Certificate.objects.filter(site=record.site_id).select_related("site__vendor"),)
    if isinstance(record, Agreement):
        return (Agreement.objects.filter(vendor=record.vendor_id).select_related("vendor"),)
    if isinstance(record, Site):
        return of_sites(site=record.pk)
    if isinstance(record, Vendor):
        return (
            *of_sites(site__vendor=record.pk),
            Agreement.objects.filter(vendor=record.pk).select_related("vendor"),
        )
    return ()


def of_sites(**which: Any) -> tuple[Any, Any]:
    return (
        Certificate.objects.filter(**which).select_related("site__vendor"),
        CapacityOffer.objects.filter(**which).select_related("site__vendor"),
    )


def lapse_offers(today: date) -> int:
    """Closes the due items of promises whose day has passed; returns how many. Safe to run twice.

    today: the latest day on which an offer still stands is the day before it.
    """
    numbers = DueItem.objects.filter(kind="capacity_offer.expires", is_open=True, due_date__lt=today)
    rows = CapacityOffer.objects.filter(number__in=numbers.values("record_number")).select_related("site__vendor")
    done = 0
    for batch in deadlines.batches(rows):
        deadlines.keep(batch, timezone.now())
        done += len(batch)
    return done
