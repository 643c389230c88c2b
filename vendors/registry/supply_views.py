"""Pages of who supplies a product and of the batches made: one row with its batches, and every change of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page, require
from cmo_portal.records.moves import move_page
from vendors.registry import product_actions as actions
from vendors.registry.edits import form_page
from vendors.registry.history import history_of
from vendors.registry.product_views import crumbs_of, found_product
from vendors.registry.supply import Batch, Supply
from vendors.registry.supply_forms import BatchForm, BatchMoveForm, SupplyForm
from vendors.registry.vocabulary import BatchStatus
from vendors.registry.workflows import BATCH

PILLS = {
    BatchStatus.PLANNED: "",
    BatchStatus.IN_PROCESS: "info",
    BatchStatus.TESTING: "info",
    BatchStatus.RELEASED: "ok",
    BatchStatus.REJECTED: "bad",
}


def found_supply(request: PersonRequest, number: str) -> Supply:
    rows = Supply.objects.visible_to(request.user).select_related("product__sponsor", "site__vendor")
    supply: Supply = get_object_or_404(rows, number=number)
    return supply


def found_batch(request: PersonRequest, number: str) -> Batch:
    rows = Batch.objects.visible_to(request.user).select_related("supply__product__sponsor", "supply__site__vendor")
    batch: Batch = get_object_or_404(rows, number=number)
    return batch


def crumbs_to(supply: Supply) -> list[tuple[str, str]]:
    return [*crumbs_of(supply.product), (str(supply), supply.get_absolute_url())]


@page(P.PRODUCT_VIEW)
def supply_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One site's work for a product, and the batches it made, the newest first."""
    supply = found_supply(request, number)
    rows = Batch.objects.filter(supply=supply)
    batches = listing(request, rows, sorts={"newest": ("-created_at", "number")}, noun="batch", plural="batches")
    for batch in batches.rows:
        batch.supply = supply
        batch.pill = PILLS[batch.status]
        batch.offers = BATCH.offers(batch, request.user)
    context = {
        "supply": supply,
        "batches": batches,
        "may_edit": request.user.may(P.PRODUCT_EDIT) and not supply.is_retired,
        "may_read_history": request.user.may(P.HISTORY_VIEW),
        "crumbs": [*crumbs_of(supply.product), (str(supply), "")],
    }
    return render_page(request, "vendors/supply_detail.html", None, context)


@page(P.HISTORY_VIEW)
def supply_history(request: PersonRequest, number: str) -> HttpResponse:
    """Who changed what of the row, when and why."""
    require(request.user, P.PRODUCT_VIEW)
    supply = found_supply(request, number)
    context = {"supply": supply, "history": history_of(supply, request), "crumbs": crumbs_to(supply)}
    return render_page(request, "vendors/supply_history.html", None, context)


@page(P.PRODUCT_EDIT)
def supply_create(request: PersonRequest, number: str) -> HttpResponse:
    product = found_product(request, number)
    form = SupplyForm(request.POST or None, instance=Supply(product=product), by=request.user)

    def act() -> Supply:
        values = form.values()
        return actions.add_supply(product, values.pop("site"), by=request.user, **values)

    return form_page(
        request,
        form,
        act,
        heading=f"Who supplies {product.code}",
        back=product.get_absolute_url(),
        said="The site is added.",
        verb="Add the site",
        crumbs=crumbs_of(product),
    )


@page(P.PRODUCT_EDIT)
def supply_edit(request: PersonRequest, number: str) -> HttpResponse:
    supply = found_supply(request, number)
    form = SupplyForm(request.POST or None, instance=supply, by=request.user)

    def act() -> None:
        version = form.opened_version
        actions.revise_supply(supply, by=request.user, version=version, reason=form.reason, **form.values())

    heading, back = f"Edit {supply}", supply.get_absolute_url()
    return form_page(request, form, act, heading=heading, back=back, said="Saved.", crumbs=crumbs_to(supply))


@page(P.PRODUCT_EDIT)
def supply_remove(request: PersonRequest, number: str) -> HttpResponse:
    supply = found_supply(request, number)
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: actions.remove_supply(supply, by=request.user, reason=form.cleaned_data["reason"]),
        heading=f"Remove {supply}",
        back=supply.product.get_absolute_url(),
        said="The row is removed.",
        verb="Remove the row",
        crumbs=crumbs_to(supply),
    )


@page(P.PRODUCT_EDIT)
def batch_create(request: PersonRequest, number: str) -> HttpResponse:
    supply = found_supply(request, number)
    form = BatchForm(request.POST or None, instance=Batch(supply=supply))

    def act() -> None:
        actions.add_batch(supply, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading="Add a batch",
        back=supply.get_absolute_url(),
        said="The batch is added as planned.",
        verb="Add the batch",
        crumbs=crumbs_to(supply),
    )


@page(P.PRODUCT_EDIT)
def batch_edit(request: PersonRequest, number: str) -> HttpResponse:
    batch = found_batch(request, number)
    form = BatchForm(request.POST or None, instance=batch)

    def act() -> None:
        actions.revise_batch(batch, by=request.user, version=form.opened_version, reason=form.reason, **form.values())

    heading, back = f"Edit batch {batch.batch_number}", batch.supply.get_absolute_url()
    return form_page(request, form, act, heading=heading, back=back, said="Saved.", crumbs=crumbs_to(batch.supply))


@page(P.PRODUCT_VIEW)
def batch_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """The next status of a batch, on the day it was reached."""
    batch = found_batch(request, number)
    return move_page(
        request,
        batch,
        BATCH,
        name,
        template="vendors/batch_move.html",
        context={"crumbs": crumbs_to(batch.supply), "batch": batch},
        form_class=BatchMoveForm,
        act=actions.move_batch,
        said=f"Batch {batch.batch_number} is moved on.",
        initial={"status_date": timezone.localdate()},
        back_url=reverse("vendors:supply-detail", args=[batch.supply.number]),
    )
