"""What happens when a CMO's company joins: the relation names the company, and every row of it learns its new wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction

from cmo_portal.accounts.actions import link_companies
from cmo_portal.accounts.models import Company, Kind
from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import Record
from cmo_portal.records.trail import write, write_many
from vendors.registry.models import Vendor

BATCH = 500


def join_company(vendor: Vendor, company: Company, by: Actor) -> int:
    """Sets the company of `vendor`, links the two companies, and restamps every row that belongs to the relation.

    All in one transaction, each row with an entry in its trail. Returns how many rows were restamped. Joining the
    same company again changes nothing. Raises ValidationError with the sentence for the form.
    """
    if company.kind != Kind.PARTNER:
        raise ValidationError(f"{company.name} is a sponsor: only a CMO's company can join as a CMO.")
    if vendor.is_retired:
        raise ValidationError(f"{vendor.name} is retired: bring it back before its company joins.")
    if vendor.company_id not in (None, company.pk):
        raise ValidationError(f"{vendor.name} has joined as another company already.")
    other = Vendor.objects.live().filter(sponsor=vendor.sponsor_id, company=company).exclude(pk=vendor.pk).first()
    if other is not None:
        raise ValidationError(f"{company.name} has joined as {other.name} ({other.number}): merge the two CMOs first.")
    with transaction.atomic():
        vendor.company = company
        write(vendor, by=by, action="cmo.join", details={"company": company.number})
        link_companies(vendor.sponsor, company, by=by)
        return restamp(vendor, by=by)


def restamp(vendor: Vendor, *, by: Actor) -> int:
    """Copies the walls again onto every row whose Scope line goes through `vendor`, and onto their files."""
    with transaction.atomic():
        return sum(restamp_model(model, path, vendor, by=by) for model, path in models_of_vendor())


def models_of_vendor() -> list[tuple[type[Record], str]]:
    """(model, path to its vendor) of every record that a CMO may read because of its relation to the sponsor.

    A record that the database lets nobody change keeps the walls it was written with: it is written only between two
    companies of which both are here, and neither ever changes.
    """
    found = []
    for model in apps.get_models():
        if issubclass(model, Record) and model is not Vendor and not getattr(model, "append_only", False):
            path = path_to_vendor(model, model.scope.partner)
            if path:
                found.append((model, path))
    return found


def path_to_vendor(model: type[Record], scope_path: str) -> str:
    """`site__vendor` of `site__vendor__company`; empty where the path does not pass a vendor."""
    current: Any = model
    parts = scope_path.split("__") if scope_path else []
    for place, part in enumerate(parts):
        current = current._meta.get_field(part).related_model
        if current is Vendor:
            return "__".join(parts[: place + 1])
    return ""


def restamp_model(model: type[Record], path: str, vendor: Vendor, *, by: Actor) -> int:
    rows = model._base_manager.filter(**{path: vendor.pk}).select_related(path)
    moved = 0
    for batch in in_batches(rows):
        changed = write_many(batch, by=by, action=f"{model._meta.model_name}.restamp")
        if changed:
            restamp_files(batch, by=by)
        moved += changed
    return moved


def restamp_files(records: list[Record], *, by: Actor) -> None:
    """A file copies its record's walls when it is added, so it must follow them; it stays shared or not as it was."""
    about = {record.number: record for record in records}
    files = Attachment.objects.filter(about_type=records[0].record_type(), about_number__in=list(about))
    for batch in in_batches(files):
        for file in batch:
            file.wall_partner = about[file.about_number].wall_partner
        write_many(batch, by=by, action="attachment.restamp")


def in_batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows in the order of their keys, some hundred at a time, so that memory stays flat."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
