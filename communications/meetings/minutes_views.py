"""Pages of minutes: written by one company, shared as a version, answered by each side; and what was agreed in them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord, note
from cmo_portal.records.workflow import WrongState
from communications.meetings import minutes, promises
from communications.meetings.documents import minutes_pdf
from communications.meetings.forms import CorrectionForm, DropForm
from communications.meetings.minutes_form import MinutesForm
from communications.meetings.models import Meeting, MeetingAction, MinutesVersion
from communications.meetings.views import crumbs_of, found_meeting
from communications.meetings.words import answers_in_words, company_names, local_zone, other_name, told
from vendors.registry.edits import form_page, refuse


@page(P.MEETING_EDIT)
def minutes_write(request: PersonRequest, number: str) -> HttpResponse:
    """The draft, for the company that writes it; `share` makes it the version that both sides read."""
    meeting, user = found_meeting(request, number), request.user
    try:
        minutes.refuse_writing(meeting, user)
    except WrongState as closed:
        say(request, str(closed))
        return redirect(meeting)
    draft, given = minutes.draft_of(meeting, user), request.POST if request.method == "POST" else None
    form = MinutesForm(given, meeting=meeting, by=user, draft=draft, names=company_names(meeting, user))
    if given is not None and form.is_valid():
        answer = kept(request, meeting, form)
        if answer is not None:
            return answer
    context = {
        "meeting": meeting,
        "other": other_name(meeting, user),
        "own_name": user.company_name,
        "form": form,
        "action_rows": form.actions,
        "crumbs": crumbs_of(meeting, "Minutes"),
    }
    return render_page(request, "communications/minutes_edit.html", None, context)


def kept(request: PersonRequest, meeting: Meeting, form: MinutesForm) -> HttpResponse | None:
    """Saves what was typed and goes on; None leaves the form with its refusal, and what was typed in it."""
    user, version = request.user, form.cleaned_data["version"]
    try:
        draft = minutes.save_draft(meeting, by=user, content=form.content(), version=version)
    except StaleRecord as stale:
        form.refuse_stale(stale)
        return None
    except (ValidationError, WrongState) as error:
        refuse(form, error)
        return None
    if "share" not in request.POST:
        say(request, f"Saved. Only {user.company_name} reads it until you share it.")
        return redirect(draft)
    try:
        made = minutes.share(draft, by=user, reason=form.cleaned_data.get("reason", ""), version=draft.version)
    except (ValidationError, StaleRecord, WrongState) as error:
        say(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
        return redirect(draft)
    say(request, f"Version {made.revision} is shared: both sides are asked to acknowledge it.")
    return redirect(meeting)


def found_version(request: PersonRequest, meeting: Meeting, revision: int) -> MinutesVersion:
    rows = MinutesVersion.objects.visible_to(request.user).filter(meeting=meeting)
    version: MinutesVersion = get_object_or_404(rows, revision=revision)
    return version


@page(P.MEETING_VIEW)
@require_safe
def minutes_detail(request: PersonRequest, number: str, revision: int) -> HttpResponse:
    """One version, as it was shared."""
    meeting, user = found_meeting(request, number), request.user
    version = found_version(request, meeting, revision)
    context = {
        "meeting": meeting,
        "minutes": told(version, meeting, user),
        "answers": [row for row in answers_in_words(meeting, user) if row.revision == revision],
        "versions": list(meeting.versions.order_by("-revision")),
        "zone": local_zone(),
        "crumbs": crumbs_of(meeting, f"Minutes, version {revision}"),
    }
    return render_page(request, "communications/minutes_detail.html", None, context)


@page(P.MEETING_VIEW)
@require_safe
def minutes_print(request: PersonRequest, number: str, revision: int) -> HttpResponse:
    """The version as PDF, with every version and every acknowledgement so far; the trail keeps who took it."""
    meeting = found_meeting(request, number)
    version = found_version(request, meeting, revision)
    made = minutes_pdf(meeting, version, request.user, timezone.now())
    details = {"meeting": number, "version": revision}  # in the person's own trail: the other side reads the meeting's
    note(User.objects.get(pk=request.user.pk), by=request.user, action="meeting.minutes_download", details=details)
    name = f"{meeting.number}-minutes-{revision}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    answer = HttpResponse(made, content_type="application/pdf", headers=headers)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@page(P.MEETING_ACKNOWLEDGE)
def minutes_acknowledge(request: PersonRequest, number: str) -> HttpResponse:
    """Takes note, for one's side, of the version that the page showed."""
    meeting, sent = found_meeting(request, number), request.POST.get("revision", "")
    revision = int(sent) if sent.isdecimal() and len(sent) < 5 else 0
    try:
        minutes.acknowledge(meeting, by=request.user, revision=revision)
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        both = meeting.status == "acknowledged"
        say(request, "Acknowledged by both: the minutes stand." if both else f"Version {revision} is acknowledged.")
    return redirect(meeting)


@page(P.MEETING_ACKNOWLEDGE)
def minutes_correct(request: PersonRequest, number: str) -> HttpResponse:
    """Says what is wrong in the version that the page showed."""
    meeting = found_meeting(request, number)
    if request.method != "POST" and not meeting.revision:
        say(request, "No minutes are shared yet.")
        return redirect(meeting)
    form = CorrectionForm(request.POST or None, initial={"revision": meeting.revision})

    def act() -> None:
        minutes.ask_correction(meeting, by=request.user, **form.cleaned_data)

    return form_page(
        request, form, act, heading=f"Ask for a correction of version {meeting.revision}",
        back=meeting.get_absolute_url(), said="Asked: the side that writes the minutes is told.", verb="Ask for it",
        crumbs=crumbs_of(meeting, "Correction"),
    )  # fmt: skip


# --- what was agreed ------------------------------------------------------------------------------------------------


def found_action(request: PersonRequest, number: str) -> MeetingAction:
    rows = MeetingAction.objects.visible_to(request.user).select_related("meeting__vendor__sponsor")
    action: MeetingAction = get_object_or_404(rows, number=number)
    return action


@require_POST
@page(P.MEETING_ACT)
def action_finish(request: PersonRequest, number: str) -> HttpResponse:
    action = found_action(request, number)
    try:
        promises.finish(action, by=request.user)
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        say(request, "Done.")
    return redirect(action)


@page(P.MEETING_ACT)
def action_drop(request: PersonRequest, number: str) -> HttpResponse:
    """Nobody does it any more, with the reason that both sides read."""
    action = found_action(request, number)
    form = DropForm(request.POST or None, initial={"version": action.version})

    def act() -> Any:
        values = form.cleaned_data
        promises.drop(action, by=request.user, reason=values["reason"], version=values["version"])

    return form_page(
        request, form, act, heading=f"Drop “{action.text}”", back=action.get_absolute_url(), said="Dropped.",
        verb="Drop it", crumbs=crumbs_of(action.meeting, action.number),
    )  # fmt: skip
