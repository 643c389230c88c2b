"""Pages of the agenda: a line is written, moved or taken off, and one click makes lines of what is open."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import say
from cmo_portal.lib.wording import counted
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.meetings import agenda
from communications.meetings.forms import LineForm
from communications.meetings.models import AgendaLine, Meeting
from communications.meetings.views import crumbs_of, found_meeting
from communications.meetings.words import company_names
from vendors.registry.edits import form_page


def found_line(request: PersonRequest, number: str, *, removed: bool = False) -> AgendaLine:
    rows = AgendaLine.objects.visible_to(request.user).filter(is_removed=removed)
    line: AgendaLine = get_object_or_404(rows.select_related("meeting__vendor__sponsor"), number=number)
    return line


def to_agenda(meeting: Meeting) -> str:
    return f"{meeting.get_absolute_url()}#h-agenda"


@require_POST
@page(P.MEETING_EDIT)
def agenda_build(request: PersonRequest, number: str) -> HttpResponse:
    """Makes lines of what is open between both sides."""
    meeting = found_meeting(request, number)
    try:
        came = agenda.build_agenda(meeting, by=request.user)
    except (WrongState, ValidationError) as error:
        say(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    else:
        nothing = "Nothing is open that does not stand on the agenda, or was taken off it."
        say(request, f"{counted(came, 'line')} added. Change them as you like." if came else nothing)
    return redirect(to_agenda(meeting))


@page(P.MEETING_EDIT)
def line_create(request: PersonRequest, number: str) -> HttpResponse:
    meeting = found_meeting(request, number)
    names = company_names(meeting, request.user)
    form = LineForm(request.POST or None, instance=AgendaLine(meeting=meeting), names=names)

    def act() -> None:
        agenda.add_line(meeting, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Add to the agenda", back=to_agenda(meeting), said="Added.", verb="Add it",
        crumbs=crumbs_of(meeting, "Agenda"),
    )  # fmt: skip


@page(P.MEETING_EDIT)
def line_edit(request: PersonRequest, number: str) -> HttpResponse:
    """Either side writes on a line; whoever saves second is shown both texts."""
    line = found_line(request, number)
    meeting = line.meeting
    form = LineForm(request.POST or None, instance=line, names=company_names(meeting, request.user))

    def act() -> None:
        fresh = found_line(request, number)  # a form puts what was typed onto the record that it was given
        agenda.revise_line(fresh, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading="Change a line of the agenda", back=to_agenda(meeting), said="Changed.",
        crumbs=crumbs_of(meeting, "Agenda"),
    )  # fmt: skip


@require_POST
@page(P.MEETING_EDIT)
def line_remove(request: PersonRequest, number: str) -> HttpResponse:
    line = found_line(request, number)
    try:
        agenda.remove_line(line, by=request.user)
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        undo = reverse("communications:agenda-line-restore", args=[line.number])
        say(request, "Taken off the agenda.", undo_url=undo)
    return redirect(to_agenda(line.meeting))


@require_POST
@page(P.MEETING_EDIT)
def line_restore(request: PersonRequest, number: str) -> HttpResponse:
    line = found_line(request, number, removed=True)
    try:
        agenda.restore_line(line, by=request.user)
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        say(request, "It is back on the agenda.")
    return redirect(to_agenda(line.meeting))


@require_POST
@page(P.MEETING_EDIT)
def line_shift(request: PersonRequest, number: str, way: str) -> HttpResponse:
    """One place `up` or `down` under its heading."""
    line = found_line(request, number)
    try:
        agenda.shift_line(line, by=request.user, up=way == "up")
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    return redirect(to_agenda(line.meeting))
