"""Pages of a CMO's joining: the sponsor's invitation with its states, and what the invited person opens."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.actions import resend, withdraw
from cmo_portal.accounts.forms import AcceptForm
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page, public
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.registry import joining_actions as actions
from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.edits import refuse
from vendors.registry.forms import suggest_countries
from vendors.registry.models import Vendor
from vendors.registry.moved import refuse_merged
from vendors.registry.views import found_vendor, own_register

SORTS = {"name": ("sort_name", "number")}


class InviteCmoForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Of somebody at the CMO who may act for it. The mail goes here.")
    name = forms.CharField(max_length=120, label="Their name")


class NewCompanyForm(AcceptForm):
    """The CMO's own words about itself, and its first person's."""

    company = forms.CharField(max_length=200, label="Your company's name")
    country = forms.CharField(required=False)
    field_order = ["company", "country", "name", "password"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        suggest_countries(self)


@page(P.CMO_INVITE)
def joining_list(request: PersonRequest) -> HttpResponse:
    """The CMOs that have not joined, by name alone, each with how its invitation stands."""
    rows = own_register(request).live().filter(company__isnull=True)
    found = listing(request, rows, sorts=SORTS, noun="CMO")
    invitations = CmoInvitation.objects.visible_to(request.user).filter(vendor__in=found.rows, status="open")
    by_vendor = {invitation.vendor_id: invitation for invitation in invitations}
    for vendor in found.rows:
        vendor.invitation = by_vendor.get(vendor.pk)
    return render_page(request, "vendors/joining_list.html", None, {"cmos": found, "now": timezone.now()})


def vendor_to_join(request: PersonRequest, number: str) -> Vendor:
    vendor = found_vendor(request, number)
    refuse_merged(vendor)
    return vendor


@page(P.CMO_INVITE)
def cmo_invite(request: PersonRequest, number: str) -> HttpResponse:
    """How the CMO's invitation stands, the earlier ones, and the form for a new one while none is open."""
    vendor = vendor_to_join(request, number)
    invitations = list(
        CmoInvitation.objects.visible_to(request.user).filter(vendor=vendor).order_by("-created_at")[:20]
    )
    is_open = any(invitation.status == CmoInvitation.Status.OPEN for invitation in invitations)
    asked = {name: request.GET.get(name, "") for name in ("email", "name")}  # of somebody who wishes for an account
    form = InviteCmoForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = actions.invite_cmo(vendor, by=request.user, **form.cleaned_data)
        except (ValidationError, WrongState) as error:
            refuse(form, error)
        else:
            say(request, f"The invitation to {invitation.email} is on its way.")
            return redirect("vendors:cmo-invite", number)
    may_invite = not is_open and vendor.company_id is None and not vendor.is_retired
    context = {
        "vendor": vendor,
        "invitations": invitations,
        "now": timezone.now(),
        "may_read": request.user.may(P.CMO_VIEW),
    }
    return render_page(request, "vendors/cmo_invite.html", None, context | ({"form": form} if may_invite else {}))


@require_POST
@page(P.CMO_INVITE)
def cmo_invite_act(request: PersonRequest, number: str, act: str) -> HttpResponse:
    """Resends or withdraws the CMO's open invitation."""
    vendor = vendor_to_join(request, number)
    rows = CmoInvitation.objects.visible_to(request.user).filter(vendor=vendor, status=CmoInvitation.Status.OPEN)
    invitation = rows.select_related("vendor__sponsor").first()
    try:
        if invitation is None:
            raise WrongState("There is no open invitation: it was accepted or withdrawn.")
        {"resend": resend, "withdraw": withdraw}[act](invitation, by=request.user)
    except WrongState as error:
        say(request, str(error))
    except StaleRecord:
        say(request, "Somebody was faster: look at how the invitation stands now.")
    else:
        say(request, f"{invitation.email}: {'sent again' if act == 'resend' else 'invitation withdrawn'}.")
    return redirect("vendors:cmo-invite", number)


@public
def joining_accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail's address opens: a form for a new company, or the word of an administrator who has signed in."""
    invitation = actions.of_address(token)
    if invitation is None:
        return ended(request)
    if isinstance(request.user, User):
        return accept_signed_in(request, invitation, request.user)
    if actions.has_account(invitation):
        login = f"{reverse('account_login')}?next={request.path}"
        return render_page(
            request, "vendors/joining_sign_in.html", None, {"invitation": invitation, "login_url": login}
        )
    form = NewCompanyForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept_as_new(invitation, **form.cleaned_data)
        except StaleRecord:
            return ended(request)
        except ValidationError as error:
            form.add_error("password" if "assword" in error.messages[0] else None, error.messages)
        else:
            say(request, "Your company has joined. Sign in with your e-mail and the password you chose.")
            return redirect("account_login")
    context = {"form": form, "invitation": invitation, "verb": "Join"}
    return render_page(request, "vendors/joining_accept.html", None, context)


def accept_signed_in(request: HttpRequest, invitation: CmoInvitation, person: User) -> HttpResponse:
    refusal = actions.refusal(invitation, person)
    if request.method == "POST" and not refusal:
        try:
            actions.accept_for_company(invitation, by=person)
        except StaleRecord:
            return ended(request)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            say(request, f"{person.company.name} works with {invitation.vendor.sponsor.name} on the portal now.")
            return redirect("home")
    context = {"invitation": invitation, "company": person.company, "refusal": refusal}
    return render_page(request, "vendors/joining_confirm.html", None, context, status=403 if refusal else 200)


def ended(request: HttpRequest) -> HttpResponse:
    return render_page(request, "accounts/invitation_ended.html", None, status=410)
