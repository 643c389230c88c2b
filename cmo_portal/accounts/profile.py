"""Pages about the signed-in person alone: profile, theme, API tokens; and the first administrator's page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts import actions
from cmo_portal.accounts.forms import ProfileForm, SetupForm, TokenForm
from cmo_portal.accounts.models import ApiToken, Kind, Theme, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.tokens import make_token, revoke_token
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page, personal, public
from cmo_portal.records.trail import StaleRecord

SETUP_HOURS = 24


@personal
def profile_edit(request: PersonRequest) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user), pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(person, by=request.user, version=form.opened_version, action="profile.edit", **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, "Profile saved.")
            return redirect("accounts:profile-edit")
    return render_page(request, "accounts/profile_edit.html", None, {"form": form, "person": person})


@require_POST
@personal
def theme_edit(request: PersonRequest) -> HttpResponse:
    """Keeps the theme the person switched to."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values:
        raise Http404
    person = get_object_or_404(User.objects.visible_to(request.user), pk=request.user.pk)
    actions.edit(person, by=request.user, version=person.version, action="profile.theme", theme=theme)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(request.headers.get("Referer") or "/") if is_own(request) else redirect("/")


def is_own(request: HttpRequest) -> bool:
    return (request.headers.get("Referer") or "").startswith(request.build_absolute_uri("/"))


@page(P.TOKEN_USE)
def token_list(request: PersonRequest) -> HttpResponse:
    """The person's API tokens; a new one's secret is shown on this page once."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _, secret = make_token(request.user, **form.cleaned_data)
        form = TokenForm()
    tokens = ApiToken.objects.visible_to(request.user).filter(user=request.user, is_revoked=False).order_by("name")
    return render_page(request, "accounts/token_list.html", None, {"form": form, "tokens": tokens, "secret": secret})


@require_POST
@page(P.TOKEN_USE)
def token_revoke(request: PersonRequest, number: str) -> HttpResponse:
    mine = ApiToken.objects.visible_to(request.user).filter(user=request.user)
    revoke_token(get_object_or_404(mine, number=number), by=request.user)
    say(request, "The token is revoked.")
    return redirect("accounts:token-list")


def setup_address() -> str:
    """The one-time path that makes the first administrator; it works while the installation has no account."""
    return reverse("accounts:setup", args=[TimestampSigner(salt="setup").sign("first")])


@public
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the first sponsor and its administrator, once."""
    try:
        TimestampSigner(salt="setup").unsign(token, max_age=SETUP_HOURS * 3600)
    except (BadSignature, SignatureExpired):
        raise Http404 from None
    if User.objects.exists():
        raise Http404
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            with acting_as(SETUP):
                actions.set_up(**values)
        except ValidationError as error:
            place(form, error)
        else:
            say(request, "The installation is ready. Sign in with your e-mail and password.")
            return redirect("account_login")
    return render_page(request, "accounts/setup.html", None, {"form": form, "kind": Kind.SPONSOR})
