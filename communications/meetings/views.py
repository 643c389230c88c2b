"""Pages of meetings for both sides: the list with its export, one meeting, its plan, its moves, people and notes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.trail import note
from cmo_portal.records.workflow import WrongState
from communications.meetings import actions, agenda, minutes, promises
from communications.meetings.calendar import meeting_as_calendar
from communications.meetings.filters import MeetingListFilter
from communications.meetings.forms import CancelForm, MeetingForm, NoteForm, PersonForm, WithWhomForm
from communications.meetings.models import Meeting, MeetingPerson, PreparationNote
from communications.meetings.vocabulary import MeetingStatus
from communications.meetings.words import (
    STATUS_PILLS,
    agenda_of,
    answers_in_words,
    company_names,
    local_zone,
    other_name,
    people_by_side,
    told,
    waits_for,
    with_words,
)
from communications.meetings.workflows import BY_HAND, MEETING, our_side_writes
from communications.updates.draft_views import name_of, relations
from vendors.registry.edits import form_page, refuse
from vendors.registry.files import add_file, shelf
from vendors.registry.frame import cmo_frame
from vendors.registry.history import history_of
from vendors.registry.models import Vendor

TAB = "Meetings"
LIST = "communications:meeting-list"
SORTS = {
    "-begins": ("-starts_at", "number"),
    "begins": ("starts_at", "number"),
    "title": ("title", "number"),
    "-title": ("-title", "number"),
    "cmo": ("vendor__sort_name", "number"),
    "-cmo": ("-vendor__sort_name", "number"),
}
HEADER = (
    *("Number", "Kind", "Title", "CMO", "Sponsor", "Begins (UTC)", "Minutes", "Place", "Chair", "Minutes by", "Stands"),
    *("Version of the minutes", "Minutes due"),
)


@page(P.MEETING_VIEW)
def meeting_list(request: PersonRequest) -> HttpResponse:
    """Every meeting between the reader's company and the others, the latest first."""
    user = request.user
    filters = MeetingListFilter(request.GET, queryset=Meeting.objects.visible_to(user), reader=user)
    context = listed(request, filters.qs) | {
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, LIST),
        "query": request.GET.urlencode(),
        "may_plan": user.may(P.MEETING_EDIT),
        "create_url": reverse("communications:meeting-create"),
    }
    return render_page(request, "communications/meeting_list.html", "communications/_meeting_rows.html", context)


def listed(request: PersonRequest, rows: Any) -> dict[str, Any]:
    found = listing(request, rows.with_places(), sorts=SORTS, noun="meeting")
    with_words(found.rows, request.user, timezone.now())
    return {"meetings": found, "is_partner": request.user.company_kind == PARTNER}


@page(P.MEETING_VIEW)
def meeting_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it, how it was filtered and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = MeetingListFilter(request.GET, queryset=Meeting.objects.visible_to(request.user), reader=request.user)
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["-begins"])
    rows = filters.qs.with_places().order_by(*sort).iterator(chunk_size=500)
    name = f"meetings-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=map(cells_of, rows))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="meeting.export", details=details)
    return response


def cells_of(row: Any) -> tuple[object, ...]:
    return (
        row.number, row.get_kind_display(), row.title, row.vendor.name, row.vendor.sponsor.name,
        row.starts_at.isoformat(timespec="minutes"), row.lasts, row.place, row.get_chair_side_display(),
        row.get_scribe_side_display(), row.get_status_display(), row.revision or None, row.minutes_due_date,
    )  # fmt: skip


def found_meeting(request: PersonRequest, number: str) -> Meeting:
    meeting: Meeting = get_object_or_404(Meeting.objects.visible_to(request.user).with_places(), number=number)
    return meeting


def crumbs_of(meeting: Meeting, last: str = "") -> list[tuple[str, str]]:
    first = [("Meetings", reverse(LIST)), (meeting.number, meeting.get_absolute_url() if last else "")]
    return [*first, (last, "")] if last else first


