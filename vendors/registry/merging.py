"""Merges two CMOs of a sponsor that are one: the survivor keeps its number, everything of the other moves to it.

All in one transaction and each move in the trail of its own record. What cannot stand twice is either merged (sites of
one FEI, bands of one site) or the whole merge is refused with a sentence that says what to settle first.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.bulk import lock_many
from cmo_portal.records.deadlines import wake
from cmo_portal.records.record import Record
from cmo_portal.records.trail import write
from vendors.registry.joining import join_company, restamp
from vendors.registry.models import Capability, ContainmentBand, FormerFei, Site, Vendor
from vendors.registry.renewals import follow
from vendors.registry.supply import DistinctPair

OF_A_CMO = ("country", "website", "oms_organisation", "manager")
OF_A_SITE = ("address", "city", "postcode", "country", "duns", "oms_location")
STAYS = (DistinctPair, Vendor)  # what is about the two CMOs themselves
ONE_OF_BOTH = "Both CMOs have the same: {}. Settle one of the two first, then merge."


def merge_vendors(survivor: Vendor, other: Vendor, *, by: Actor, reason: str) -> int:
    """Moves every row of `other` to `survivor` and retires it. Returns how many rows moved.

    Raises PermissionDenied, or ValidationError with the sentence why the two cannot be merged as they stand.
    """
    if not by.may(P.CMO_MERGE):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "Write how you know that these two are one."})
    with transaction.atomic():
        survivor, other = hold(survivor, other)
        refuse_impossible(survivor, other)
        other.is_retired, other.merged_into = True, survivor
        write(other, by=by, action="cmo.merge", reason=reason, details={"into": survivor.number})
        if other.company is not None and survivor.company is None:
            join_company(survivor, other.company, by=by)  # first, so that no row that the CMO reads leaves its sight
        moved = move_sites(survivor, other, by=by, reason=reason)
        for model, name in pointing_at(Vendor):
            if model is not Site:
                moved += move_rows(model, name, other, survivor, by=by, reason=reason)
        moved += move_files(other, survivor, by=by)
        fill_gaps(survivor, other, OF_A_CMO, "cmo.merge", by=by, reason=reason)
        restamp(survivor, by=by)
        follow(survivor)
        about = Q(wall_owner=survivor.wall_owner, vendor_ref__in=[survivor.number, other.number])
        wake(about, timezone.now(), vendor_ref=survivor.number)  # its policies and its manager are theirs now
    return moved


def hold(survivor: Vendor, other: Vendor) -> tuple[Vendor, Vendor]:
    """Both as they are stored now, held until the end, in one order whoever asks: of two merges that meet, the second
    waits and then finds what the first has made of them. Without it each could retire the CMO that the other keeps.
    Their sites after them, as `renewals.together` does: whoever renews a certificate there takes its site first."""
    rows = lock_many(Vendor, [survivor.pk, other.pk])
    lock_many(Site, list(Site.objects.filter(vendor__in=rows).values_list("pk", flat=True)))
    held: Any = [rows[vendor.pk] for vendor in (survivor, other)]
    return held[0], held[1]


def refuse_impossible(survivor: Vendor, other: Vendor) -> None:
    if survivor.pk == other.pk:
        raise ValidationError("Choose two CMOs: one cannot be merged with itself.")
    if survivor.sponsor_id != other.sponsor_id:
        raise ValidationError("Only CMOs of one sponsor can be merged.")
    for vendor in (survivor, other):
        if vendor.is_retired:
            raise ValidationError(f"{vendor.name} is retired: only CMOs in use can be merged.")
    if survivor.company_id and other.company_id and survivor.company_id != other.company_id:
        raise ValidationError("Two different companies have joined as these CMOs: they are not one.")


def pointing_at(target: type[Record]) -> list[tuple[type[Record], str]]:
    """(model, field) of every record that points at `target`, in the order of their tables. What a company keeps for
    itself, like a draft of a CMO, is not the sponsor's to move: it follows the merged CMO when it is used."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, Record) or model in STAYS or model.scope.owner == "company":
            continue
        for f in model._meta.concrete_fields:
            if isinstance(f, models.ForeignKey) and f.related_model is target:
                found.append((model, f.name))
    return found


