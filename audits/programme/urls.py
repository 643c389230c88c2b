"""Addresses of the subject."""

from typing import Any

from django.urls import path

from audits.programme import team_views, views

urlpatterns: list[Any] = [
    path("audits/", views.audit_list, name="audit-list"),
    path("audits/new/", views.audit_create, name="audit-create"),
    path("audits/export/<slug:kind>/", views.audit_export, name="audit-export"),
    path("audits/<slug:number>/", views.audit_detail, name="audit-detail"),
    path("audits/<slug:number>/edit/", views.audit_edit, name="audit-edit"),
    path("audits/<slug:number>/dates/", views.audit_schedule, name="audit-schedule"),
    path("audits/<slug:number>/moves/<slug:name>/", views.audit_move, name="audit-move"),
    path("audits/<slug:number>/history/", views.audit_history, name="audit-history"),
    path("audits/<slug:number>/team/", team_views.audit_team, name="audit-team"),
    path("audits/<slug:number>/team/new/", team_views.member_create, name="member-create"),
    path("audits/<slug:number>/slots/new/", team_views.slot_create, name="slot-create"),
    path("team-members/<slug:number>/edit/", team_views.member_edit, name="member-edit"),
    path("team-members/<slug:number>/remove/", team_views.member_remove, name="member-remove"),
    path("team-members/<slug:number>/independence/", team_views.independence_edit, name="independence-edit"),
    path("team-members/<slug:number>/clear/", team_views.conflict_clear, name="conflict-clear"),
    path("slots/<slug:number>/answer/", team_views.slot_answer, name="slot-answer"),
    path("slots/<slug:number>/withdraw/", team_views.slot_withdraw, name="slot-withdraw"),
]
