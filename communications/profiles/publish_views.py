"""Pages on which a CMO publishes its profile and withdraws it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from cmo_portal.records.workflow import WrongState
from communications.profiles import actions, publishing
from communications.profiles.forms import PublishForm, section_choices
from communications.profiles.own_views import OWN, TITLE
from communications.profiles.sharing import shares_of
from communications.profiles.words import overview
from vendors.registry.edits import form_page
from vendors.registry.models import Vendor


def choices_of(request: PersonRequest) -> list[tuple[str, str]]:
    """The sections that hold an answer."""
    profile, user = actions.profile_of(request.user), request.user
    counts = {state.section.code: state.given for state in overview(profile, user)}
    return section_choices(actions.sections_of(profile, user), counts)


def beginning(request: PersonRequest, choices: list[tuple[str, str]]) -> dict[str, Any]:
    """What the form begins with: the sponsor asked for, with the sections it reads now; otherwise what is open."""
    asked = request.GET.get("to", "")
    share = next((row for row in shares_of(request.user) if row.vendor.number == asked), None)
    known = [code for code, label in choices if "confidential" not in label]
    if share is not None and share.said is not None:
        known = [section["code"] for section in share.said.sections]
    return {"vendors": [asked] if share else [], "sections": known, "seen": ""}


@page(P.PROFILE_PUBLISH)
def profile_publish(request: PersonRequest) -> HttpResponse:
    """Chooses sponsors and sections and publishes a version to each."""
    user = request.user
    choices = choices_of(request)
    begun = beginning(request, choices) if request.method != "POST" else {}
    if request.method != "POST":
        begun["seen"] = publishing.seen_now(actions.profile_of(user), user)
    form = PublishForm(request.POST or None, rows=publishing.relations(user), sections=choices, initial=begun)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = publishing.publish(form.chosen(), given["sections"], by=user, note=given["note"], seen=given["seen"])
        except WrongState as error:
            form.add_error(None, str(error))
            sent: Any = request.POST.copy()
            sent["seen"] = publishing.seen_now(actions.profile_of(user), user)
            form.data = sent
        except ValidationError as error:
            place(form, error)
        else:
            names = " and ".join(fact.vendor.sponsor.name for fact in made)
            say(request, f"Published to {names}.")
            return redirect(OWN)
    context = {"publish_form": form, "has_answers": bool(choices), "crumbs": [(TITLE, reverse(OWN)), ("Publish", "")]}
    return render_page(request, "communications/profile_publish.html", None, context)


@page(P.PROFILE_PUBLISH)
def profile_withdraw(request: PersonRequest, number: str) -> HttpResponse:
    """Ends what one sponsor reads. number: of the relation."""
    rows = Vendor.objects.visible_to(request.user).filter(company=request.user.company_id).select_related("sponsor")
    vendor = get_object_or_404(rows, number=number)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].help_text = f"{vendor.sponsor.name} reads it."

    def act() -> None:
        publishing.withdraw(vendor, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Withdraw the profile from {vendor.sponsor.name}", back=reverse(OWN),
        said=f"Withdrawn: {vendor.sponsor.name} reads nothing of it any more.", verb="Withdraw it",
        crumbs=[(TITLE, reverse(OWN)), ("Withdraw", "")], template="communications/profile_withdraw.html",
        more={"sponsor": vendor.sponsor.name},
    )  # fmt: skip
