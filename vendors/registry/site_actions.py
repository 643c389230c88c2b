"""Verbs of sites: what a site is, what it can do, which certificates it holds and which capacity it promises."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from vendors.registry.actions import refuse_retired, require_reason
from vendors.registry.models import (
    Capability,
    CapacityOffer,
    Certificate,
    ContainmentBand,
    FormerFei,
    Site,
    Vendor,
)
from vendors.registry.renewals import together

SIGNED = "Technical operations have signed this offer off: withdraw it and make a new one."


def add_site(vendor: Vendor, *, by: Actor, **values: Any) -> Site:
    """Raises ValidationError, with a wrong FEI or DUNS named at its field."""
    refuse_retired(vendor)
    site = Site(vendor=vendor, **values)
    write(site, by=by, action="site.add")
    return site


def add_former_fei(site: Site, *, by: Actor, **values: Any) -> FormerFei:
    """A FEI that was merged into the site's own: what authorities wrote under it belongs to the site."""
    refuse_retired(site)
    former = FormerFei(site=site, **values)
    write(former, by=by, action="former_fei.add")
    return former


def add_band(site: Site, *, by: Actor, **values: Any) -> ContainmentBand:
    refuse_retired(site)
    band = ContainmentBand(site=site, **values)
    write(band, by=by, action="band.add")
    return band


def add_capability(site: Site, *, by: Actor, **values: Any) -> Capability:
    refuse_retired(site)
    capability = Capability(site=site, **values)
    write(capability, by=by, action="capability.add")
    return capability


def add_certificate(site: Site, *, by: Actor, **values: Any) -> Certificate:
    refuse_retired(site)
    certificate = Certificate(site=site, **values)
    with together(certificate):
        write(certificate, by=by, action="certificate.add")
    return certificate


def add_offer(site: Site, *, by: Actor, **values: Any) -> CapacityOffer:
    """A promise of capacity; it stands once technical operations have signed it off."""
    refuse_retired(site)
    offer = CapacityOffer(site=site, **values)
    refuse_future(offer.signed_off_date)
    write(offer, by=by, action="offer.add")
    return offer


def revise_offer(
    offer: CapacityOffer, *, by: Actor, version: int | None = None, reason: str = "", **values: Any
) -> None:
    """Only before the sign-off: a promise that was given is withdrawn, never bent. Raises ValidationError."""
    stored = CapacityOffer.objects.get(pk=offer.pk)
    if stored.is_withdrawn:
        raise ValidationError("This offer is withdrawn.")
    if stored.signed_off_by:
        raise ValidationError(SIGNED)
    for name, value in values.items():
        setattr(offer, name, value)
    refuse_future(offer.signed_off_date)
    write(offer, by=by, action="offer.revise", version=version, reason=reason)


def sign_off_offer(offer: CapacityOffer, *, by: Actor, signed_off_by: str, signed_off_date: date) -> None:
    """Records who of technical operations stands behind the promise, and since when. Raises ValidationError."""
    if offer.is_withdrawn:
        raise ValidationError("This offer is withdrawn.")
    if offer.signed_off_by:
        raise ValidationError(SIGNED)
    refuse_future(signed_off_date)
    offer.signed_off_by, offer.signed_off_date = signed_off_by, signed_off_date
    write(offer, by=by, action="offer.sign_off")


def withdraw_offer(offer: CapacityOffer, *, by: Actor, reason: str) -> None:
    """Raises ValidationError without a reason, or when it is withdrawn already."""
    require_reason(reason)
    if offer.is_withdrawn:
        raise ValidationError("This offer is withdrawn already.")
    offer.is_withdrawn = True
    write(offer, by=by, action="offer.withdraw", reason=reason)


def refuse_future(day: date | None) -> None:
    if day is not None and day > timezone.localdate():
        raise ValidationError({"signed_off_date": "A sign-off is dated today or earlier."})