@page(P.MEETING_VIEW)
def meeting_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The plan, the agenda, the minutes that stand and what was agreed; a POST adds a file."""
    meeting = found_meeting(request, number)
    if request.method == "POST":
        answer = add_file(request, meeting)
        if answer is not None:
            return answer
    return render_page(request, "communications/meeting_detail.html", None, whole(request, meeting))


def whole(request: PersonRequest, meeting: Meeting) -> dict[str, Any]:
    """Context of the meeting's own page."""
    user = request.user
    may_edit, answers = user.may(P.MEETING_EDIT), answers_in_words(meeting, user)
    ours = next((row for row in answers if row.revision == meeting.revision and row.is_ours), None)
    writes = may_edit and our_side_writes(meeting, user) is None
    return what_it_is(meeting, user) | {
        "waits": waits_for(meeting, answers, user),
        "may_edit": may_edit,
        "may_act": user.may(P.MEETING_ACT),
        "may_note": user.may(P.MEETING_NOTE),
        "offers": [o for o in MEETING.offers(meeting, user) if o.transition.name in BY_HAND and not o.refusal],
        "people_open": may_edit and meeting.status in (MeetingStatus.PLANNED, MeetingStatus.HELD),
        "person_form": getattr(request, "refused_person", None)
        or PersonForm(by=user, names=company_names(meeting, user)),
        "answers": answers,
        "may_acknowledge": user.may(P.MEETING_ACKNOWLEDGE) and ours is not None and waits_on(ours, meeting),
        "may_correct": user.may(P.MEETING_ACKNOWLEDGE) and ours is not None and ours.status == "awaited",
        "writes": writes and meeting.status in (MeetingStatus.HELD, MeetingStatus.MINUTES_OUT),
        "draft": minutes.draft_of(meeting, user) if writes else None,
        "note_form": getattr(request, "refused_note", None) or NoteForm(),
        "notes": notes_of(meeting, user),
        "history": history_of(meeting, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": crumbs_of(meeting),
        "own_name": user.company_name,
    } | shelf(request, meeting)  # fmt: skip


def waits_on(answer: Any, meeting: Meeting) -> bool:
    return meeting.status == MeetingStatus.MINUTES_OUT and answer.status in ("awaited", "correction")


def what_it_is(meeting: Meeting, user: User) -> dict[str, Any]:
    """What its page and its print share."""
    versions = list(meeting.versions.order_by("-revision"))
    today = timezone.localdate()
    agreed_rows = promises.listed(meeting, user)
    names = company_names(meeting, user)
    for row in agreed_rows:
        row.company, row.late = names[row.side], row.is_late(today)
        row.is_ours = row.side == user.company_kind
    return {
        "meeting": meeting,
        "other": other_name(meeting, user),
        "pill": STATUS_PILLS[meeting.status],
        "zone": local_zone(),
        "chair": ", ".join(filter(None, (meeting.chair_name, names[meeting.chair_side]))),
        "scribe": names[meeting.scribe_side],
        "people": people_by_side(meeting, user),
        "agenda": agenda_of(meeting, agenda.lines_of(meeting, user), user),
        "versions": versions,
        "minutes": told(versions[0], meeting, user) if versions else None,
        "agreed": agreed_rows,
    }


def notes_of(meeting: Meeting, user: User) -> list[PreparationNote]:
    return list(PreparationNote.objects.open_to(user).filter(meeting=meeting).order_by("created_at", "pk"))


@page(P.MEETING_VIEW)
@require_safe
def meeting_print(request: PersonRequest, number: str) -> HttpResponse:
    """Everything both sides read of it on one sheet; no note and no draft is on it."""
    meeting, user = found_meeting(request, number), request.user
    context = what_it_is(meeting, user) | {"answers": answers_in_words(meeting, user), "crumbs": crumbs_of(meeting)}
    return render_page(request, "communications/meeting_print.html", None, context)


@page(P.MEETING_VIEW)
@require_safe
def meeting_calendar(request: PersonRequest, number: str) -> HttpResponse:
    """The meeting as a file for calendars."""
    meeting = found_meeting(request, number)
    answer = HttpResponse(meeting_as_calendar(meeting, request.user), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{meeting.number}.ics"'
    answer["Cache-Control"], answer["X-Content-Type-Options"] = "private, no-store", "nosniff"
    return answer


# --- the plan -------------------------------------------------------------------------------------------------------


@page(P.MEETING_EDIT)
def meeting_create(request: PersonRequest) -> HttpResponse:
    """Plans a meeting; who has several on the other side is asked first with whom (`?cmo=` answers it)."""
    user = request.user
    rows = relations(user)
    asked = request.GET.get("cmo", "")
    vendor = next((row for row in rows if row.number == asked), rows[0] if len(rows) == 1 else None)
    crumbs = [("Meetings", reverse(LIST)), ("Plan a meeting", "")]
    if vendor is None:
        pairs = [(row, name_of(row, user)) for row in rows]
        context: dict[str, Any] = {"with_whom": WithWhomForm(rows=pairs), "rows": pairs, "crumbs": crumbs}
        return render_page(request, "communications/meeting_whom.html", None, context)
    names = {SPONSOR: str(vendor.sponsor.name), PARTNER: name_of(vendor, user)}
    if user.company_kind == PARTNER:
        names[PARTNER] = user.company_name
    blank = Meeting(vendor=vendor, chair_side=user.company_kind, scribe_side=user.company_kind)
    form = MeetingForm(request.POST or None, instance=blank, names=names)
    return form_page(
        request, form, lambda: actions.plan_meeting(vendor, by=user, **form.values()),
        heading=f"Plan a meeting with {name_of(vendor, user)}", back=reverse(LIST), verb="Plan it",
        said="Planned: both sides read it. Put the agenda together next.", crumbs=crumbs,
    )  # fmt: skip


@page(P.MEETING_EDIT)
def meeting_edit(request: PersonRequest, number: str) -> HttpResponse:
    """Either side changes the plan until the meeting is held."""
    meeting = found_meeting(request, number)
    if not meeting.is_planned and request.method != "POST":
        say(request, actions.IT_IS_OVER)
        return redirect(meeting)
    form = MeetingForm(request.POST or None, instance=meeting, names=company_names(meeting, request.user))
    back = meeting.get_absolute_url()

    def act() -> None:
        fresh = found_meeting(request, number)  # a form puts what was typed onto the record that it was given
        actions.revise_meeting(fresh, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading=f"Change {meeting.number}", back=back, said="Changed: both sides read it.",
        crumbs=crumbs_of(meeting, "Change"),
    )  # fmt: skip


@page(P.MEETING_VIEW)
def meeting_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """That it was held, or that it is cancelled."""
    if name not in BY_HAND:
        raise Http404("This follows from the minutes.")
    meeting = found_meeting(request, number)
    context = {"meeting": meeting, "other": other_name(meeting, request.user), "crumbs": crumbs_of(meeting, "Move")}
    return move_page(
        request, meeting, MEETING, name, template="communications/meeting_move.html", context=context,
        form_class=CancelForm, act=actions.move,
    )  # fmt: skip


# --- people and notes -----------------------------------------------------------------------------------------------


@require_POST
@page(P.MEETING_EDIT)
def person_add(request: PersonRequest, number: str) -> HttpResponse:
    meeting = found_meeting(request, number)
    form = PersonForm(request.POST, by=request.user, names=company_names(meeting, request.user))
    if form.is_valid():
        try:
            actions.add_person(meeting, by=request.user, **form.cleaned_data)
        except (ValidationError, WrongState) as error:
            refuse(form, error)
        else:
            return redirect(f"{meeting.get_absolute_url()}#h-people")
    request.refused_person = form  # type: ignore[attr-defined]
    return render_page(request, "communications/meeting_detail.html", None, whole(request, meeting))


@require_POST
@page(P.MEETING_EDIT)
def person_remove(request: PersonRequest, number: str) -> HttpResponse:
    rows = MeetingPerson.objects.visible_to(request.user).filter(is_removed=False)
    person = get_object_or_404(rows.select_related("meeting"), number=number)
    try:
        actions.remove_person(person, by=request.user)
    except WrongState as error:
        say(request, str(error))
    return redirect(person)


@require_POST
@page(P.MEETING_NOTE)
def note_add(request: PersonRequest, number: str) -> HttpResponse:
    """A note for colleagues alone."""
    meeting = found_meeting(request, number)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            kept = actions.add_note(meeting, by=request.user, body=form.cleaned_data["body"])
        except ValidationError as error:
            refuse(form, error)
        else:
            say(request, f"Kept at {request.user.company_name}.")
            return redirect(kept)
    request.refused_note = form  # type: ignore[attr-defined]
    return render_page(request, "communications/meeting_detail.html", None, whole(request, meeting))


# --- the tab of a CMO -----------------------------------------------------------------------------------------------


@page(P.CMO_VIEW)
def cmo_meetings(request: PersonRequest, number: str) -> HttpResponse:
    """Every meeting with one CMO."""
    context = cmo_frame(request, number, TAB)
    vendor: Vendor = context["vendor"]
    may_plan = request.user.may(P.MEETING_EDIT) and vendor.company_id is not None and not vendor.is_retired
    context |= listed(request, Meeting.objects.visible_to(request.user).filter(vendor=vendor)) | {
        "in_tab": True,
        "may_plan": may_plan,
        "create_url": f"{reverse('communications:meeting-create')}?cmo={number}",
    }
    return render_page(request, "communications/cmo_meetings.html", "communications/_meeting_rows.html", context)
