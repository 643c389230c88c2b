"""The tab of meetings: opening, daily and close-out with who was there, and what the team did not get to see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audits.conduct import visit_actions as actions
from audits.conduct.models import Attendance, Gap, Meeting
from audits.conduct.visit_forms import AttendanceForm, GapForm, MeetingForm
from audits.programme.frame import audit_frame, found_audit, way_to
from audits.programme.models import Audit
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from vendors.registry.edits import form_page

TAB = "Meetings"


def tab_of(audit: Audit) -> str:
    return reverse("audits:audit-meetings", args=[audit.number])


def crumbs_of(audit: Audit) -> list[tuple[str, str]]:
    return way_to(audit, TAB, "audits:audit-meetings")


@page(P.AUDIT_VIEW)
def audit_meetings(request: PersonRequest, number: str) -> HttpResponse:
    """Both sides read meetings and attendance; what was not covered is the team's until the report says it."""
    context = audit_frame(request, number, TAB)
    audit, user = context["audit"], request.user
    meetings = list(Meeting.objects.visible_to(user).filter(audit=audit).order_by("held_at", "pk"))
    people: dict[int, list[Attendance]] = {meeting.pk: [] for meeting in meetings}
    rows = Attendance.objects.visible_to(user).filter(meeting__audit=audit, is_removed=False)
    for row in rows.order_by("pk"):
        people[row.meeting_id].append(row)
    shows_gaps = context["is_sponsor"] and user.may(P.AUDIT_DRAFTS)
    gaps = Gap.objects.visible_to(user).filter(audit=audit, is_removed=False).order_by("kind", "pk")
    context |= {
        "meetings": [{"meeting": meeting, "people": people[meeting.pk]} for meeting in meetings],
        "gaps": list(gaps) if shows_gaps else [],
        "shows_gaps": shows_gaps,
        "may_record": user.may(P.AUDIT_CONDUCT) and audit.status in actions.BEFORE_REPORT,
    }
    return render_page(request, "audits/audit_meetings.html", None, context)


@page(P.AUDIT_CONDUCT)
def meeting_create(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    form = MeetingForm(request.POST or None, instance=Meeting(audit=audit))

    def act() -> None:
        actions.record_meeting(audit, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Record a meeting", back=tab_of(audit),
        said="Recorded: add who was there.", verb="Record it", crumbs=crumbs_of(audit),
    )  # fmt: skip


def found_meeting(request: PersonRequest, number: str) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).select_related("audit")
    meeting = get_object_or_404(rows, number=number)
    meeting.audit = found_audit(request, meeting.audit.number)
    return meeting


@page(P.AUDIT_CONDUCT)
def meeting_edit(request: PersonRequest, number: str) -> HttpResponse:
    meeting = found_meeting(request, number)
    form = MeetingForm(request.POST or None, instance=meeting)

    def act() -> None:
        actions.revise_meeting(meeting, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading="Edit the meeting", back=tab_of(meeting.audit), said="Saved.",
        crumbs=crumbs_of(meeting.audit),
    )  # fmt: skip


@page(P.AUDIT_CONDUCT)
def attendance_create(request: PersonRequest, number: str) -> HttpResponse:
    meeting = found_meeting(request, number)
    form = AttendanceForm(request.POST or None, instance=Attendance(meeting=meeting))

    def act() -> None:
        actions.add_attendance(meeting, by=request.user, **form.cleaned_data)

    return form_page(
        request, form, act, heading=f"Who was at the {meeting.get_kind_display().lower()}",
        back=tab_of(meeting.audit), said="Added.", verb="Add", crumbs=crumbs_of(meeting.audit),
    )  # fmt: skip


@require_POST
@page(P.AUDIT_CONDUCT)
def attendance_remove(request: PersonRequest, number: str) -> HttpResponse:
    rows = Attendance.objects.visible_to(request.user).filter(is_removed=False).select_related("meeting__audit")
    row = get_object_or_404(rows, number=number)
    row.meeting.audit = found_audit(request, row.meeting.audit.number)
    actions.remove_attendance(row, by=request.user)
    say(request, f"{row.name} is off the list.")
    return redirect(tab_of(row.meeting.audit))


@page(P.AUDIT_CONDUCT)
def gap_create(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    form = GapForm(request.POST or None, instance=Gap(audit=audit))

    def act() -> None:
        actions.record_gap(audit, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Record what was not seen", back=tab_of(audit),
        said="Recorded: it stands in the report.", verb="Record it", crumbs=crumbs_of(audit),
    )  # fmt: skip


def found_gap(request: PersonRequest, number: str) -> Gap:
    rows = Gap.objects.visible_to(request.user).filter(is_removed=False).select_related("audit")
    gap = get_object_or_404(rows, number=number)
    gap.audit = found_audit(request, gap.audit.number)
    return gap


@page(P.AUDIT_CONDUCT)
def gap_edit(request: PersonRequest, number: str) -> HttpResponse:
    gap = found_gap(request, number)
    form = GapForm(request.POST or None, instance=gap)

    def act() -> None:
        actions.revise_gap(gap, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading="Edit what was not seen", back=tab_of(gap.audit), said="Saved.",
        crumbs=crumbs_of(gap.audit),
    )  # fmt: skip


@page(P.AUDIT_CONDUCT)
def gap_remove(request: PersonRequest, number: str) -> HttpResponse:
    gap = found_gap(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.remove_gap(gap, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Take {gap.area} off the list", back=tab_of(gap.audit),
        said="Taken off the list.", verb="Take it off", crumbs=crumbs_of(gap.audit),
    )  # fmt: skip
