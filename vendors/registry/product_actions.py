"""Verbs of products, of who supplies them, and of batches: each one act, through the one door."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.trail import write
from vendors.registry.actions import require_reason
from vendors.registry.models import Site
from vendors.registry.supply import Batch, Product, Supply
from vendors.registry.vocabulary import SupplyStage
from vendors.registry.workflows import BATCH


def add_product(sponsor: Company, *, by: Actor, **values: Any) -> Product:
    product = Product(sponsor=sponsor, **values)
    write(product, by=by, action="product.add")
    return product


def revise_product(product: Product, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    """Raises ValidationError, or StaleRecord when somebody was faster."""
    if product.is_retired:
        raise ValidationError("This product is retired: bring it back before you change it.")
    revise(product, "product.revise", by=by, version=version, reason=reason, **values)


def retire_product(product: Product, *, by: Actor, reason: str) -> None:
    """Takes the product off the lists; its page and rows stay. Raises ValidationError while a site supplies it."""
    require_reason(reason)
    running = product.supplies.filter(is_retired=False).exclude(stage=SupplyStage.ENDED).count()
    if running:
        sites = "A site still supplies" if running == 1 else f"{running} sites still supply"
        raise ValidationError(f"{sites} this product: end the supply first.")
    revise(product, "product.retire", by=by, reason=reason, is_retired=True)


def bring_back_product(product: Product, *, by: Actor, reason: str) -> None:
    require_reason(reason)
    revise(product, "product.bring_back", by=by, reason=reason, is_retired=False)


def add_supply(product: Product, site: Site, *, by: Actor, **values: Any) -> Supply:
    """`site` does a service for `product`. Raises ValidationError, at `site` where it cannot."""
    if product.is_retired:
        raise ValidationError("This product is retired: bring it back before a site supplies it.")
    if site.is_retired or site.vendor.is_retired:
        raise ValidationError({"site": f"{site.name} is retired: choose a site in use."})
    supply = Supply(product=product, site=site, **values)
    write(supply, by=by, action="supply.add")
    return supply


def revise_supply(supply: Supply, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    if supply.is_retired:
        raise ValidationError("This row was removed: add it again.")
    revise(supply, "supply.revise", by=by, version=version, reason=reason, **values)


def remove_supply(supply: Supply, *, by: Actor, reason: str) -> None:
    """Takes a row away that should never have stood there; a supply that ended gets the stage Ended instead."""
    require_reason(reason)
    if supply.batches.exists():
        raise ValidationError("This supply has batches: set its stage to Ended instead of removing it.")
    revise(supply, "supply.remove", by=by, reason=reason, is_retired=True)


def add_batch(supply: Supply, *, by: Actor, **values: Any) -> Batch:
    """A planned batch. One that was made before today may be moved on from that day."""
    if supply.is_retired:
        raise ValidationError("This supply was removed: add the batch to one in use.")
    today, made = timezone.localdate(), values.get("made_date")
    batch = Batch(supply=supply, status_date=min(made, today) if made else today, **values)
    write(batch, by=by, action="batch.add")
    return batch


def revise_batch(batch: Batch, *, by: Actor, version: int | None = None, reason: str = "", **values: Any) -> None:
    revise(batch, "batch.revise", by=by, version=version, reason=reason, **values)


def move_batch(
    batch: Batch,
    name: str,
    *,
    by: Actor,
    reason: str = "",
    version: int | None = None,
    credentials: None = None,
    status_date: date | None = None,
) -> None:
    """Moves a batch as of `status_date` (today where none is given), never a day ahead or before its last move.

    Raises ValidationError at the date, and what `Workflow.perform` raises.
    """
    today = timezone.localdate()
    day = status_date or today
    if day > today:
        raise ValidationError({"status_date": "Give a day that has come: a move is recorded when it happened."})
    if batch.status_date and day < batch.status_date:
        since = batch.status_date.isoformat()
        raise ValidationError(
            {"status_date": f"The batch has stood there since {since}: give that day or a later one."}
        )
    before, batch.status_date = batch.status_date, day
    try:
        BATCH.perform(batch, name, by=by, reason=reason, version=version)
    except Exception:
        batch.status_date = before
        raise


def revise(
    record: Record, action: str, *, by: Actor, version: int | None = None, reason: str = "", **values: Any
) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    write(record, by=by, action=action, version=version, reason=reason)
