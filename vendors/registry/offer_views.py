"""Pages of capacity offers: dated promises that technical operations sign off, and that are withdrawn with a reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from vendors.registry import site_actions
from vendors.registry.edits import form_page
from vendors.registry.forms import OfferForm, SignOffForm
from vendors.registry.history import history_of
from vendors.registry.models import CapacityOffer
from vendors.registry.site_views import found_site, site_crumbs


def found_offer(request: PersonRequest, number: str) -> CapacityOffer:
    rows = CapacityOffer.objects.visible_to(request.user)
    rows = rows.select_related("site__vendor__sponsor", "site__vendor__company")
    offer: CapacityOffer = get_object_or_404(rows, number=number)
    return offer


@page(P.SITE_VIEW)
def offer_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The promise, who stands behind it, and what became of it."""
    offer = found_offer(request, number)
    context: dict[str, Any] = {
        "offer": offer,
        "state": offer.state(timezone.localdate()),
        "crumbs": [*site_crumbs(request, offer.site), (offer.number, "")],
        "may_offer": request.user.may(P.CAPACITY_OFFER) and not offer.is_withdrawn,
        "history": history_of(offer, request) if request.user.may(P.HISTORY_VIEW) else None,
    }
    return render_page(request, "vendors/offer_detail.html", None, context)


@page(P.CAPACITY_OFFER)
def offer_create(request: PersonRequest, number: str) -> HttpResponse:
    site = found_site(request, number)
    form = OfferForm(request.POST or None, instance=CapacityOffer(site=site))

    def act() -> CapacityOffer:
        return site_actions.add_offer(site, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading=f"Offer capacity at {site.name}",
        back=site.get_absolute_url(),
        said="Offer added.",
        verb="Add the offer",
        crumbs=site_crumbs(request, site),
    )


@page(P.CAPACITY_OFFER)
def offer_edit(request: PersonRequest, number: str) -> HttpResponse:
    """Until the sign-off an offer may still change."""
    offer = found_offer(request, number)
    name, back, crumbs = str(offer), offer.get_absolute_url(), site_crumbs(request, offer.site)
    form = OfferForm(request.POST or None, instance=offer)

    def act() -> None:
        site_actions.revise_offer(
            offer, by=request.user, version=form.opened_version, reason=form.reason, **form.values()
        )

    return form_page(request, form, act, heading=f"Edit {name}", back=back, said="Offer saved.", crumbs=crumbs)


@page(P.CAPACITY_OFFER)
def offer_sign_off(request: PersonRequest, number: str) -> HttpResponse:
    """Records who of technical operations stands behind the promise."""
    offer = found_offer(request, number)
    form = SignOffForm(request.POST or None, initial={"signed_off_date": timezone.localdate()})

    def act() -> None:
        site_actions.sign_off_offer(offer, by=request.user, **form.cleaned_data)

    return form_page(
        request,
        form,
        act,
        heading="Record the sign-off",
        back=offer.get_absolute_url(),
        said="Sign-off recorded: the offer stands.",
        verb="Record the sign-off",
        crumbs=[*site_crumbs(request, offer.site), (offer.number, offer.get_absolute_url())],
    )


@page(P.CAPACITY_OFFER)
def offer_withdraw(request: PersonRequest, number: str) -> HttpResponse:
    """Takes the promise back, with the reason. It cannot be called back: make a new offer."""
    offer = found_offer(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        site_actions.withdraw_offer(offer, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        heading=f"Withdraw the offer {offer.number}",
        back=offer.get_absolute_url(),
        said="The offer is withdrawn.",
        verb="Withdraw the offer",
        crumbs=[*site_crumbs(request, offer.site), (offer.number, offer.get_absolute_url())],
    )
