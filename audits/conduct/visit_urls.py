"""Addresses around the visit: agenda, requests, letter, meetings, what was not seen."""

from typing import Any

from django.urls import path

from audits.conduct import meeting_views as meetings
from audits.conduct import visit_views as views

urlpatterns: list[Any] = [
    path("audits/<slug:number>/requests/", views.audit_requests, name="audit-requests"),
    path("audits/<slug:number>/letter.pdf", views.audit_letter, name="audit-letter"),
    path("audits/<slug:number>/agenda/new/", views.agenda_create, name="agenda-create"),
    path("audits/<slug:number>/requests/new/", views.request_create, name="request-create"),
    path("audits/<slug:number>/requests/usual/", views.request_usual, name="request-usual"),
    path("audits/<slug:number>/meetings/", meetings.audit_meetings, name="audit-meetings"),
    path("audits/<slug:number>/meetings/new/", meetings.meeting_create, name="meeting-create"),
    path("audits/<slug:number>/gaps/new/", meetings.gap_create, name="gap-create"),
    path("agenda/<slug:number>/edit/", views.agenda_edit, name="agenda-edit"),
    path("agenda/<slug:number>/remove/", views.agenda_remove, name="agenda-remove"),
    path("document-requests/<slug:number>/", views.request_detail, name="request-detail"),
    path("document-requests/<slug:number>/edit/", views.request_edit, name="request-edit"),
    path("document-requests/<slug:number>/note/", views.request_note, name="request-note"),
    path("document-requests/<slug:number>/moves/<slug:name>/", views.request_move, name="request-move"),
    path("audit-meetings/<slug:number>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("audit-meetings/<slug:number>/attendance/new/", meetings.attendance_create, name="attendance-create"),
    path("attendance/<slug:number>/remove/", meetings.attendance_remove, name="attendance-remove"),
    path("gaps/<slug:number>/edit/", meetings.gap_edit, name="gap-edit"),
    path("gaps/<slug:number>/remove/", meetings.gap_remove, name="gap-remove"),
]
