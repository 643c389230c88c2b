"""Addresses of the subject."""

from django.urls import path

from communications.meetings import agenda_views as agenda
from communications.meetings import minutes_views as minutes
from communications.meetings import views
from vendors.registry.moved import with_survivors

urlpatterns = with_survivors(
    [
        path("meetings/", views.meeting_list, name="meeting-list"),
        path("meetings/export.<slug:kind>", views.meeting_export, name="meeting-export"),
        path("meetings/new/", views.meeting_create, name="meeting-create"),
        path("meetings/<slug:number>/", views.meeting_detail, name="meeting-detail"),
        path("meetings/<slug:number>/edit/", views.meeting_edit, name="meeting-edit"),
        path("meetings/<slug:number>/print/", views.meeting_print, name="meeting-print"),
        path("meetings/<slug:number>/meeting.ics", views.meeting_calendar, name="meeting-calendar"),
        path("meetings/<slug:number>/moves/<slug:name>/", views.meeting_move, name="meeting-move"),
        path("meetings/<slug:number>/people/", views.person_add, name="meeting-person-add"),
        path("meetings/<slug:number>/notes/", views.note_add, name="meeting-note-add"),
        path("meetings/<slug:number>/agenda/build/", agenda.agenda_build, name="agenda-build"),
        path("meetings/<slug:number>/agenda/add/", agenda.line_create, name="agenda-line-create"),
        path("meetings/<slug:number>/minutes/", minutes.minutes_write, name="minutes-write"),
        path("meetings/<slug:number>/minutes/acknowledge/", minutes.minutes_acknowledge, name="minutes-acknowledge"),
        path("meetings/<slug:number>/minutes/correct/", minutes.minutes_correct, name="minutes-correct"),
        path("meetings/<slug:number>/minutes/<int:revision>/", minutes.minutes_detail, name="minutes-detail"),
        path("meetings/<slug:number>/minutes/<int:revision>.pdf", minutes.minutes_print, name="minutes-pdf"),
        path("meeting-people/<slug:number>/remove/", views.person_remove, name="meeting-person-remove"),
        path("agenda-lines/<slug:number>/edit/", agenda.line_edit, name="agenda-line-edit"),
        path("agenda-lines/<slug:number>/remove/", agenda.line_remove, name="agenda-line-remove"),
        path("agenda-lines/<slug:number>/restore/", agenda.line_restore, name="agenda-line-restore"),
        path("agenda-lines/<slug:number>/shift/<slug:way>/", agenda.line_shift, name="agenda-line-shift"),
        path("meeting-actions/<slug:number>/finish/", minutes.action_finish, name="meeting-action-finish"),
        path("meeting-actions/<slug:number>/drop/", minutes.action_drop, name="meeting-action-drop"),
        path("cmos/<slug:number>/meetings/", views.cmo_meetings, name="cmo-meetings"),
    ]
)
