"""Verbs of the registry: each is one act of one person on one record, through the one door."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.trail import write
from vendors.registry.models import Contact, Site, Vendor
from vendors.registry.renewals import together

NOUNS = {
    "vendor": "cmo",
    "site": "site",
    "formerfei": "former_fei",
    "contact": "contact",
    "containmentband": "band",
    "capability": "capability",
    "capacityoffer": "offer",
    "certificate": "certificate",
}
RETIRED = "This is retired: take it back into use before you change it."
RETIRED_CMO = "The CMO is retired: its sites change again once it is back in use."


def add_vendor(sponsor: Company, *, by: Actor, **values: Any) -> Vendor:
    """A new relation of `sponsor` to a CMO that has not joined yet. Raises ValidationError."""
    vendor = Vendor(sponsor=sponsor, **values)
    write(vendor, by=by, action="cmo.add")
    return vendor


def revise_vendor(vendor: Vendor, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Raises ValidationError, or StaleRecord when somebody was faster."""
    revise(vendor, by=by, version=version, reason=reason, **values)


def add_contact(vendor: Vendor, *, by: Actor, **values: Any) -> Contact:
    """A person at the CMO. Raises ValidationError."""
    refuse_retired(vendor)
    contact = Contact(vendor=vendor, **values)
    write(contact, by=by, action="contact.add")
    return contact


def revise(record: Record, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Sets `values` on a record of the registry. Raises ValidationError or StaleRecord."""
    refuse_retired(record)
    for name, value in values.items():
        setattr(record, name, value)

    def put() -> None:
        write(record, by=by, action=verb(record, "revise"), version=version, reason=reason)

    if isinstance(record, Site | Vendor):  # what is owed there changes when they go out of use, not with a word
        put()
        return
    with together(record):
        put()


def retire(record: Record, *, by: Actor, reason: str) -> None:
    """Takes a record out of use; nothing is deleted, and `restore` takes it back. Raises ValidationError."""
    require_reason(reason)
    if record.is_retired:  # type: ignore[attr-defined]
        raise ValidationError("This is retired already.")
    record.is_retired = True  # type: ignore[attr-defined]
    with together(record):
        write(record, by=by, action=verb(record, "retire"), reason=reason)


def restore(record: Record, *, by: Actor, reason: str = "") -> None:
    """Takes a retired record back into use. Raises ValidationError where its name or FEI was given away meanwhile, and
    for a merged CMO: everything of it belongs to another one, to which its addresses lead."""
    if getattr(record, "merged_into_id", None) is not None:
        raise ValidationError("This CMO was merged into another one and cannot be taken back into use.")
    record.is_retired = False  # type: ignore[attr-defined]
    with together(record):
        write(record, by=by, action=verb(record, "restore"), reason=reason)


def verb(record: Record, act: str) -> str:
    """`site.retire`: the name of an act in the trail."""
    return f"{NOUNS[record._meta.model_name or '']}.{act}"


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Write why: the reason stands in the trail."})


def refuse_retired(record: Record) -> None:
    """Nothing changes at what is retired, nor at a site of a retired CMO."""
    vendor = record.vendor if isinstance(record, Site) else None
    if getattr(record, "is_retired", False) or (vendor is not None and vendor.is_retired):
        raise ValidationError(RETIRED if vendor is None or not vendor.is_retired else RETIRED_CMO)
