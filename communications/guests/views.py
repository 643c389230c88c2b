"""Pages of whoever asks: all links of the company, those of one record with the form for another, and one link."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page, require
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.guests import actions
from communications.guests.filters import LinkListFilter
from communications.guests.forms import AskForm
from communications.guests.kinds import kinds, of_slug, titles
from communications.guests.models import GuestLink
from communications.guests.vocabulary import OPEN, PILLS, RENEWABLE
from vendors.registry.edits import form_page, refuse
from vendors.registry.history import history_of

LIST = "communications:guest-list"
SORTS = {"newest": ("-created_at", "number"), "ends": ("expires_at", "number")}


def dressed(links: list[Any], request: PersonRequest) -> None:
    """Gives links their state in words, what they are about, and what the reader may do with each."""
    now, user = timezone.now(), request.user
    titles(links, user)
    for link in links:
        state = link.state(now)
        link.state_words, link.pill = state.label, PILLS[state]
        may = user.may(P.GUEST_ASK) and kinds[link.about_type].may_ask(user) and bool(link.item_title)
        link.may_renew, link.may_revoke = may and state in RENEWABLE, may and state in (*OPEN, *RENEWABLE)


@page(P.GUEST_VIEW)
def guest_list(request: PersonRequest) -> HttpResponse:
    """Every link of the company, the newest first."""
    rows = GuestLink.objects.visible_to(request.user)
    filters = LinkListFilter(request.GET, queryset=rows, request=request)
    found = listing(request, filters.qs, sorts=SORTS, noun="link")
    dressed(found.rows, request)
    context = {
        "links": found,
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
    }
    return render_page(request, "communications/guest_list.html", "communications/_guest_rows.html", context)


@page(P.GUEST_VIEW)
def guest_item(request: PersonRequest, kind: str, number: str) -> HttpResponse:
    """The links of one record, and the form that asks somebody else."""
    answerable, user = of_slug(kind), request.user
    record = answerable.get(user, number)
    refusal = answerable.refusal(record)
    may_ask = user.may(P.GUEST_ASK) and answerable.may_ask(user)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(user, P.GUEST_ASK)
        actions.need(user, answerable)
        if form.is_valid():
            try:
                link = actions.ask(record, by=user, **form.cleaned_data)
            except (ValidationError, WrongState) as error:
                refuse(form, error)
            else:
                say(request, f"The link to {link.email} is on its way.")
                return redirect("communications:guest-item", kind, number)
    links = list(GuestLink.objects.visible_to(user).about(record.record_type(), number).order_by("-created_at")[:25])
    dressed(links, request)
    context: dict[str, Any] = {
        "record": record,
        "title": answerable.title(record),
        "links": links,
        "refusal": refusal,
        "may_ask": may_ask,
        "crumbs": [(answerable.title(record), record.get_absolute_url()), ("By link", "")],
        "is_item": True,
    }
    if may_ask and not refusal:
        context["form"] = form
    return render_page(request, "communications/guest_item.html", None, context)


def seen_link(request: PersonRequest, number: str) -> Any:
    return get_object_or_404(GuestLink.objects.visible_to(request.user), number=number)


@page(P.GUEST_VIEW)
def guest_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One link: how it stands, what was filed by it, and every use."""
    link = seen_link(request, number)
    dressed([link], request)
    history = history_of(link, request) if request.user.may(P.HISTORY_VIEW) or request.user.may(P.TRAIL_VIEW) else None
    context = {"link": link, "history": history, "crumbs": [("Answers by link", reverse(LIST)), (link.number, "")]}
    return render_page(request, "communications/guest_detail.html", None, context)


@require_POST
@page(P.GUEST_ASK)
def guest_renew(request: PersonRequest, number: str) -> HttpResponse:
    """A new mail with a new address and a new end; the older address opens nothing from now on."""
    link = seen_link(request, number)
    try:
        actions.renew(link, by=request.user)
    except WrongState as error:
        say(request, str(error))
    except StaleRecord:
        say(request, "It was used at this moment: look at how it stands now.")
    else:
        say(request, f"A new link to {link.email} is on its way.")
    return redirect(link)


@page(P.GUEST_ASK)
def guest_revoke(request: PersonRequest, number: str) -> HttpResponse:
    """Ends a link at once, with the reason."""
    link = seen_link(request, number)
    actions.need(request.user, kinds[link.about_type])
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.revoke(link, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Revoke the link of {link.name}", back=link.get_absolute_url(),
        said=f"{link.name} can open it no longer.", verb="Revoke it",
        crumbs=[("Answers by link", reverse(LIST)), (link.number, link.get_absolute_url())],
    )  # fmt: skip