def move_sites(survivor: Vendor, other: Vendor, *, by: Actor, reason: str) -> int:
    """Moves the sites; one whose FEI the survivor has already becomes one with it."""
    mine = {site.fei: site for site in survivor.sites.filter(is_retired=False).exclude(fei="")}
    moved = 0
    for site in other.sites.order_by("pk"):
        twin = mine.get(site.fei) if not site.is_retired else None
        if twin is not None:
            moved += join_sites(twin, site, by=by, reason=reason)
        site.vendor = survivor
        relocate(site, by=by, reason=reason)
        moved += 1
    return moved


def join_sites(kept: Site, gone: Site, *, by: Actor, reason: str) -> int:
    """Moves what hangs on `gone` to `kept`, fills what `kept` leaves open, and retires `gone`."""
    bands = join_bands(kept, gone, by=by, reason=reason)
    moved = 0
    for model, name in pointing_at(Site):
        if model is ContainmentBand:
            continue
        if model is FormerFei:
            known = set(kept.former_feis.values_list("fei", flat=True))
            rows: Any = FormerFei.objects.filter(site=gone).exclude(fei__in=known)
        else:
            rows = model._base_manager.filter(**{name: gone})
        for row in rows.order_by("pk"):
            setattr(row, name, kept)
            if isinstance(row, Capability) and row.band_id in bands:
                row.band = bands[row.band_id]
            if hasattr(row, "vendor_id"):
                row.vendor = kept.vendor
            relocate(row, by=by, reason=reason)
            moved += 1
    moved += move_files(gone, kept, by=by)
    fill_gaps(kept, gone, OF_A_SITE, "site.merge", by=by, reason=reason)
    gone.is_retired = True
    write(gone, by=by, action="site.merge", reason=reason, details={"into": kept.number})
    return moved


def join_bands(kept: Site, gone: Site, *, by: Actor, reason: str) -> dict[int, ContainmentBand]:
    """Old key -> band of `kept`. A band that `kept` has under the same name must have the same limits."""
    mine = {band.name: band for band in kept.bands.all()}
    found = {}
    for band in gone.bands.order_by("pk"):
        twin = mine.get(band.name)
        if twin is None:
            key = band.pk
            band.site = kept
            relocate(band, by=by, reason=reason)
            found[key] = band
        elif (twin.oel_from, twin.oel_to) == (band.oel_from, band.oel_to):
            found[band.pk] = twin
        else:
            where = f"the containment band {band.name} of {kept.name}, with different limits"
            raise ValidationError(ONE_OF_BOTH.format(where))
    return found


def fill_gaps(kept: Record, gone: Record, names: tuple[str, ...], action: str, *, by: Actor, reason: str) -> None:
    """What only the merged record knew (address, website, DUNS) is not lost."""
    for name in names:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    write(kept, by=by, action=action, reason=reason, details={"from": gone.number})


def move_rows(model: type[Record], name: str, other: Vendor, survivor: Vendor, *, by: Actor, reason: str) -> int:
    moved = 0
    for row in model._base_manager.filter(**{name: other}).order_by("pk"):
        setattr(row, name, survivor)
        relocate(row, by=by, reason=reason)
        moved += 1
    return moved


def relocate(row: Record, *, by: Actor, reason: str) -> None:
    """Writes a moved row; where the survivor has the like already, the whole merge is refused."""
    noun = type(row)._meta.verbose_name
    try:
        write(row, by=by, action=f"{type(row)._meta.model_name}.move", reason=reason)
    except ValidationError as error:
        what = f"{noun} “{row}” ({error.messages[0].rstrip('.')})"
        raise ValidationError(ONE_OF_BOTH.format(what)) from error


def move_files(gone: Record, kept: Record, *, by: Actor) -> int:
    """Files of the merged record stand on the survivor's page from now on."""
    rows = Attachment.objects.filter(about_type=gone.record_type(), about_number=gone.number)
    moved = 0
    for file in rows.order_by("pk"):
        file.about_number, file.wall_partner = kept.number, kept.wall_partner
        write(file, by=by, action="attachment.move")
        moved += 1
    return moved
