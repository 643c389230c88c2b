"""Verbs of the registry: each is one act of one person on one record, through the one door."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from cmo_portal.accounts.models import Company, Partnership
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.trail import write, write_many
from vendors.registry.models import Contact, Vendor

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
    write(record, by=by, action=verb(record, "revise"), version=version, reason=reason)


def retire(record: Record, *, by: Actor, reason: str) -> None:
    """Takes a record out of use; nothing is deleted, and `restore` takes it back. Raises ValidationError."""
    require_reason(reason)
    if record.is_retired:  # type: ignore[attr-defined]
        raise ValidationError("This is retired already.")
    record.is_retired = True  # type: ignore[attr-defined]
    write(record, by=by, action=verb(record, "retire"), reason=reason)


def restore(record: Record, *, by: Actor, reason: str = "") -> None:
    """Takes a retired record back into use. Raises ValidationError where its name or FEI was given away meanwhile."""
    record.is_retired = False  # type: ignore[attr-defined]
    write(record, by=by, action=verb(record, "restore"), reason=reason)


def connect_company(vendor: Vendor, company: Company, *, by: Actor) -> None:
    """The CMO has joined: from now on its people read what this relation shares.

    Raises ValidationError unless sponsor and CMO are linked as partners, and for a second company.
    """
    if not Partnership.objects.filter(sponsor=vendor.sponsor, partner=company).exists():
        raise ValidationError(f"{company.name} does not work with {vendor.sponsor.name} here: invite it first.")
    if vendor.company_id not in {None, company.pk}:
        raise ValidationError("Another company has joined under this CMO already.")
    with transaction.atomic():
        vendor.company = company
        write(vendor, by=by, action="cmo.connect")
        for model, path in below_vendor():
            rows = list(model.objects.filter(**{path: vendor}))  # type: ignore[attr-defined]
            write_many(rows, by=by, action="cmo.connect")


def below_vendor() -> list[tuple[type[Record], str]]:
    """Every model whose wall follows a vendor's company, with its path to the vendor."""
    end = "vendor__company"
    return [
        (model, model.scope.partner.removesuffix("__company"))
        for model in apps.get_models()
        if issubclass(model, Record) and model.scope.partner.endswith(end)
    ]


def verb(record: Record, act: str) -> str:
    """`site.retire`: the name of an act in the trail."""
    return f"{NOUNS[record._meta.model_name or '']}.{act}"


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Write why: the reason stands in the trail."})


def refuse_retired(record: Record) -> None:
    if getattr(record, "is_retired", False):
        raise ValidationError(RETIRED)
