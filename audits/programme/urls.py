"""Addresses of the subject."""

from typing import Any

from django.urls import path

from audits.programme import auditor_views, calendar_pages, limit_views, plan_views, steering_views, team_views, views
from vendors.registry.moved import with_survivors

urlpatterns: list[Any] = [
    path("audits/", views.audit_list, name="audit-list"),
    path("audits/new/", views.audit_create, name="audit-create"),
    path("audits/calendar/", calendar_pages.audit_calendar, name="audit-calendar"),
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
    path("audit-plans/", plan_views.plan_list, name="plan-list"),
    path("audit-plans/new/", plan_views.plan_create, name="plan-create"),
    path("audit-plans/<slug:number>/", plan_views.plan_detail, name="plan-detail"),
    path("audit-plans/<slug:number>/edit/", plan_views.plan_edit, name="plan-edit"),
    path("audit-plans/<slug:number>/audits/", plan_views.plan_add, name="plan-add"),
    path("audit-plans/<slug:number>/audits/<slug:audit>/remove/", plan_views.plan_remove, name="plan-remove"),
    path("audit-plans/<slug:number>/moves/<slug:name>/", plan_views.plan_move, name="plan-move"),
    path("audit-plans/<slug:number>/export/<slug:kind>/", plan_views.plan_export, name="plan-export"),
    path("audit-intervals/", steering_views.interval_list, name="interval-list"),
    path("audit-intervals/<slug:number>/", steering_views.interval_detail, name="interval-detail"),
    path("audit-intervals/<slug:number>/moves/<slug:name>/", steering_views.interval_move, name="interval-move"),
    path("audit-events/", steering_views.trigger_list, name="trigger-list"),
    path("audit-events/new/", steering_views.trigger_create, name="trigger-create"),
    path("audit-events/<slug:number>/", steering_views.trigger_detail, name="trigger-detail"),
    path("audit-events/<slug:number>/audit/", steering_views.trigger_answer, name="trigger-answer"),
    path("audit-events/<slug:number>/moves/<slug:name>/", steering_views.trigger_move, name="trigger-move"),
    path("auditors/", auditor_views.auditor_list, name="auditor-list"),
    path("auditors/new/", auditor_views.auditor_create, name="auditor-create"),
    path("auditors/<slug:number>/", auditor_views.auditor_detail, name="auditor-detail"),
    path("auditors/<slug:number>/edit/", auditor_views.auditor_edit, name="auditor-edit"),
    path("auditors/<slug:number>/moves/<slug:name>/", auditor_views.auditor_move, name="auditor-move"),
    path("audit-limits/", limit_views.limit_list, name="limit-list"),
    path("audit-limits/edit/", limit_views.limit_edit, name="limit-edit"),
    path("audit-limits/agreements/<slug:number>/", limit_views.agreement_limits, name="agreement-limits"),
    path("sites/<slug:number>/audits/", steering_views.site_audits, name="site-audits"),
    path("sites/<slug:number>/audits/interval/", steering_views.interval_refresh, name="interval-refresh"),
    *with_survivors([path("cmos/<slug:number>/audits/", steering_views.cmo_audits, name="cmo-audits")]),
]
