"""How a person wants to hear: hours, kinds, days away; and the link of a mail that stops more of its kind."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import Membership, User
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.forms import place
from cmo_portal.records.gate import personal, public
from cmo_portal.records.trail import StaleRecord
from communications.notices import actions, unsubscribe
from communications.notices.catalogue import to_do
from communications.notices.forms import AbsenceForm, SettingsForm
from communications.notices.preferences import Absence, Mute

LINK = SystemActor("unsubscribe")


@personal
def notice_settings(request: PersonRequest) -> HttpResponse:
    """When and of what the person hears, and their days away."""
    me = request.user
    muted = Mute.objects.visible_to(me).filter(user=me, is_retired=False).values_list("kind", flat=True)
    initial = {"notices": me.notices, "muted": list(muted)}
    form = SettingsForm(request.POST or None, instance=actions.settings_of(me), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_settings(me, by=me, version=form.cleaned_data.get("version"), **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, "Saved.")
            return redirect("communications:notice-settings")
    context = {"form": form, "absences": own_absences(request).select_related("deputy").order_by("from_date")}
    return render_page(request, "communications/notice_settings.html", None, context)


def own_absences(request: PersonRequest) -> Any:
    """Those that are not over."""
    rows = Absence.objects.visible_to(request.user).filter(user=request.user, is_cancelled=False)
    return rows.filter(until_date__gte=timezone.localdate())


@personal
def absence_add(request: PersonRequest) -> HttpResponse:
    form = AbsenceForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_absence(request.user, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            place(form, error)
        else:
            say(request, "Noted. You can cancel it here.")
            return redirect("communications:notice-settings")
    context = {"form": form, "back_url": reverse("communications:notice-settings")}
    return render_page(request, "communications/absence_add.html", None, context)


@require_POST
@personal
def absence_cancel(request: PersonRequest, number: str) -> HttpResponse:
    return set_cancelled(request, number, is_cancelled=True)


@require_POST
@personal
def absence_restore(request: PersonRequest, number: str) -> HttpResponse:
    return set_cancelled(request, number, is_cancelled=False)


def set_cancelled(request: PersonRequest, number: str, *, is_cancelled: bool) -> HttpResponse:
    mine: Any = Absence.objects.visible_to(request.user).filter(user=request.user)
    absence = get_object_or_404(mine, number=number)
    try:
        actions.cancel_absence(absence, by=request.user, is_cancelled=is_cancelled)
    except ValidationError as error:
        say(request, " ".join(error.messages))
    else:
        undo = reverse("communications:absence-restore", args=[absence.number]) if is_cancelled else ""
        say(request, "Cancelled." if is_cancelled else "It stands again.", undo_url=undo)
    return redirect("communications:notice-settings")


@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signature stands for the person
@public
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Stops e-mail about the kinds the link names. Opening it changes nothing: programs look at links too."""
    found = unsubscribe.read(token)
    if found is None:
        raise Http404
    number, codes = found
    if request.method == "POST":
        with acting_as(LINK):
            person = person_of(number)
            unsubscribe.mute(person, codes, by=person)
    context = {"nouns": [to_do(code).noun for code in codes], "done": request.method == "POST"}
    return render_page(request, "communications/unsubscribe.html", None, context)


def person_of(number: str) -> User:
    membership = get_object_or_404(Membership.objects.select_related("user", "company"), user__number=number)
    person: User = membership.user
    person.belongs = membership  # type: ignore[misc]
    if not person.is_active:
        raise Http404
    return person
