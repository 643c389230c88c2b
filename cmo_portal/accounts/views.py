"""Pages about people: the company's people, invitations, roles, the company's settings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts import actions
from cmo_portal.accounts.forms import AcceptForm, CompanyForm, InviteForm, ReasonForm, RolesForm
from cmo_portal.accounts.models import Company, Invitation, Membership
from cmo_portal.accounts.permissions import ROLES
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import SIGN_IN
from cmo_portal.records.context import acting_as
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page, public
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState


@page(P.PEOPLE_VIEW)
def people_list(request: PersonRequest) -> HttpResponse:
    """Who belongs to the company, with roles, and who is invited."""
    words = request.GET.get("q", "").strip()
    rows = Membership.objects.visible_to(request.user).filter(company_id=request.user.company_id)
    if words:
        rows = rows.filter(user__name__icontains=words) | rows.filter(user__email__icontains=words)
    sorts = {"name": ("user__name", "number")}
    found = listing(request, rows.select_related("user"), sorts=sorts, noun="person", plural="people")
    invitations = Invitation.objects.visible_to(request.user).filter(status=Invitation.Status.OPEN).order_by("name")
    context = {
        "people": found,
        "words": words,
        "invitations": invitations[:100] if request.user.may(P.PEOPLE_MANAGE) else [],
        "may_manage": request.user.may(P.PEOPLE_MANAGE),
        "roles": ROLES,
        "now": timezone.now(),
    }
    return render_page(request, "accounts/people_list.html", None, context)


@page(P.PEOPLE_MANAGE)
def people_invite(request: PersonRequest) -> HttpResponse:
    company = request.user.company
    asked = {name: request.GET.get(name, "") for name in ("email", "name")}  # of somebody who wishes for an account
    form = InviteForm(request.POST or None, kind=company.kind, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = actions.invite(company, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            place(form, error)
        else:
            say(request, f"Invitation to {invitation.email} is on its way.")
            return redirect("accounts:people-list")
    return render_page(request, "accounts/people_invite.html", None, {"form": form})


def member(request: PersonRequest, number: str) -> Membership:
    """A colleague of the asking person's own company, or 404."""
    mine = Membership.objects.visible_to(request.user).filter(company_id=request.user.company_id)
    return get_object_or_404(mine.select_related("user", "company"), number=number)


@page(P.PEOPLE_MANAGE)
def person_edit(request: PersonRequest, number: str) -> HttpResponse:
    """A person's roles, and the acts on the account."""
    membership = member(request, number)
    start = {"roles": membership.roles, "name": membership.user.name, "version": membership.version}
    form = RolesForm(request.POST or None, kind=membership.company.kind, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise_member(membership, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            place(form, error)
        else:
            say(request, f"{membership.user.name} saved.")
            return redirect("accounts:people-list")
    context = {"form": form, "membership": membership, "person": membership.user}
    return render_page(request, "accounts/person_edit.html", None, context)


ACTS: dict[str, tuple[str, Any, str]] = {
    "deactivate": ("Deactivate", actions.deactivate, "is deactivated and signed out."),
    "reactivate": ("Reactivate", actions.reactivate, "can sign in again."),
}


@page(P.PEOPLE_MANAGE)
def person_act(request: PersonRequest, number: str, act: str) -> HttpResponse:
    """Deactivates or reactivates, with a reason."""
    membership = member(request, number)
    verb, action, outcome = ACTS[act]
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            action(membership, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            place(form, error)
        else:
            say(request, f"{membership.user.name} {outcome}")
            return redirect("accounts:people-list")
    context = {"form": form, "membership": membership, "person": membership.user, "verb": verb}
    return render_page(request, "accounts/person_act.html", None, context)


@require_POST
@page(P.PEOPLE_MANAGE)
def person_sign_out(request: PersonRequest, number: str) -> HttpResponse:
    person = member(request, number).user
    count = actions.sign_out_everywhere(person, by=request.user)
    say(request, f"{person.name} is signed out everywhere ({count}).")
    return redirect("accounts:people-list")


@require_POST
@page(P.PEOPLE_MANAGE)
def invitation_act(request: PersonRequest, number: str, act: str) -> HttpResponse:
    """Resends or withdraws an invitation."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), number=number)
    try:
        {"resend": actions.resend, "withdraw": actions.withdraw}[act](invitation, by=request.user)
    except WrongState as error:
        say(request, str(error))
    except StaleRecord:
        say(request, "Somebody was faster: look at how the invitation stands now.")
    else:
        say(request, f"{invitation.email}: {'sent again' if act == 'resend' else 'invitation withdrawn'}.")
    return redirect("accounts:people-list")


@public
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person's page. A superseded or used address answers 410 and says what to do."""
    with acting_as(SIGN_IN):  # also for a visitor who is signed in elsewhere
        invitation = Invitation.of_token(token)
    if invitation is None or not invitation.is_open(timezone.now()):
        return render_page(request, "accounts/invitation_ended.html", None, status=410)
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept(invitation, **form.cleaned_data)
        except StaleRecord:
            return render_page(request, "accounts/invitation_ended.html", None, status=410)
        except ValidationError as error:
            form.add_error("password" if len(error.messages) > 1 or "assword" in error.messages[0] else None, error)
        else:
            say(request, "Your account is ready. Sign in with your e-mail and the password you chose.")
            return redirect(f"{reverse('account_login')}")
    return render_page(request, "accounts/invitation_accept.html", None, {"form": form, "invitation": invitation})


@page(P.COMPANY_EDIT)
def company_edit(request: PersonRequest) -> HttpResponse:
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=request.user.company_id)
    form = CompanyForm(request.POST or None, instance=company)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(company, by=request.user, version=form.opened_version, action="company.edit", **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, "Company settings saved.")
            return redirect("accounts:company-edit")
    return render_page(request, "accounts/company_edit.html", None, {"form": form, "company": company})
